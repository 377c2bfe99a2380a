package load_test

import (
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// TestBodiesOfAnyKindAreValidated: those too that are no bare JSON payload.
func TestBodiesOfAnyKindAreValidated(t *testing.T) {
	t.Parallel()
	c, err := contract.Parse("kinds.yaml", []byte(`
openapi: 3.1.0
info: {title: Kinds, version: "1"}
webhooks:
  asked: {post: {parameters: [{name: X-Sig, in: header, required: true, schema: {type: string}}], requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  form: {post: {requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
  parts: {post: {requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
components: {schemas: {Thing: {type: object, required: [id], properties: {id: {type: integer}}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Named("zipit")
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{"asked", "form", "parts"} {
		for _, signed := range [][]string{{}, nil} { // a body is judged without what others add to its headers
			g, err := payload.New(c, payload.Options{Time: time.Unix(1_800_000_000, 0), Signed: signed})
			if err != nil {
				t.Fatal(err)
			}
			var got seen
			r := run(t, load.Config{Target: serve(t, got.handler(nil)), Events: []load.Event{{Name: event, Generator: g, Policy: p}}, Count: 5, Connections: 1})
			if r.Checked.Bodies == 0 || r.Checked.Invalid > 0 {
				t.Errorf("%s: %+v", event, r.Checked)
			}
		}
	}
}
