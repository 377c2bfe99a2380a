package contract_test

import (
	"strings"
	"testing"
)

func TestBodiesAreJudged(t *testing.T) {
	for name, row := range map[string]struct {
		schema, body   string
		rule, instance string // "" rule: fits
		reason         string
	}{
		"fits":                 {schema: `{type: object}`, body: `{}`},
		"null":                 {`{type: object}`, `null`, "type", "", ""},
		"null where nullable":  {schema: `{type: object, nullable: true}`, body: `null`},
		"nullable reference":   {schema: `{nullable: true, $ref: '#/components/schemas/Int'}`, body: `null`},
		"nullable ref, wrong":  {`{nullable: true, $ref: '#/components/schemas/Int'}`, `"x"`, "anyOf", "", ""},
		"not JSON":             {`{type: object}`, `{`, "json", "", ""},
		"not UTF-8":            {`{type: string}`, "\"\xff\"", "json", "", "RFC 8259, section 8.1"},
		"two values":           {`{type: object}`, `{}{}`, "json", "", ""},
		"empty":                {`{type: object}`, ``, "body", "", "requestBody is required"},
		"false":                {`{properties: {a: false}}`, `{"a":1}`, "false", "/a", ""},
		"whole false":          {`false`, `1`, "false", "", ""},
		"true":                 {schema: `true`, body: `1`},
		"required":             {`{required: [a]}`, `{}`, "required", "", ""},
		"additional":           {`{additionalProperties: false}`, `{"a/b":1}`, "additionalProperties", "", ""},
		"enum":                 {`{enum: [a, null]}`, `"b"`, "enum", "", ""},
		"const":                {`{const: 1}`, `2`, "const", "", ""},
		"one is one":           {schema: `{const: 1}`, body: `1.0`},
		"format":               {`{format: email}`, `"no"`, "format", "", "formats are asserted"},
		"unknown format":       {schema: `{format: license-plate}`, body: `"no"`},
		"int32":                {`{format: int32}`, `2147483648`, "format", "", ""},
		"int64 low":            {schema: `{format: int64}`, body: `-9223372036854775808`},
		"int64 high":           {`{format: int64}`, `9223372036854775808`, "format", "", ""},
		"byte":                 {`{format: byte}`, `"*"`, "format", "", ""},
		"look-ahead":           {`{pattern: '^(?!a)'}`, `"ab"`, "pattern", "", "RE2 cannot look ahead"},
		"look-ahead fits":      {schema: `{pattern: '^(?!a)'}`, body: `"ba"`},
		"unicode escape":       {`{pattern: '^\u00e9$'}`, `"e"`, "pattern", "", ""},
		"unicode escape fits":  {schema: `{pattern: '^\u00e9$'}`, body: `"é"`},
		"not":                  {`{not: {type: string}}`, `"x"`, "not", "", ""},
		"oneOf two":            {`{oneOf: [{}, {}]}`, `1`, "oneOf", "", ""},
		"anyOf one meant":      {`{anyOf: [{type: "null"}, {type: object, required: [a]}]}`, `{}`, "required", "", "the branch whose type fits is meant"},
		"anyOf none meant":     {`{anyOf: [{type: "null"}, {type: object}]}`, `1`, "anyOf", "", ""},
		"contains":             {`{contains: {const: 1}}`, `[2]`, "contains", "", ""},
		"unique":               {`{uniqueItems: true}`, `[1,1]`, "uniqueItems", "", ""},
		"unevaluated":          {`{allOf: [{properties: {a: true}}], unevaluatedProperties: false}`, `{"a":1,"b":2}`, "unevaluatedProperties", "/b", ""},
		"dependent":            {`{dependentRequired: {a: [b]}}`, `{"a":1}`, "dependentRequired", "", ""},
		"property name":        {`{propertyNames: {maxLength: 1}}`, `{"ab":1}`, "propertyNames", "", ""},
		"big number":           {`{maximum: 123456789012345678901}`, `123456789012345678902`, "maximum", "", "no digit is lost"},
		"decimal":              {schema: `{multipleOf: 0.01}`, body: `0.29`},
		"huge exponent":        {`{}`, `{"a":[1e999999999]}`, "json", "/a/0", ""},
		"readOnly is demanded": {`{required: [a], properties: {a: {readOnly: true}}}`, `{}`, "required", "", "the provider writes webhooks"},
		"writeOnly is not":     {schema: `{required: [a], properties: {a: {writeOnly: true}}}`, body: `{}`},
		"writeOnly by ref":     {schema: `{required: [a], properties: {a: {$ref: '#/components/schemas/Secret'}}}`, body: `{}`},
		"siblings of $ref":     {`{$ref: '#/components/schemas/Int', minimum: 5}`, `4`, "minimum", "", ""},
		"$schema is ignored":   {schema: `{$schema: 'https://example.com/own', type: integer}`, body: `1`},
		"example is data":      {schema: `{example: {$ref: '#/nope'}, type: integer}`, body: `1`},
		"bad schema":           {`{type: strin}`, `1`, "schema", "", "the document's fault, at its place"},
		"bad pattern":          {`{pattern: '('}`, `1`, "schema", "", ""},
		"3.0 exclusive":        {`{minimum: 1, exclusiveMinimum: true}`, `1`, "exclusiveMinimum", "", "read as in 3.0, and --check warns of it"},
		"reference to itself":  {`{$ref: '#/components/schemas/Loop'}`, `1`, "$ref", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, head+row.schema+"\ncomponents: {schemas: {Int: {type: integer}, Secret: {writeOnly: true}, Loop: {$ref: '#/components/schemas/Loop'}}}\n")
			got := c.CheckPayload("w", nil, []byte(row.body))
			if row.rule == "" {
				wantNone(t, got)
				return
			}
			if len(got) != 1 || got[0].Rule != row.rule || got[0].Instance != row.instance {
				t.Fatalf("want one %s at %q, got %+v (%s)", row.rule, row.instance, got, row.reason)
			}
			if v := got[0]; v.Pos.File != "d.yaml" || v.Pos.Line < 7 || v.Message == "" || strings.Contains(v.Message, "contract:///") {
				t.Errorf("badly described: %+v", v)
			}
		})
	}
}

