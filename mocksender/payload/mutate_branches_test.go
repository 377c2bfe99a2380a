package payload_test

import (
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestInvalidAlternatives breaks schemas whose rules are several schemas, or a constant that is no text; what is broken, and
// where, is what the validator says.
func TestInvalidAlternatives(t *testing.T) {
	for schema, keyword := range map[string]string{
		"{const: 5}":                    "const",
		"{const: null}":                 "const",
		"{const: true}":                 "const",
		"{const: [1]}":                  "const",
		"{const: {a: 1}}":               "const",
		"{not: {not: {type: integer}}}": "not",
		"{anyOf: [{type: string}, {type: integer}]}": "anyOf",
		"{oneOf: [{type: object, required: [a], properties: {a: {const: 1}}}, {type: object, required: [b], properties: {b: {const: 2}}}]}": "oneOf",
		"{type: object, required: [a], properties: {a: {oneOf: [{type: string, minLength: 3}, {type: array, items: {type: string}}]}}}":     "oneOf",
		"{if: true, then: {type: string}}": "type",
	} {
		c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: "+schema+"}}}}}}\n")
		g := newGenerator(t, c, payload.Options{Seed: 3})
		seen := map[string]bool{}
		for n := range uint64(24) {
			m, mutation, err := g.Invalid("w", payload.Subject{Event: n, Time: clock})
			if err != nil {
				t.Fatalf("%s: %v", schema, err)
			}
			v := c.CheckPayload("w", m.Header, m.Body)
			if len(v) != 1 || v[0].Rule != mutation.Keyword || v[0].Instance != mutation.Pointer {
				t.Errorf("%s: %s is said to break %s at %q, and breaks %v", schema, m.Body, mutation.Keyword, mutation.Pointer, v)
			}
			seen[mutation.Keyword] = true
		}
		if !seen[keyword] {
			t.Errorf("%s: broken are %v", schema, seen)
		}
	}
}
