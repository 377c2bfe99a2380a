package receiver_test

import (
	"testing"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// TestDetectorWithOptionalConstants: a constant that payloads may lack tells events apart only where it is there.
func TestDetectorWithOptionalConstants(t *testing.T) {
	c, err := contract.Parse("d.yaml", []byte(`openapi: 3.1.0
webhooks:
  made: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Made'}}}}}}
  gone: {post: {requestBody: {content: {application/json: {schema: {allOf: [{required: [type]}, {properties: {type: {const: gone}, format: {const: json}}}]}}}}}}
  note: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string}, kind: {const: note}}}}}}}}
components: {schemas: {Made: {type: object, required: [type, head], properties: {type: {const: made}, head: {type: object, required: [v], properties: {v: {const: 1}}}, format: {const: json}, tail: {type: object, required: [w], properties: {w: {const: 2}}}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	d, err := receiver.NewDetector(c)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"type":"made","head":{"v":1},"format":"json","tail":{"w":2}}`: "made",
		`{"type":"made","head":{"v":1}}`:                                "made",
		`{"type":"made","head":{"v":1},"format":"xml"}`:                 "",
		`{"type":"gone"}`:                     "gone",
		`{"type":"gone","format":"json"}`:     "gone",
		`{"format":"json"}`:                   "",
		`{"text":"x","kind":"note"}`:          "note",
		`{"text":"x"}`:                        "note",
		`{"text":"x","kind":"else"}`:          "",
		`{"type":"made","text":"x","kind":1}`: "",
	} {
		if got := d.Event([]byte(body)); got != want {
			t.Errorf("%s is taken for %q, want %q", body, got, want)
		}
	}
}