func TestViolationsAreSortedAndPlaced(t *testing.T) {
	c := parse(t, head+`
              type: object
              required: [a, b]
              properties:
                z: {type: integer}
                list: {type: array, items: {$ref: '#/components/schemas/A~1B%25'}}
components:
  schemas:
    A/B%: {type: string, maxLength: 1, pattern: ^x}
`)
	want := []string{
		`required "" member "a" is missing d.yaml:12:15 /webhooks/w/post/requestBody/content/application~1json/schema/required`,
		`required "" member "b" is missing d.yaml:12:15 /webhooks/w/post/requestBody/content/application~1json/schema/required`,
		`type "/list/0" want string, got number d.yaml:18:18 /components/schemas/A~1B%/type`,
		`maxLength "/list/1" maxLength: got 2, want 1 d.yaml:18:37 /components/schemas/A~1B%/maxLength`,
		`pattern "/list/1" "yy" does not match "^x" d.yaml:18:49 /components/schemas/A~1B%/pattern`,
		`type "/z" want integer, got string d.yaml:14:27 /webhooks/w/post/requestBody/content/application~1json/schema/properties/z/type`,
	}
	for range 20 {
		var got []string
		for _, v := range c.CheckPayload("w", nil, []byte(`{"z":"q","list":[1,"yy"]}`)) {
			pos := v.Pos.String()
			if v.Rule == "required" {
				pos = "d.yaml:12:15"
				if v.Pos.Line != 12 {
					t.Fatalf("required is at %s", v.Pos)
				}
			}
			got = append(got, v.Rule+` "`+v.Instance+`" `+v.Message+" "+pos+" "+v.Pointer)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestValidateAtAnySchema(t *testing.T) {
	c := parse(t, head+"{properties: {a: {$ref: '#/components/schemas/A'}}}\ncomponents: {schemas: {A: {type: object, properties: {n: {minimum: 3}}}}}\n")
	s, err := c.Payload("w")
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Resolve(s.Properties[0].Schema)
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, c.ValidateAt(a.Properties[0].Schema, []byte("3")))
	wantViolation(t, c.ValidateAt(a.Properties[0].Schema, []byte("2")), "minimum", "", "d.yaml:11:68")
	wantViolation(t, c.ValidateAt(s.Properties[0].Schema, []byte(`{"n":2}`)), "minimum", "/n", "d.yaml:11:68")
}

func TestPasswordsAreNotRepeated(t *testing.T) {
	for _, keyword := range []string{"pattern: ^x", "enum: [x]", "const: x", "maxLength: 3"} {
		c := parse(t, head+"{properties: {p: {format: password, "+keyword+"}}}\n")
		got := c.CheckPayload("w", nil, []byte(`{"p":"s3cret"}`))
		if len(got) != 1 || strings.Contains(got[0].Message, "s3cret") {
			t.Errorf("%s: got %+v", keyword, got)
		}
	}
}

func TestUnknownEventIsAViolation(t *testing.T) {
	c := parse(t, head+"{}\n")
	if got := c.CheckPayload("nope", nil, nil); len(got) != 1 || got[0].Rule != "event" {
		t.Errorf("got %+v", got)
	}
}

func TestDeepRecursionIsJudged(t *testing.T) {
	c := parse(t, head+"{$ref: '#/components/schemas/A'}\ncomponents:\n  schemas:\n    A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}\n    B: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, n: {type: integer}}}\n")
	body := strings.Repeat(`{"b":{"a":`, 200) + `{"b":{"n":"x"}}` + strings.Repeat("}}", 200)
	got := c.CheckPayload("w", nil, []byte(body))
	wantViolation(t, got, "type", strings.Repeat("/b/a", 200)+"/b/n", "d.yaml:14:83")
}
