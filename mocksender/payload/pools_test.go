package payload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/payload"
)

const poolLimit = 32 << 20

// Pools stay within 32 MiB, whatever the schema asks for.
func TestPoolsAreBounded(t *testing.T) {
	var wide strings.Builder
	for i := range 20 {
		fmt.Fprintf(&wide, "f%d: {type: string, minLength: 9000}\n", i)
	}
	for name, doc := range map[string]string{
		"long text":   document("", "a: {type: string, minLength: 200000}"),
		"long arrays": document("", "a: {type: array, items: {type: string, minLength: 1500}, minItems: 100}"),
		"many fields": document("", wide.String()),
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("many megabytes for one goroutine")
			}
			t.Parallel()
			c := parse(t, doc)
			p, err := payload.Compile(c, "thing.made", payload.Options{Time: clock})
			if err != nil {
				t.Fatal(err)
			}
			if p.Pools() <= 0 || p.Pools() > poolLimit {
				t.Errorf("%d bytes", p.Pools())
			}
		})
	}
	for _, name := range fixtures.ContractNames() {
		g := sharedBuiltIn(t, name, payload.Typical)
		for _, e := range g.Contract().Events() {
			p, err := g.Plan(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			if p.Pools() <= 0 || p.Pools() > poolLimit/8 {
				t.Errorf("%s: %d bytes", e.Name, p.Pools())
			}
		}
	}
}

// What does not fit is refused at compile time, at its place, whichever of the pool's values it is.
func TestEveryPooledValueIsJudged(t *testing.T) {
	got := compileError(t, document("", `a: {type: integer, maximum: 99, x-faker: {pool: [1, 100], weight: [999, 1]}}
b: {type: integer, maximum: 99, x-faker: {integer: {min: 1, max: 100}}}`))
	if !strings.Contains(got, "/b") || !strings.Contains(got, "does not fit") {
		t.Error(got)
	}
}

// Optional members that cannot exist are left out; required ones are an error at their place.
func TestImpossibleMembers(t *testing.T) {
	doc := document("", `
a: {type: string, minLength: 3, maxLength: 2}
b: {type: object, required: [c], properties: {c: {type: integer, minimum: 5, maximum: 4}}}
d: {allOf: [{type: string}, {type: integer}]}
e: {type: string}
f: {type: string, writeOnly: true}`)
	for _, p := range made(t, doc, 5, payload.Options{}) {
		if len(p) != 1 || p["e"] == nil {
			t.Fatal(p)
		}
	}
	needed := strings.Replace(doc, "type: object\n", "type: object\n              required: [a]\n", 1)
	if got := compileError(t, needed); !strings.Contains(got, "minLength 3 is above maxLength 2") || !strings.HasPrefix(got, "thing.yaml:") {
		t.Error(got)
	}
}

// allOf, references and closed objects come out as one coherent object with its annotations.
func TestMergedObjects(t *testing.T) {
	doc := `
openapi: 3.1.0
info: {title: t, version: '1'}
webhooks:
  w:
    post:
      requestBody:
        content:
          application/json:
            schema:
              allOf: [{$ref: '#/components/schemas/Base'}, {properties: {total: {type: integer, x-faker: {same: id}}, extra: {type: string}}, required: [total]}]
              unevaluatedProperties: false
components:
  schemas:
    Base: {type: object, required: [id], properties: {id: {type: integer, x-faker: {sequence: {start: 7}}}, extra: {pattern: '^x'}}}
`
	for i, p := range made(t, doc, 5, payload.Options{}) {
		if p["id"] != float64(7+i) || p["total"] != p["id"] || !strings.HasPrefix(p["extra"].(string), "x") {
			t.Fatal(p)
		}
	}
	closed := strings.Replace(doc, "Base: {type: object", "Base: {additionalProperties: {type: [integer, string], maxLength: 3, maximum: 6}, type: object", 1)
	if got := compileError(t, closed); !strings.Contains(got, "total") {
		t.Error(got)
	}
}

// Annotations are heeded inside values that are made as a whole, as far as they look at nothing else.
func TestNestedAnnotations(t *testing.T) {
	doc := document("", `a: {oneOf: [{type: object, required: [n], properties: {n: {type: string, x-faker: {pool: [red, blue]}}}}, {type: integer, x-faker: {integer: {min: 70, max: 71}}}]}`)
	for _, p := range made(t, doc, 60, payload.Options{}) {
		switch v := p["a"].(type) {
		case float64:
			if v != 70 && v != 71 {
				t.Fatal(v)
			}
		case map[string]any:
			if v["n"] != "red" && v["n"] != "blue" {
				t.Fatal(v)
			}
		}
	}
	got := compileError(t, document("", `a: {oneOf: [{type: object, required: [n], properties: {n: {type: string, x-faker: {same: m}}}}]}`))
	if !strings.Contains(got, "same looks at other values") || !strings.HasPrefix(got, "thing.yaml:") {
		t.Error(got)
	}
}
