package contract_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const several = `openapi: 3.1.0
info: {title: Several, version: 2}
webhooks:
  customer.nightly: {post: {operationId: nightlyUpdate, summary: S, description: D, x-assumption: not published, requestBody: {content: {text/plain: {}, application/vnd.x+json: {}, application/json; charset=utf-8: {schema: true}}}}}
  customer.super: {summary: of the item, post: {requestBody: {content: {application/*: {}}}}}
  a/b {c}~:
    put: {operationId: replaceThing, requestBody: {content: {multipart/form-data: {}, application/cloudevents+json: {}}}}
    delete: {responses: {'204': {description: gone}}}
`

func TestEventsInDocumentOrder(t *testing.T) {
	c := parse(t, several)
	want := []contract.EventType{
		{Name: "customer.nightly", OperationID: "nightlyUpdate", Method: "POST", MediaType: "application/json; charset=utf-8", Summary: "S", Description: "D", Assumption: "not published", Pos: contract.Position{File: "d.yaml", Line: 4, Column: 3}},
		{Name: "customer.super", Method: "POST", MediaType: "application/json", Summary: "of the item", Pos: contract.Position{File: "d.yaml", Line: 5, Column: 3}},
		{Name: "a/b {c}~", OperationID: "replaceThing", Method: "PUT", MediaType: "application/cloudevents+json", Pos: contract.Position{File: "d.yaml", Line: 6, Column: 3}},
		{Name: "DELETE a/b {c}~", Method: "DELETE", Pos: contract.Position{File: "d.yaml", Line: 8, Column: 5}},
	}
	if got := c.Events(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if c.Name() != "d" || c.Title() != "Several" || c.Version() != "2" || c.Extension("info") != nil {
		t.Errorf("name %q, title %q, version %q", c.Name(), c.Title(), c.Version())
	}
}

func TestEventByName(t *testing.T) {
	c := parse(t, several)
	for asked, want := range map[string]string{
		"customer.nightly": "customer.nightly",
		"nightlyUpdate":    "customer.nightly",
		"NIGHTLYupdate":    "customer.nightly",
		"super":            "customer.super",
		"Customer.Super":   "customer.super",
		"a/b {c}~":         "a/b {c}~",
		"PUT a/b {c}~":     "a/b {c}~",
		"delete a/b":       "DELETE a/b {c}~",
	} {
		if e, err := c.Event(asked); err != nil || e.Name != want {
			t.Errorf("%s: got %q, %v; want %q", asked, e.Name, err, want)
		}
	}
	for asked, want := range map[string]string{
		"customer.nightli": `unknown event "customer.nightli" (did you mean "customer.nightly"?)`,
		"customer":         `event "customer" is ambiguous: it could be "customer.nightly", "customer.super"`,
		"invoice.paid":     `unknown event "invoice.paid"`,
		"":                 `unknown event ""`,
	} {
		_, err := c.Event(asked)
		var unknown *contract.UnknownEventError
		if !errors.As(err, &unknown) || err.Error() != want || unknown.Name != asked {
			t.Errorf("%s: got %v, want %s", asked, err, want)
		}
	}
}

func TestOfManyEventsAFewAreNamed(t *testing.T) {
	err := &contract.UnknownEventError{Name: "e", Candidates: []string{"e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9", "e10"}}
	want := `event "e" is ambiguous: it could be "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", and 2 more`
	if err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestSchemaKeepsWhatIsWritten(t *testing.T) {
	c := parse(t, head+`
              type: object
              required: [b]
              minProperties: 1.0
              properties:
                b: {type: [string, "null"], minLength: 2, format: email, x-faker: {func: email}, x-assumption: true}
                a: {type: number, nullable: true, minimum: 0.10, exclusiveMaximum: 1e2, multipleOf: 0.01, enum: [1, null], const: 1}
                list: {prefixItems: [true], items: false, contains: {}, uniqueItems: true, maxItems: 3, example: [1]}
              patternProperties: {'^x-': {readOnly: true}}
              additionalProperties: false
              dependentRequired: {a: [b]}
              oneOf: [{$ref: '#/components/schemas/A'}]
              discriminator: {propertyName: kind, mapping: {a: A}}
              if: {}
              then: {default: 7, examples: [1, 2]}
components: {schemas: {A: true}}
`)
	s, err := c.Payload("w")
	if err != nil {
		t.Fatal(err)
	}
	b, a, list := s.Properties[0].Schema, s.Properties[1].Schema, s.Properties[2].Schema
	for what, ok := range map[string]bool{
		"order":         s.Properties[0].Name == "b" && s.Properties[2].Name == "list",
		"required":      slices.Equal(s.Required, []string{"b"}) && *s.MinProperties == 1,
		"type array":    slices.Equal(b.Types, []string{"string", "null"}) && *b.MinLength == 2 && b.MaxLength == nil && b.Format == "email",
		"annotations":   b.Faker.Lookup("func").Text == "email" && b.Assumption && !a.Assumption,
		"nullable":      slices.Equal(a.Types, []string{"number", "null"}),
		"spelling":      a.Minimum.Text == "0.10" && a.ExclusiveMaximum.Text == "1e2" && a.MultipleOf.Text == "0.01",
		"enum":          len(a.Enum) == 2 && a.Enum[1].Kind == contract.Null && a.Const.Text == "1",
		"booleans":      *list.PrefixItems[0].Boolean && !*list.Items.Boolean && !*s.AdditionalProperties.Boolean,
		"arrays":        list.Contains != nil && list.UniqueItems && *list.MaxItems == 3 && len(list.Examples) == 1,
		"patterns":      s.PatternProperties[0].Name == "^x-" && s.PatternProperties[0].Schema.ReadOnly,
		"dependent":     slices.Equal(s.DependentRequired["a"], []string{"b"}),
		"oneOf":         s.OneOf[0].Ref == "#/components/schemas/A",
		"discriminator": s.Discriminator.PropertyName == "kind" && s.Discriminator.Mapping["a"] == "A",
		"conditions":    s.If != nil && s.Then.Default.Text == "7" && len(s.Then.Examples) == 2 && s.Else == nil,
		"pointer":       b.Pointer == "/webhooks/w/post/requestBody/content/application~1json/schema/properties/b" && b.Pos.String() == "d.yaml:15:20",
	} {
		if !ok {
			t.Errorf("%s is not as written", what)
		}
	}
}

func TestEventWithoutBody(t *testing.T) {
	c := parse(t, several)
	s, err := c.Payload("DELETE a/b {c}~")
	if s != nil || err != nil {
		t.Errorf("got %v, %v", s, err)
	}
	wantNone(t, c.CheckPayload("DELETE a/b {c}~", nil, nil))
	wantViolation(t, c.CheckPayload("DELETE a/b {c}~", nil, []byte("{}")), "body", "", "d.yaml:8:13")
}
