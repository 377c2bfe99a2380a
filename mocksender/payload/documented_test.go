package payload_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

const exampleDoc = `
a: {type: string, examples: [one, two]}
b: {type: integer, default: 7}
c: {type: integer, maximum: 3, example: 9, default: 2}
d: {type: object, properties: {x: {type: integer}}, example: {x: 41}}
e: {type: string, example: hello, x-faker: {value: annotated}}
f: {type: object, properties: {y: {type: string, x-faker: {value: inner}}}, example: {y: outer}}
g: {type: array, minItems: 1, items: {type: object, required: [z], properties: {z: {type: string, format: uuid, example: 0c7b5e0e-5a9f-4b0f-8f3a-2d1c9be0a001}}}}
h: {type: string, format: date-time, examples: ["2026-01-01T00:00:00Z"]}`

func TestExamplesAreUsedWhenAsked(t *testing.T) {
	seen := map[any]bool{}
	for _, p := range made(t, document("", exampleDoc), 20, payload.Options{Examples: true, Profile: payload.Full}) {
		seen[p["a"]] = true
		if p["b"] != 7.0 || p["d"].(map[string]any)["x"] != 41.0 || p["e"] != "annotated" || p["h"] != "2026-01-01T00:00:00Z" {
			t.Fatalf("got %v", p)
		}
		if c := p["c"].(float64); c > 3 {
			t.Errorf("c is %v, an example that its schema refuses", c)
		}
		if p["f"].(map[string]any)["y"] != "inner" {
			t.Errorf("f is %v: an annotation below an example wins", p["f"])
		}
		if z := p["g"].([]any)[0].(map[string]any)["z"]; z != "0c7b5e0e-5a9f-4b0f-8f3a-2d1c9be0a001" {
			t.Errorf("g[0].z is %v", z)
		}
	}
	if len(seen) != 2 || !seen["one"] || !seen["two"] {
		t.Errorf("a is one of %v", seen)
	}
	for _, p := range made(t, document("", exampleDoc), 5, payload.Options{Profile: payload.Full}) {
		if p["b"] == 7.0 || p["h"] == "2026-01-01T00:00:00Z" {
			t.Errorf("not asked for: %v", p)
		}
	}
}

func TestExamplesOfTheWholeBody(t *testing.T) {
	doc := strings.Replace(document("", "a: {type: integer}"), "            schema:", `            examples:
              small: {value: {a: 1}}
              wrong: {value: {a: text}}
              large: {$ref: '#/components/examples/large'}
            schema:`, 1) + "\ncomponents: {examples: {large: {value: {a: 1000}}}}\n"
	seen := map[any]bool{}
	for _, p := range made(t, doc, 20, payload.Options{Examples: true}) {
		seen[p["a"]] = true
	}
	if len(seen) != 2 || !seen[1.0] || !seen[1000.0] {
		t.Errorf("a is one of %v", seen)
	}
}
