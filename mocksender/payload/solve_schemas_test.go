package payload

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	independent "github.com/google/jsonschema-go/jsonschema"

	"github.com/hookrig/hookrig/mocksender/contract"
)

var seeds = flag.Int("seeds", 0, "how many values of each schema of testdata/solve are made; 0 is a few, 200 is thorough")

// patience is what one value may take on a machine that does other work besides;
// on an idle one none takes a second.
const patience = 5 * time.Second

// solvable is one schema of testdata/solve, as a contract and as another validator reads it.
type solvable struct {
	name  string
	c     *contract.Contract
	s     *contract.Schema
	text  []byte                // the schema as a document of its own
	other *independent.Resolved // nil where the other validator cannot read the schema
}

// check makes values for a schema and gives them to both validators. It returns the time of the slowest.
func (s solvable) check(t *testing.T, seeds int) (slowest time.Duration) {
	t.Helper()
	for seed := range uint64(seeds) {
		g := newSolver(s.c, gofakeit.NewFaker(rand.NewPCG(seed, 1), false))
		start := time.Now()
		v, err := g.solve(s.s, "value")
		slowest = max(slowest, time.Since(start))
		if err != nil {
			t.Errorf("%s: seed %d: %v\n\tin %s", s.name, seed, err, asJSON(t, s.s.Value))
			return slowest
		}
		data, err := encoding{}.appendValue(nil, v)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if violations := s.c.ValidateAt(s.s, data); len(violations) > 0 {
			t.Errorf("%s: seed %d: %.300s violates %v\n\tin %s", s.name, seed, data, violations, asJSON(t, s.s.Value))
			return slowest
		}
		var decoded any
		if err := json.Unmarshal(data, &decoded); err != nil {
			t.Fatalf("%s: %v in %s", s.name, err, data)
		}
		if s.other == nil {
			continue
		}
		err = s.other.Validate(decoded)
		if err != nil && strings.Contains(err.Error(), "multipleOf") && (fractionalStep.Match(asJSON(t, s.s.Value)) || len(data) > 15) {
			continue // it divides as float64, in which 1.4 and large numbers are others
		}
		if err != nil {
			t.Errorf("%s: seed %d: the other validator says %v\n\tof %.300s\n\tin %s", s.name, seed, err, data, asJSON(t, s.s.Value))
			return slowest
		}
	}
	return slowest
}

var fractionalStep = regexp.MustCompile(`"multipleOf":[0-9]*[.e]`)

// independentShare tells how many of the schemas the other validator reads.
func independentShare(cases []solvable) float64 {
	n := 0
	for _, s := range cases {
		if s.other != nil {
			n++
		}
	}
	return float64(n) / float64(len(cases))
}

func seedsOr(few int) int {
	switch {
	case *seeds > 0:
		return *seeds
	case testing.Short():
		return max(1, few/4)
	}
	return few
}

// Schemas written one by one, each with what makes it special.
func TestSolveSpecial(t *testing.T) {
	text := readFile(t, "special.yaml")
	cases := schemasOf(t, "special.yaml", section(t, text, "schemas"), section(t, text, "components"))
	if len(cases) < 180 {
		t.Errorf("only %d schemas", len(cases))
	}
	if share := independentShare(cases); share < 0.9 {
		t.Errorf("the other validator reads only %.2f of the schemas", share)
	}
	for _, s := range cases {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if took := s.check(t, seedsOr(20)); took > patience {
				t.Errorf("took %s", took)
			}
		})
	}
}

// pairs are the fragments of a file alone and every two together.
func pairs(t testing.TB, name string) string {
	t.Helper()
	var schemas strings.Builder
	fragments := fragmentsOf(section(t, readFile(t, name), "fragments"))
	for i, a := range fragments {
		fmt.Fprintf(&schemas, "  one-%d: %s\n", i, a)
		for k, b := range fragments[:i] {
			if testing.Short() && *seeds == 0 && (i+k)%8 > 0 {
				continue
			}
			fmt.Fprintf(&schemas, "  two-%d-%d: {allOf: [%s, %s]}\n", i, k, a, b)
		}
	}
	return schemas.String()
}

// pairFiles are the files of testdata/solve that hold fragments.
func pairFiles(t testing.TB) (names []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/solve/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "special.yaml" && name != "impossible.yaml" {
			names = append(names, name)
		}
	}
	return names
}

// Every keyword alone, and every two together: a witness satisfies all fragments
// of a file, and so all of their combinations have a value.
func TestSolvePairs(t *testing.T) {
	others := section(t, readFile(t, "special.yaml"), "components")
	for _, name := range pairFiles(t) {
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			t.Parallel()
			var slowest time.Duration
			slow := ""
			cases := schemasOf(t, name, pairs(t, name), others)
			witness := witnessOf(t, readFile(t, name))
			for _, s := range cases {
				if v := s.c.ValidateAt(s.s, []byte(witness)); len(v) > 0 {
					t.Errorf("%s: the witness %s violates %v", s.name, witness, v)
				}
				if took := s.check(t, seedsOr(2)); took > slowest {
					slowest, slow = took, s.name
				}
			}
			if share := independentShare(cases); share < 0.4 {
				t.Errorf("the other validator reads only %.2f of the schemas", share)
			}
			if slowest > patience {
				t.Errorf("%s took %s", slow, slowest)
			}
			t.Logf("%d schemas, slowest %s %s", len(cases), slow, slowest)
		})
	}
}

// What nothing satisfies is refused, with the reason and at its place.
func TestSolveImpossible(t *testing.T) {
	text := readFile(t, "impossible.yaml")
	for _, s := range schemasOf(t, "impossible.yaml", section(t, text, "schemas"), section(t, text, "components")) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, schema := s.c, s.s
			target := referred(t, c, schema, "#/components/schemas/"+s.name+"/schema")
			for seed := range uint64(5) {
				start := time.Now()
				v, err := newSolver(c, gofakeit.NewFaker(rand.NewPCG(seed, 1), false)).solve(target, "value")
				if err == nil {
					t.Fatalf("made %v", v)
				}
				if took := time.Since(start); took > patience {
					t.Errorf("took %s", took)
				}
				says := schema.Value.Lookup("says").Text
				if !strings.HasPrefix(err.Error(), "impossible.yaml:") || !strings.Contains(err.Error(), says) {
					t.Errorf("want %q in\n%v", says, err)
				}
				if says != "" && !strings.Contains(err.Error(), "nothing satisfies this schema") {
					t.Errorf("not said to be impossible: %v", err)
				}
			}
		})
	}
}

// The same seed makes the same value.
func TestSolveAgain(t *testing.T) {
	text := readFile(t, "special.yaml")
	for _, s := range schemasOf(t, "special.yaml", section(t, text, "schemas"), section(t, text, "components")) {
		var made []string
		for range 2 {
			v, err := newSolver(s.c, gofakeit.NewFaker(rand.NewPCG(9, 9), false)).solve(s.s, "value")
			if err != nil {
				t.Fatal(err)
			}
			data, err := encoding{}.appendValue(nil, v)
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, string(data))
		}
		if made[0] != made[1] {
			t.Errorf("%s: %.200s and %.200s", s.name, made[0], made[1])
		}
	}
}
