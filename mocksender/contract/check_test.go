package contract_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// TestFaultsOfADocument has a schema for each fault, at line 10, column 15.
func TestFaultsOfADocument(t *testing.T) {
	for name, row := range map[string]struct{ schema, want string }{
		"none":               {`{type: object, required: [a], properties: {a: {type: string, format: email, pattern: '^a', example: a@b.test}}}`, ""},
		"reference":          {`{type: object, properties: {a: {$ref: '#/nope'}}}`, `10:59: reference "#/nope": nothing is called "nope" there`},
		"example":            {`{type: integer, example: x}`, `10:46: the example breaks its own schema (d.yaml:10:28): want integer, got string`},
		"examples":           {`{type: integer, examples: [1, x]}`, `10:51: the example breaks its own schema (d.yaml:10:28): want integer, got string`},
		"deep example":       {`{type: object, properties: {a: {type: integer}}, example: {a: x}}`, `10:83: the example breaks its own schema (d.yaml:10:59): want integer, got string at /a`},
		"default":            {`{type: integer, default: x}`, `10:46: the default breaks its own schema`},
		"writeOnly example":  {`{type: object, required: [a, b], properties: {a: {writeOnly: true}, b: {readOnly: true}}, examples: [{a: 1}, {b: 1}]}`, ""},
		"nullable":           {`{type: string, nullable: true}`, `10:46: warning: nullable means nothing since OpenAPI 3.1; read as in 3.0: null is allowed beside the type (write type: [string, "null"])`},
		"flag as limit":      {`{minimum: 3, exclusiveMinimum: true}`, `10:52: warning: exclusiveMinimum is a number since OpenAPI 3.1; read as in 3.0: it says whether minimum itself is left out`},
		"required member":    {`{properties: {a: {required: true}}}`, `10:49: warning: required lists the names of members; true in the schema of a member is not read`},
		"required twice":     {`{properties: {a: true}, required: [a, a]}`, `10:59: warning: "a" is required twice`},
		"nullable text":      {`{type: string, nullable: yes}`, `10:46: nullable must be true or false`},
		"format":             {`{type: string, format: url}`, `10:44: warning: format "url" is no format that JSON Schema or OpenAPI knows; any value passes (did you mean "uri"?)`},
		"ECMA pattern":       {`{type: string, pattern: '^(?!a)'}`, `10:45: warning: pattern "^(?!a)" needs an ECMA-262 engine`},
		"broken pattern":     {`{type: string, pattern: '('}`, `10:45: the schema itself is wrong: format: "(" is not a valid regex`},
		"lengths":            {`{type: string, minLength: 3, maxLength: 2}`, `10:47: nothing satisfies this schema: minLength 3 is above maxLength 2`},
		"limits":             {`{type: number, minimum: 1.5, maximum: 1.25}`, `10:45: nothing satisfies this schema: minimum 1.5 is above maximum 1.25`},
		"const":              {`{type: integer, const: "1"}`, `10:44: nothing satisfies this schema: const is not of type integer`},
		"whole const":        {`{type: integer, const: 1.0}`, ""},
		"enum":               {`{type: [string, "null"], enum: [1, 2]}`, `10:52: nothing satisfies this schema: no value of enum is of type string or null`},
		"part of enum":       {`{type: string, enum: [a, 2, null]}`, "10:46: warning: this value of enum is never sent: it is not of type string\n10:49: warning: this value of enum is never sent"},
		"null in enum":       {`{type: [string, "null"], enum: [a, null]}`, ""},
		"not anything":       {`{not: {}}`, `10:27: nothing satisfies this schema: not refuses every value`},
		"required misspelt":  {`{required: [custmer], properties: {customer: {}}}`, `10:33: warning: "custmer" is required but is not among the properties: any value will do (did you mean "customer"?)`},
		"required, closed":   {`{required: [b], properties: {a: {}}, additionalProperties: false}`, `10:33: nothing satisfies this schema: "b" is required, is not among the properties, and others are not allowed`},
		"required elsewhere": {`{allOf: [{properties: {a: {}}}, {required: [a, c], properties: {c: {}}}]}`, ""},
		"no JSON Schema":     {`{type: strin}`, `10:28: the schema itself is wrong`},
		"example is data":    {`{type: object, example: {$ref: '#/nope'}}`, ""},
		"property format":    {`{type: object, properties: {format: {const: x}, nullable: true, example: {type: string}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) { wantProblems(t, parse(t, head+row.schema+"\n"), row.want) })
	}
}

// wantProblems wants the problems that begin with the lines of want, each without the file's name.
func wantProblems(t *testing.T, c *contract.Contract, want string) {
	t.Helper()
	var lines []string
	if want != "" {
		lines = strings.Split(want, "\n")
	}
	problems := c.Check()
	for i, p := range problems {
		if i >= len(lines) || !strings.HasPrefix(p.String(), "d.yaml:"+lines[i]) {
			t.Errorf("problem %d: %s", i, p)
		}
	}
	if len(problems) != len(lines) {
		t.Errorf("%d problems, want %d:\n%s", len(problems), len(lines), want)
	}
}

func TestFaultsAroundSchemas(t *testing.T) {
	c := parse(t, `openapi: 3.1.0
webhooks:
  a:
    post:
      operationId: twice
      parameters:
        - {in: header, schema: {type: string}}
        - {name: b, in: body, schema: {type: string}}
        - {name: p, in: path, required: true, schema: {type: string}, example: 1}
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [id]}
            example: {}
            examples:
              good: {value: {id: 1}}
              bad: {value: {}}
              shared: {$ref: '#/components/examples/E'}
              none: {$ref: '#/components/examples/None'}
  x: {put: {operationId: twice, requestBody: {content: {application/xml: {schema: {type: object}}}}}}
paths: {/y: {get: {operationId: twice, responses: {'200': {description: x, links: {l: {operationId: other}}}}}}}
components:
  examples: {E: {value: []}}
  schemas:
    Unused: {type: integer, example: x}
    Reply: {$ref: '#/components/schemas/Nothing'}
`)
	wantProblems(t, c, `7:11: a parameter without a name is not read
8:11: parameter "b" is in "body" and is not read
9:11: warning: path parameter "p" of a webhook means nothing
9:80: the example breaks its own schema
14:22: the example breaks its own schema
17:28: the example "bad" breaks its own schema
19:28: reference "#/components/examples/None"
20:26: operationId "twice" is there twice (first at d.yaml:5:20)
20:74: warning: event "x": a body of the media type application/xml cannot be written
21:33: operationId "twice" is there twice (first at d.yaml:5:20)
23:25: the example "shared" breaks its own schema
25:38: the example breaks its own schema
26:19: reference "#/components/schemas/Nothing"`)
}

func TestFaultsOfReferredFiles(t *testing.T) {
	c, err := contract.Load(mapFS(map[string]string{
		"d.yaml":     head + "{$ref: 'a.yaml#/schemas/A'}\n",
		"a.yaml":     "schemas:\n  A: {type: object, properties: {b: {$ref: 'sub/b.yaml#/schemas/B'}}}\n  Unused: {$ref: '#/nope'}\n",
		"sub/b.yaml": "schemas:\n  B: {type: integer, example: x}\n  C: {$ref: 'c.yaml'}\n",
		"sub/c.yaml": "{type: string, minLength: 2, maxLength: 1}\n",
		"other.yaml": "not: [looked at\n",
	}), "d.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.Check() {
		got = append(got, p.Pos.String())
	}
	if strings.Join(got, " ") != "a.yaml:3:18 sub/b.yaml:2:31" {
		t.Errorf("got %v", got)
	}
}

func TestFaultsOfOpenAPI30(t *testing.T) {
	for schema, want := range map[string]string{
		`{type: string, nullable: true, example: null}`:                                   "",
		`{type: integer, minimum: 3, exclusiveMinimum: true, example: 3}`:                 "10:82: the example breaks its own schema",
		`{$ref: '#/x-webhooks/w/post/x-s', description: D, nullable: true, maxLength: 3}`: "10:87: warning: maxLength beside $ref means nothing in OpenAPI 3.0 and is not read",
	} {
		c := parse(t, strings.Replace(head30, "      requestBody", "      x-s: {}\n      requestBody", 1)+schema+"\n")
		wantProblems(t, c, strings.Replace(want, "10:", "11:", 1))
	}
}

func TestWarningsSaySo(t *testing.T) {
	for _, p := range parse(t, head+"{type: strin, format: url}\n").Check() {
		if p.Warning != strings.Contains(p.String(), ": warning: ") || p.Warning != strings.Contains(p.Message, "format") {
			t.Errorf("%+v", p)
		}
	}
}
