package contract_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
			if problems := c.Check(); len(problems) > 0 {
				t.Fatalf("the contract has faults: %v", problems)
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

// agreeOnMutations asks both engines about mutations of a body. Events share schemas, and the library reads its whole
// rendered schema again for every refusal, so each field of the contract is asked about once among all events: what is
// refused for the same reason at the same line counts as one, and so does what is accepted at fields of the same name in
// members of the same name. Our own engine judges them all.
func agreeOnMutations(t *testing.T, c *contract.Contract, event string, body []byte, asked map[string]bool) {
	t.Helper()
	wantNone(t, c.CheckPayload(event, nil, body))
	agree(t, c, event, "as generated", body)
	var root any
	if err := json.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	refused := 0
	mutate(root, "", func(what string) {
		mutated, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		reason := what[:4] + lastSteps(what)
		if ours := c.CheckPayload(event, nil, mutated); len(ours) > 0 {
			refused++
			reason = ours[0].Rule + ours[0].Pointer
		}
		if !asked[reason] {
			asked[reason] = true
			agree(t, c, event, what, mutated)
		}
	})
	if refused == 0 {
		t.Errorf("%s: no mutation is refused: the contract says nothing", event)
	}
}

// lastSteps returns the last two steps of the path in what a mutation says of itself.
func lastSteps(what string) string {
	path, _, _ := strings.Cut(what[4:], " =")
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

// mutate calls try with root changed in one place at a time. Of an array only the first element is changed.
func mutate(node any, at string, try func(what string)) {
	switch node := node.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(node)) {
			value, where := node[name], at+"/"+name
			delete(node, name)
			try("drop " + where)
			for _, other := range []any{nil, retyped(value)} {
				node[name] = other
				try(fmt.Sprintf("set %s = %v", where, other))
			}
			node[name] = value
			mutate(value, where, try)
		}
	case []any:
		if len(node) > 0 {
			value, where := node[0], at+"/"+strconv.Itoa(0)
			for _, other := range []any{nil, retyped(value)} {
				node[0] = other
				try(fmt.Sprintf("set %s = %v", where, other))
			}
			node[0] = value
			mutate(value, where, try)
		}
	}
}

// retyped returns a value of another JSON type.
func retyped(v any) any {
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
