package contract_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestBothEnginesAgreeOnTheBuiltInContracts judges a good body of every event, and bodies with a member dropped, retyped
// or nulled, by the compiled schema and by libopenapi-validator. They agree on all of them;
// TestKnownDifferencesOfTheSecondOpinion has the documents on which they do not.
func TestBothEnginesAgreeOnTheBuiltInContracts(t *testing.T) {
	for _, name := range fixtures.ContractNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range c.Check() {
				if !p.Warning {
					t.Errorf("the contract has a fault: %s", p)
				}
			}
			generator, err := payload.New(c, payload.Options{Seed: 1, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			asked := map[string]bool{}
			for _, e := range c.Events() {
				m, err := generator.Message(e.Name, 0)
				if err != nil {
					t.Fatal(err)
				}
				agreeOnMutations(t, c, e.Name, m.Body, asked)
			}
		})
	}
}

// agreeOnMutations asks both engines about mutations of a body. The library reads its whole rendered schema again for every
// refusal, so each mutation of a field is asked about once among all events (with -short, every ninth of them). Fields of the
// same name in members of the same name count as one. Our own engine judges those, and others until it refuses one.
func agreeOnMutations(t *testing.T, c *contract.Contract, event string, body []byte, asked map[string]bool) {
	t.Helper()
	wantNone(t, c.CheckPayload(event, nil, body))
	agree(t, c, event, "as generated", body)
	var root any
	if err := json.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	refused := 0
	mutate(root, "", func(kind, at string) {
		mutation := kind + " " + lastSteps(at)
		if asked[mutation] && refused > 0 {
			return
		}
		mutated, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.CheckPayload(event, nil, mutated)) > 0 {
			refused++
		}
		if asked[mutation] {
			return
		}
		asked[mutation] = true
		if !testing.Short() || len(asked)%9 == 0 {
			agree(t, c, event, kind+" "+at, mutated)
		}
	})
	if refused == 0 {
		t.Errorf("%s: no mutation is refused: the contract says nothing", event)
	}
}

// lastSteps returns the last two steps of a path.
func lastSteps(path string) string {
	steps := strings.Split(path, "/")
	return strings.Join(steps[max(0, len(steps)-2):], "/")
}

// agree compares the two judgements.
func agree(t *testing.T, c *contract.Contract, event, what string, body []byte) {
	t.Helper()
	ours := c.CheckPayload(event, nil, body)
	theirs, err := c.SecondOpinion(event, body)
	if err != nil {
		t.Fatal(err)
	}
	if (len(ours) == 0) != (len(theirs) == 0) {
		t.Errorf("%s: %s:\nours   %+v\ntheirs %+v", event, what, ours, theirs)
	}
}

// The kinds of mutation.
const dropped, nulled, retyped = "dropped", "nulled", "retyped"

// mutate calls try with root changed in one place at a time. Of an array only the first element is changed.
func mutate(node any, at string, try func(kind, at string)) {
	switch node := node.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(node)) {
			value, where := node[name], at+"/"+name
			delete(node, name)
			try(dropped, where)
			node[name] = nil
			try(nulled, where)
			node[name] = ofAnotherType(value)
			try(retyped, where)
			node[name] = value
			mutate(value, where, try)
		}
	case []any:
		if len(node) > 0 {
			value := node[0]
			node[0] = nil
			try(nulled, at+"/0")
			node[0] = ofAnotherType(value)
			try(retyped, at+"/0")
			node[0] = value
			mutate(value, at+"/0", try)
		}
	}
}

func ofAnotherType(v any) any {
	switch v.(type) {
	case string:
		return 17
	case float64:
		return "text"
	case bool:
		return "true"
	case nil:
		return []any{map[string]any{}}
	default:
		return false
	}
}

// TestKnownDifferencesOfTheSecondOpinion shows every kind of document on which the two engines differ, and why. When a
// row fails because they agree, a newer library has mended it, and the row goes.
func TestKnownDifferencesOfTheSecondOpinion(t *testing.T) {
	for name, row := range map[string]struct {
		schema, body string
		fits         bool
		why          string
	}{
		"null":          {`{type: object}`, `null`, false, ""},
		"false member":  {`{type: object, properties: {a: false}}`, `{"a":1}`, false, "the library ignores boolean schemas"},
		"readOnly":      {`{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}`, `{}`, false, "the library takes a webhook for a request, whose writer does not write readOnly members"},
		"writeOnly":     {`{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}`, `{}`, true, "likewise: it demands writeOnly members"},
		"nullable":      {`{type: string, nullable: true}`, `"x"`, true, "the library cannot compile nullable in a 3.1 document"},
		"int32":         {`{type: integer, format: int32}`, `2147483648`, false, "the library does not know the formats of OpenAPI"},
		"empty body":    {`{type: object}`, ``, false, ""},
		"plain misfit":  {`{type: object, required: [a]}`, `{}`, false, ""},
		"plain fit":     {`{type: object, required: [a]}`, `{"a":1}`, true, ""},
		"look-ahead":    {`{type: string, pattern: '^(?!a)'}`, `"ab"`, false, ""},
		"format":        {`{type: string, format: email}`, `"no"`, false, ""},
		"self recursed": {`{$ref: '#/components/schemas/Node'}`, `{"next":{"next":{"id":"x"}}}`, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, head+row.schema+"\ncomponents: {schemas: {Node: {type: object, properties: {id: {type: integer}, next: {$ref: '#/components/schemas/Node'}}}}}\n")
			ours := c.CheckPayload("w", nil, []byte(row.body))
			if (len(ours) == 0) != row.fits {
				t.Errorf("ours: %+v", ours)
			}
			theirs, err := c.SecondOpinion("w", []byte(row.body))
			if err != nil {
				t.Fatal(err)
			}
			if differ := (len(theirs) == 0) != row.fits; differ != (row.why != "") {
				t.Errorf("theirs: %+v; reason for a difference: %q", theirs, row.why)
			}
		})
	}
}

// TestSecondOpinionAfterRecursion: once a recursive schema was validated, the library accepts anything for component
// schemas that were not rendered before. Rendering all first is what keeps this from happening.
func TestSecondOpinionAfterRecursion(t *testing.T) {
	c := parse(t, head+`{$ref: '#/components/schemas/Node'}
  other: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Other'}}}}}}
components:
  schemas:
    Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, list: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
    Other: {type: object, required: [leaf], properties: {leaf: {$ref: '#/components/schemas/Leaf'}}}
    Leaf: {type: object, required: [id], properties: {id: {type: integer}}}
`)
	for _, row := range [][2]string{{"w", `{"next":{"next":{}}}`}, {"w", `{"next":{"next":1}}`}, {"other", `{"leaf":{"id":"x"}}`}, {"other", `{"leaf":{}}`}, {"other", `{}`}, {"other", `{"leaf":{"id":1}}`}} {
		agree(t, c, row[0], row[1], []byte(row[1]))
	}
}
