package payload_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// contentDoc has JSON inside of text, in several encodings, behind a reference, in a list, in JSON inside of text, and of a
// bounded length.
const contentDoc = `openapi: 3.1.0
webhooks:
  wrapped:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [plain, coded, url, quoted, list, nested, short, either]
              properties:
                plain: {type: string, contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/Order'}}
                coded: {type: string, contentMediaType: application/vnd.order+json, contentEncoding: base64, contentSchema: {$ref: '#/components/schemas/Order'}}
                url: {type: string, contentMediaType: "application/json; charset=utf-8", contentEncoding: base64url, contentSchema: {type: array, minItems: 2, items: {type: integer, minimum: 7}}}
                quoted: {type: string, contentMediaType: application/json, contentEncoding: quoted-printable, contentSchema: {const: "a=b é"}}
                list: {type: array, minItems: 2, items: {type: string, contentMediaType: application/json, contentSchema: {enum: [{a: 1}, [2]]}}}
                nested:
                  type: string
                  contentMediaType: application/json
                  contentSchema:
                    type: object
                    required: [again]
                    properties: {again: {type: string, contentMediaType: application/json, contentSchema: {type: boolean}}}
                short: {type: string, maxLength: 24, contentMediaType: application/json, contentSchema: {type: object, required: [n], properties: {n: {type: integer}}, additionalProperties: false}}
                either: {oneOf: [{type: integer}, {type: string, contentMediaType: application/json, contentSchema: {type: object, required: [id], properties: {id: {type: integer}}}}]}
components:
  schemas:
    Order:
      type: object
      required: [number, state, placed_at, lines]
      additionalProperties: false
      properties:
        number: {type: integer, minimum: 100, maximum: 999}
        state: {type: string, x-faker: {pool: [open, paid]}}
        placed_at: {type: string, format: date-time}
        lines: {type: array, minItems: 1, maxItems: 3, items: {type: object, required: [sku], properties: {sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{2}$'}}}}
`

// inner are the documents that stand in the texts of a payload, with the place of the schema of each in the payload's.
func inner(t *testing.T, body string) map[string]string {
	t.Helper()
	at := func(path string) string { return gjson.Get(body, path).String() }
	decoded := func(e *base64.Encoding, text string) string {
		data, err := e.DecodeString(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		return string(data)
	}
	quoted, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(at("quoted"))))
	if err != nil || strings.Contains(at("quoted"), "é") {
		t.Errorf("%q: %v", at("quoted"), err)
	}
	all := map[string]string{
		"plain": at("plain"), "coded": decoded(base64.StdEncoding, at("coded")), "url": decoded(base64.URLEncoding, at("url")), "quoted": string(quoted),
		"list/items": at("list.0"), "nested": at("nested"), "nested/contentSchema/properties/again": gjson.Get(at("nested"), "again").String(), "short": at("short"),
	}
	if either := gjson.Get(body, "either"); either.Type == gjson.String {
		all["either/oneOf/1"] = either.String()
	}
	return all
}

// contentSchemas finds the contentSchema of each place.
func contentSchemas(t *testing.T, c *contract.Contract) map[string]*contract.Schema {
	t.Helper()
	root, err := c.Payload("wrapped")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*contract.Schema{}
	for _, p := range root.Properties {
		switch s := p.Schema; p.Name {
		case "list":
			found["list/items"] = s.Items.ContentSchema
		case "either":
			found["either/oneOf/1"] = s.OneOf[1].ContentSchema
		case "nested":
			found["nested/contentSchema/properties/again"] = s.ContentSchema.Properties[0].Schema.ContentSchema
			fallthrough
		default:
			found[p.Name] = s.ContentSchema
		}
	}
	return found
}

func TestTextThatHoldsJSONIsMadeByItsContentSchema(t *testing.T) {
	c := parse(t, contentDoc)
	schemas := contentSchemas(t, c)
	for _, profile := range []payload.Profile{payload.Typical, payload.Minimal, payload.Full, payload.Boundary, payload.Sparse} {
		g, again := generatorOf(t, c, profile), generatorOf(t, c, profile)
		states := map[string]bool{}
		for n := range uint64(60) {
			m, err := g.Message("wrapped", n)
			if err != nil {
				t.Fatal(err)
			}
			if same, err := again.Message("wrapped", n); err != nil || !bytes.Equal(same.Body, m.Body) {
				t.Fatalf("%s %d: not the same again: %s, %v", profile, n, same.Body, err)
			}
			for place, text := range inner(t, string(m.Body)) {
				if found := c.ValidateAt(schemas[place], []byte(text)); len(found) > 0 {
					t.Errorf("%s %d: %s holds %s: %s", profile, n, place, text, found[0].Message)
				}
			}
			if text := gjson.GetBytes(m.Body, "short").String(); len(text) > 24 {
				t.Errorf("%s %d: %q is too long", profile, n, text)
			}
			states[gjson.Get(gjson.GetBytes(m.Body, "plain").String(), "state").String()] = true
		}
		if fmt.Sprint(states) != "map[open:true paid:true]" {
			t.Errorf("%s: the annotation in it is not followed: %v", profile, states)
		}
	}
}

// What no document can satisfy is said at its place.
func TestContentThatCannotBe(t *testing.T) {
	got := compileError(t, `openapi: 3.1.0
webhooks:
  w: {post: {requestBody: {content: {application/json: {schema: {type: string, contentMediaType: application/json, contentSchema: {type: integer, minimum: 3, maximum: 2}}}}}}}
`)
	if !strings.HasPrefix(got, "thing.yaml:3:") || !strings.Contains(got, "contentSchema") {
		t.Error(got)
	}
}
