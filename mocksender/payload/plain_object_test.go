package payload_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestMembersThatNeedEachOther makes objects whose members depend on each other, in every profile.
func TestMembersThatNeedEachOther(t *testing.T) {
	const three = "properties: {a: {type: string}, b: {type: string}, c: {type: string}}"
	for name, schema := range map[string]string{
		"chain of dependents":    "{type: object, " + three + ", required: [a], dependentRequired: {a: [b], b: [c]}}",
		"optional trigger":       "{type: object, " + three + ", dependentRequired: {a: [b, c]}}",
		"undeclared dependent":   "{type: object, " + three + ", dependentRequired: {a: [z]}}",
		"forbidden dependent":    "{type: object, properties: {a: {type: string}, b: false}, dependentRequired: {a: [b]}}",
		"forbidden trigger":      "{type: object, properties: {a: false, b: {type: string}}, dependentRequired: {a: [z]}}",
		"number of members":      "{type: object, " + three + ", minProperties: 2}",
		"number, some required":  "{type: object, " + three + ", required: [b], minProperties: 2}",
		"both kinds of numbers":  "{type: object, " + three + ", minProperties: 2, maxProperties: 2}",
		"dependent and a number": "{type: object, " + three + ", minProperties: 1, dependentRequired: {a: [b]}}",
	} {
		c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: "+schema+"}}}}}}\n")
		for _, profile := range payload.Profiles()[:5] { // drift changes valid payloads
			g := newGenerator(t, c, payload.Options{Seed: 7, Profile: profile})
			for n := range uint64(40) {
				fits(t, name, c, g, n)
			}
		}
	}
}

func fits(t *testing.T, name string, c *contract.Contract, g *payload.Generator, n uint64) {
	t.Helper()
	m, err := g.Message("w", n)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if v := c.CheckPayload("w", m.Header, m.Body); len(v) > 0 {
		t.Fatalf("%s: %v in %s", name, v, m.Body)
	}
}

// TestSchemasThatAreNone: what is wrong with a schema itself is told at its place, and nothing else.
func TestSchemasThatAreNone(t *testing.T) {
	for schema, want := range map[string]string{
		"{type: strng}":                 "thing.yaml:2:81: the schema itself is wrong: ",
		"{type: integer, minimum: '3'}": "thing.yaml:2:99: the schema itself is wrong: type: want number, got string",
		"{properties: {a: null}}":       "thing.yaml:2:91: the schema itself is wrong: type: want boolean or object, got null",
		"{type: array, items: [{}]}":    "thing.yaml:2:95: the schema itself is wrong: type: want boolean or object, got array",
		"{type: string, pattern: '['}":  "thing.yaml:2:98: the schema itself is wrong: format: ",
		"{type: string, minLength: -1}": "thing.yaml:2:100: the schema itself is wrong: minimum: ",
	} {
		err := compileError(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: "+schema+"}}}}}}\n")
		if !strings.HasPrefix(err, want) || strings.Contains(err, "\n") {
			t.Errorf("%s: %s", schema, err)
		}
	}
}
