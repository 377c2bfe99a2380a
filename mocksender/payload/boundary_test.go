package payload_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestBoundaryHoldsEveryLimit: what the profile promises comes up within a few hundred payloads, times included, which have no
// other meaning under it.
func TestBoundaryHoldsEveryLimit(t *testing.T) {
	t.Parallel()
	c := parse(t, `
openapi: 3.1.0
info: {title: Limits, version: "1"}
webhooks:
  node:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}
components:
  schemas:
    Node:
      type: object
      required: [name, whole, number, created_at, day, few, any]
      properties:
        name: {type: string}
        whole: {type: integer}
        number: {type: number}
        created_at: {type: string, format: date-time}
        day: {type: string, format: date}
        few: {type: array, minItems: 2, maxItems: 5, items: {type: boolean}}
        any: {type: array, items: {type: boolean}}
        child: {$ref: '#/components/schemas/Node'}
        kids: {type: array, items: {$ref: '#/components/schemas/Node'}}
`)
	g := generatorOf(t, c, payload.Boundary)
	var all strings.Builder
	for n := range uint64(600) {
		m, err := g.Message("node", n)
		if err != nil {
			t.Fatal(err)
		}
		if n%20 == 0 {
			if found := c.CheckPayload("node", nil, m.Body); len(found) > 0 {
				t.Fatalf("%v: %.300s", found, m.Body)
			}
		}
		all.Write(m.Body)
	}
	text := all.String()
	for what, want := range map[string]string{
		"empty text": `"name":""`, "longest text": strings.Repeat("w", 4096), "astral": "𝒜", "right to left": "مرحبا", "combining": "e\u0301",
		"control characters": `\u0001\u001b`, "line ends": `tab\tline\nreturn\r`, "2^53-1": `"whole":9007199254740991`, "2^53+1": `"whole":9007199254740993`,
		"-0": `"whole":-0`, "-0 as a number": `"number":-0,`, "an exponent": `"number":1e-7`, "a large one": `"number":1E+2`, "leap day": `"day":"2024-02-29"`,
		"leap day as a moment": `"created_at":"2024-02-29T`, "a gap of summer time": `"created_at":"2025-03-30T02:30:00+01:00"`, "leap second": `:60Z"`,
		"fewest elements": `"any":[]`, "deep objects": strings.Repeat(`}`, 32), "deep arrays": strings.Repeat(`}]`, 32),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no payload has %s (%.40s)", what, want)
		}
	}
	if strings.Contains(text, `\u0000`) {
		t.Error("a payload holds NUL")
	}
	for _, elements := range []int{2, 5, 64} {
		if !hasArrayOf(text, elements) {
			t.Errorf("no array has %d elements", elements)
		}
	}
}

// hasArrayOf tells whether an array of so many booleans stands in a text.
func hasArrayOf(text string, elements int) bool {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "[")
		if !ok {
			return false
		}
		inside, _, _ := strings.Cut(after, "]")
		if !strings.ContainsAny(inside, "{[\"") && strings.Count(inside, ",") == elements-1 {
			return true
		}
		rest = after
	}
}
