package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const called = `openapi: 3.0.3
info: {title: Called, version: "1"}
x-webhooks:
  order.created: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}
paths:
  /subscriptions:
    post:
      callbacks:
        onData:
          '{$request.body#/url}':
            post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
            put: {operationId: replaced}
        shared: {$ref: '#/components/callbacks/Shared'}
        broken: {$ref: '#/components/callbacks/None'}
      responses: {'201': {description: x}}
  /others:
    put:
      callbacks:
        onData: {'{$request.body#/url}': {post: {}}}
        shared: {$ref: '#/components/callbacks/Shared'}
components:
  callbacks:
    Shared: {'{$request.query.to}': {post: {operationId: sharedEvent}}, x-note: {post: {}}}
    Unused: {'{$request.query.to}': {post: {operationId: unused}}}
  schemas:
    Order: {type: object, required: [id], properties: {id: {type: integer}}}
`

func TestCallbacksAndXWebhooksAreEvents(t *testing.T) {
	for _, version := range []string{"3.0.3", "3.1.0"} {
		c := parse(t, strings.Replace(called, "3.0.3", version, 1))
		var got []string
		for _, e := range c.Events() {
			got = append(got, e.Method+" | "+e.Name+" | "+e.Callback+" | "+e.Pos.String())
		}
		want := []string{
			"POST | order.created |  | d.yaml:4:3",
			"POST | onData {$request.body#/url} | {$request.body#/url} | d.yaml:10:11",
			"PUT | replaced | {$request.body#/url} | d.yaml:12:13",
			"POST | sharedEvent | {$request.query.to} | d.yaml:23:14",
			"POST | PUT /others onData {$request.body#/url} | {$request.body#/url} | d.yaml:19:18",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", version, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, event := range []string{"order.created", "onData {$request.body#/url}"} {
			wantViolation(t, c.CheckPayload(event, nil, []byte(`{}`)), "required", "", "d.yaml:26:37")
		}
		var faults []string
		for _, p := range c.Check() {
			faults = append(faults, p.Pos.String())
		}
		if !slices.Equal(faults, []string{"d.yaml:14:24"}) {
			t.Errorf("%s: Check: %v", version, faults)
		}
	}
}

func TestSecondOpinionOnCallbacks(t *testing.T) {
	c := parse(t, strings.Replace(strings.Replace(called, "3.0.3", "3.1.0", 1), "        broken: {$ref: '#/components/callbacks/None'}\n", "", 1))
	for body, fits := range map[string]bool{`{"id":1}`: true, `{}`: false} {
		for _, event := range []string{"order.created", "onData {$request.body#/url}"} {
			got, err := c.SecondOpinion(event, []byte(body))
			if err != nil || (len(got) == 0) != fits {
				t.Errorf("%s: %s: %+v, %v", event, body, got, err)
			}
		}
	}
}

func TestWebhooksGoBeforeTheirXWebhooks(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks: {a: {post: {}}}\nx-webhooks: {a: {put: {}}, b: {put: {}}}\n")
	var got []string
	for _, e := range c.Events() {
		got = append(got, e.Method+" "+e.Name)
	}
	if !slices.Equal(got, []string{"POST a", "PUT b"}) {
		t.Errorf("got %v", got)
	}
}

func TestMethodsOfOpenAPI32(t *testing.T) {
	c := parse(t, "openapi: 3.2.0\nwebhooks:\n  w:\n    query: {operationId: asked}\n    additionalOperations:\n      COPY: {operationId: copied, parameters: [{name: X-A, in: header, required: true, schema: {type: integer}}]}\n")
	e, err := c.Event("copied")
	if err != nil || e.Method != "COPY" || e.Name != "COPY w" || e.Pos.String() != "d.yaml:6:7" {
		t.Errorf("got %+v, %v", e, err)
	}
	if e, err := c.Event("asked"); err != nil || e.Method != "QUERY" || e.Name != "w" {
		t.Errorf("got %+v, %v", e, err)
	}
	got := c.CheckPayload("copied", map[string][]string{}, nil)
	if len(got) != 1 || got[0].Rule != "header" {
		t.Errorf("got %+v", got)
	}
}

func TestOneBrokenWebhookHarmsNoOther(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks:\n  good: {post: {}}\n  empty: {summary: x}\n  text: hello\n  loud: {POST: {}}\n  operation: {post: 1}\n  byRef: {post: {$ref: '#/x-operations/o'}}\nx-operations: {o: {operationId: theOne}}\n")
	for event, want := range map[string]string{
		"empty":     `event "empty": d.yaml:4:3: webhook "empty" has no operation such as post`,
		"text":      `event "text": d.yaml:5:9: webhook "text" must be a path item (an object)`,
		"loud":      `event "loud": d.yaml:6:3: webhook "loud" has no operation such as post; "POST" must be in lower case`,
		"operation": `event "operation": d.yaml:7:3: webhook "operation" has no operation such as post`,
		"good":      "",
		"theOne":    "",
	} {
		_, err := c.Payload(event)
		if got := errorText(err); got != want {
			t.Errorf("%s: got %s", event, got)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// head30 begins a document of OpenAPI 3.0 as [head] does one of 3.1.
var head30 = strings.Replace(strings.Replace(head, "3.1.0", "3.0.3", 1), "webhooks:", "x-webhooks:", 1)

func TestSchemasOfOpenAPI30(t *testing.T) {
	const components = "\ncomponents: {schemas: {Int: {type: integer}, Pet: {type: object, properties: {n: {type: integer, exclusiveMinimum: true, minimum: 3}}}}}\n"
	for name, row := range map[string]struct{ schema, good, bad, at string }{
		"nullable":           {`{type: string, nullable: true}`, `null`, `1`, "d.yaml:10:28"},
		"not nullable":       {`{type: string}`, `"a"`, `null`, "d.yaml:10:28"},
		"exclusive":          {`{type: integer, minimum: 3, exclusiveMinimum: true}`, `4`, `3`, "d.yaml:10:67"},
		"not exclusive":      {`{type: integer, maximum: 3, exclusiveMaximum: false}`, `3`, `4`, "d.yaml:10:46"},
		"exclusive number":   {`{type: integer, exclusiveMaximum: 3}`, `2`, `3`, "d.yaml:10:55"},
		"flag alone":         {`{type: integer, exclusiveMaximum: true}`, `2`, `"x"`, "d.yaml:10:28"},
		"siblings mean none": {`{$ref: '#/components/schemas/Int', maximum: 3}`, `4`, `"x"`, "d.yaml:11:36"},
		"nullable $ref":      {`{$ref: '#/components/schemas/Int', nullable: true}`, `null`, `"x"`, "d.yaml:10:21"},
		"nullable allOf":     {`{nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}`, `null`, `{"n":3}`, "d.yaml:11:116"},
		"nullable anyOf":     {`{nullable: true, anyOf: [{type: object, required: [a]}, {type: string}]}`, `null`, `{}`, "d.yaml:10:71"},
		"into nullable":      {`{type: object, properties: {a: {nullable: true, allOf: [{type: integer}]}, b: {$ref: '#/x-webhooks/w/post/requestBody/content/application~1json/schema/properties/a/allOf/0'}}}`, `{"a":null,"b":1}`, `{"b":null}`, "d.yaml:10:84"},
		"null in enum":       {`{type: string, nullable: true, enum: [a, null]}`, `null`, `"b"`, "d.yaml:10:58"},
		"null not in enum":   {`{type: string, nullable: true, enum: [a]}`, `"a"`, `null`, "d.yaml:10:58"},
		"example is data":    {`{type: object, example: {$ref: '#/nope'}}`, `{}`, `1`, "d.yaml:10:28"},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, head30+row.schema+components)
			wantNone(t, c.CheckPayload("w", nil, []byte(row.good)))
			got := c.CheckPayload("w", nil, []byte(row.bad))
			if len(got) != 1 || got[0].Pos.String() != row.at {
				t.Errorf("want one at %s, got %+v", row.at, got)
			}
		})
	}
}

func TestSchemaValuesOfOpenAPI30(t *testing.T) {
	c := parse(t, head30+`{type: object, properties: {a: {type: number, minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false, nullable: true, example: 2}, b: {$ref: '#/components/schemas/B', maxLength: 3, description: D, x-faker: {func: city}}}}`+"\ncomponents: {schemas: {B: {type: string}}}\n")
	s, err := c.Payload("w")
	if err != nil {
		t.Fatal(err)
	}
	a, b := s.Properties[0].Schema, s.Properties[1].Schema
	if a.Minimum != nil || a.ExclusiveMinimum.Text != "1" || a.Maximum.Text != "9" || a.ExclusiveMaximum != nil || !slices.Equal(a.Types, []string{"number", "null"}) || a.Examples[0].Text != "2" {
		t.Errorf("a: %+v", a)
	}
	if b.MaxLength != nil || b.Description != "D" || b.Faker == nil || b.Ref == "" {
		t.Errorf("b: %+v", b)
	}
}

func TestFilesOfA30DocumentAreOf30(t *testing.T) {
	c, err := contract.Load(mapFS(map[string]string{
		"d.yaml":   head30 + "{$ref: 's.yaml#/S'}\n",
		"s.yaml":   "S: {type: object, properties: {n: {type: integer, minimum: 1, exclusiveMinimum: true}, m: {$ref: 'new.yaml#/M'}}}\n",
		"new.yaml": "openapi: 3.1.0\nM: {type: integer, exclusiveMinimum: 5}\n",
	}), "d.yaml")
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, c.CheckPayload("w", nil, []byte(`{"n":2,"m":6}`)))
	if got := c.CheckPayload("w", nil, []byte(`{"n":1,"m":5}`)); len(got) != 2 {
		t.Errorf("got %+v", got)
	}
}
