package payload

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	independent "github.com/google/jsonschema-go/jsonschema"

	"github.com/hookrig/hookrig/mocksender/contract"
)

var seeds = flag.Int("seeds", 0, "how many values of each schema of testdata/solve are made; 0 is a few, 200 is thorough")

// solvable is one schema of testdata/solve, as a contract and as another validator reads it.
type solvable struct {
	name  string
	c     *contract.Contract
	s     *contract.Schema
	other *independent.Resolved // nil where the other validator cannot read the schema
}

// section returns the lines below a top-level key of a YAML file, two blanks deep.
func section(t testing.TB, text, key string) string {
	t.Helper()
	_, rest, found := strings.Cut("\n"+text, "\n"+key+":\n")
	if !found {
		t.Fatalf("no %s: in the file", key)
	}
	end := len(rest)
	for i := 0; i < len(rest); {
		line, _, _ := strings.Cut(rest[i:], "\n")
		if line != "" && line[0] != ' ' {
			end = i
			break
		}
		i += len(line) + 1
	}
	return rest[:min(end, len(rest))]
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "solve", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// schemasOf parses schemas, one a line ("  name: {…}"), into a contract. others are further components.
func schemasOf(t testing.TB, file, schemas, others string) []solvable {
	t.Helper()
	var names []string
	for line := range strings.Lines(schemas) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(line, "  "), ":"); ok && strings.TrimSpace(line) != "" {
			names = append(names, name)
		}
	}
	var text strings.Builder
	text.WriteString("openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks:\n")
	for _, name := range names {
		fmt.Fprintf(&text, "  %s: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/%s'}}}}, responses: {'200': {description: ok}}}}\n", name, name)
	}
	text.WriteString("components:\n  schemas:\n" + deeper(schemas) + deeper(others))
	c, err := contract.Parse(file, []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	defs := map[string]json.RawMessage{}
	var out []solvable
	for _, name := range names {
		event, err := c.Payload(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Resolve(event)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, solvable{name: name, c: c, s: s})
	}
	for _, name := range componentNames(others) {
		if s := component(t, c, name); s != nil {
			defs[name] = asJSON(t, s.Value)
		}
	}
	for i := range out {
		out[i].other = readIndependently(t, out[i], defs)
	}
	return out
}

func deeper(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

func componentNames(text string) (names []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") && line[2] != ' ' {
			name, _, _ := strings.Cut(line[2:], ":")
			names = append(names, name)
		}
	}
	return names
}

// component finds a component by way of a schema that refers to it.
func component(t testing.TB, c *contract.Contract, name string) *contract.Schema {
	t.Helper()
	for _, e := range c.Events() {
		s, err := c.Payload(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		other := *s
		other.Value = &contract.Value{Kind: contract.Object, Fields: []contract.Field{{Name: "$ref", Value: &contract.Value{Kind: contract.String, Text: "#/components/schemas/" + name}}}}
		target, err := c.Resolve(&other)
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	return nil
}

func asJSON(t testing.TB, v *contract.Value) []byte {
	t.Helper()
	data, err := encoding{}.appendValue(nil, plain(v))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(data), "#/components/schemas/", "#/$defs/"))
}

// readIndependently gives the schema to another validator, which knows nothing of
// OpenAPI, of patterns beyond RE2 and of formats.
func readIndependently(t testing.TB, s solvable, defs map[string]json.RawMessage) *independent.Resolved {
	t.Helper()
	all := map[string]json.RawMessage{s.name: asJSON(t, s.s.Value)}
	for name, def := range defs {
		all[name] = def
	}
	text, err := json.Marshal(map[string]any{"$ref": "#/$defs/" + s.name, "$defs": all})
	if err != nil {
		t.Fatal(err)
	}
	var schema independent.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		if !strings.Contains(err.Error(), "error parsing regexp") {
			t.Errorf("%s: %v", s.name, err)
		}
		return nil
	}
	if strings.Contains(string(text), "writeOnly") || strings.Contains(string(text), "nullable") {
		return nil
	}
	return resolved
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
		if err := s.other.Validate(decoded); err != nil {
			t.Errorf("%s: seed %d: the other validator says %v\n\tof %.300s\n\tin %s", s.name, seed, err, data, asJSON(t, s.s.Value))
			return slowest
		}
	}
	return slowest
}

func seedsOr(few int) int {
	switch {
	case *seeds > 0:
		return *seeds
	case raceEnabled:
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
	for _, s := range cases {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if took := s.check(t, seedsOr(20)); took > time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// Every keyword alone, and every two together: a witness satisfies all fragments
// of a file, and so all of their combinations have a value.
func TestSolvePairs(t *testing.T) {
	files, err := filepath.Glob("testdata/solve/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	others := section(t, readFile(t, "special.yaml"), "components")
	for _, file := range files {
		name := filepath.Base(file)
		if name == "special.yaml" || name == "impossible.yaml" {
			continue
		}
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			t.Parallel()
			var schemas strings.Builder
			fragments := fragmentsOf(section(t, readFile(t, name), "fragments"))
			for i, a := range fragments {
				fmt.Fprintf(&schemas, "  one-%d: %s\n", i, a)
				for k, b := range fragments[:i] {
					if (testing.Short() || raceEnabled && *seeds == 0) && (i+k)%8 > 0 {
						continue
					}
					fmt.Fprintf(&schemas, "  two-%d-%d: {allOf: [%s, %s]}\n", i, k, a, b)
				}
			}
			var slowest time.Duration
			slow := ""
			cases := schemasOf(t, name, schemas.String(), others)
			witness := witnessOf(t, readFile(t, name))
			for _, s := range cases {
				if v := s.c.ValidateAt(s.s, []byte(witness)); len(v) > 0 {
					t.Errorf("%s: the witness %s violates %v", s.name, witness, v)
				}
				if took := s.check(t, seedsOr(2)); took > slowest {
					slowest, slow = took, s.name
				}
			}
			if slowest > time.Second {
				t.Errorf("%s took %s", slow, slowest)
			}
			t.Logf("%d schemas, slowest %s %s", len(cases), slow, slowest)
		})
	}
}

// witnessOf returns the witness as JSON.
func witnessOf(t testing.TB, text string) string {
	t.Helper()
	c, err := contract.Parse("witness.yaml", []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks: {a: {post: {responses: {'200': {description: ok}}}}}\nx-"+text[strings.Index(text, "witness:"):]))
	if err != nil {
		t.Fatal(err)
	}
	data, err := encoding{}.appendValue(nil, plain(c.Extension("x-witness")))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func fragmentsOf(lines string) (out []string) {
	for line := range strings.Lines(lines) {
		if fragment, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
			out = append(out, fragment)
		}
	}
	return out
}

// What nothing satisfies is refused, with the reason and at its place.
func TestSolveImpossible(t *testing.T) {
	text := readFile(t, "impossible.yaml")
	for _, s := range schemasOf(t, "impossible.yaml", section(t, text, "schemas"), section(t, text, "components")) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, schema := s.c, s.s
			inner := *schema
			inner.Value = &contract.Value{Kind: contract.Object, Fields: []contract.Field{{Name: "$ref", Value: &contract.Value{Kind: contract.String, Text: "#/components/schemas/" + s.name + "/schema"}}}}
			target, err := c.Resolve(&inner)
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(5) {
				start := time.Now()
				v, err := newSolver(c, gofakeit.NewFaker(rand.NewPCG(seed, 1), false)).solve(target, "value")
				if err == nil {
					t.Fatalf("made %v", v)
				}
				if took := time.Since(start); took > time.Second {
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
