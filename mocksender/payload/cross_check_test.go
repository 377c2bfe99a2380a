package payload

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/brianvoe/gofakeit/v7"
)

var crossCheck = flag.Bool("cross-check", false, "give the values of testdata/solve to the validators of testdata/validators (make cross-check)")

// crossCheckSeeds is how many values of each schema the other validators judge.
const crossCheckSeeds = 5

// verdict is a line that testdata/validators/check.mjs prints.
type verdict struct {
	Who, Name, Refused, Unread string
	Value                      json.RawMessage
	Sum                        *struct{ Schemas, Values, Ajv, Hyperjump int }
}

// TestCrossCheck has two validators of another language and other authors judge what
// the solver makes. Where they refuse a value the reason is in disputed, or it is a fault.
func TestCrossCheck(t *testing.T) {
	if !*crossCheck {
		t.Skip("make cross-check")
	}
	others := section(t, readFile(t, "special.yaml"), "components")
	cases := schemasOf(t, "special.yaml", section(t, readFile(t, "special.yaml"), "schemas"), others)
	for _, name := range pairFiles(t) {
		for _, s := range schemasOf(t, name, pairs(t, name), others) {
			s.name = strings.TrimSuffix(name, ".yaml") + "/" + s.name
			cases = append(cases, s)
		}
	}
	var lines bytes.Buffer
	asked := map[string][]byte{}
	for _, s := range cases {
		if !s.ofOpenAPI() {
			asked[s.name] = s.text
			s.dump(t, json.NewEncoder(&lines))
		}
	}
	node := exec.CommandContext(t.Context(), "node", "testdata/validators/check.mjs")
	node.Stdin = &lines
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	read(t, out, asked)
}

func (s solvable) dump(t *testing.T, out *json.Encoder) {
	t.Helper()
	var values []json.RawMessage
	for seed := range uint64(crossCheckSeeds) {
		v, err := newSolver(s.c, gofakeit.NewFaker(rand.NewPCG(seed, 2), false)).solve(s.s, "value")
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		data, err := encoding{}.appendValue(nil, v)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		values = append(values, data)
	}
	err := out.Encode(map[string]any{
		"name": s.name, "schema": json.RawMessage(s.text), "values": values, "decides": decidingFormat.Match(s.text),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// indivisible tells that a validator that divides as float64 may err: 1.4 and numbers beyond 2^53 are others there.
func (v verdict) indivisible(schema []byte) bool {
	return strings.Contains(strings.ToLower(strings.ReplaceAll(v.Refused, " ", "")), "multipleof") &&
		(fractionalStep.Match(schema) || len(v.Value) > 15)
}

func read(t *testing.T, out []byte, asked map[string][]byte) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var v verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		switch {
		case v.Sum != nil:
			t.Logf("%+v", *v.Sum)
			if v.Sum.Schemas != len(asked) || min(v.Sum.Ajv, v.Sum.Hyperjump)*10 < len(asked)*9 {
				t.Errorf("%d schemas asked about, read are %+v", len(asked), *v.Sum)
			}
		case v.Unread != "":
			t.Logf("%s: %s does not read it: %.200s", v.Name, v.Who, v.Unread)
		case !v.indivisible(asked[v.Name]):
			t.Errorf("%s: %s refuses %.200s: %s", v.Name, v.Who, v.Value, v.Refused)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}
