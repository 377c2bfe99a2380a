package contract_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookrig/hookrig/mocksender/contract"
)

func TestReferencesToLocalFiles(t *testing.T) {
	c, err := contract.Load(fstest.MapFS{
		"api/d.yaml":                  {Data: []byte(head + "{$ref: 'schemas/all.yaml#/Customer'}\n  shared: {$ref: hooks/shared.json}\n")},
		"api/hooks/shared.json":       {Data: []byte(`{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"../schemas/http%20codes.yaml"}}}}}}`)},
		"api/schemas/all.yaml":        {Data: []byte("Customer:\n  type: object\n  required: [id]\n  properties:\n    id: {$ref: '#/Id'}\n    parent: {$ref: '../d.yaml#/webhooks/w/post/requestBody/content/application~1json/schema'}\nId: {type: integer}\n")},
		"api/schemas/http codes.yaml": {Data: []byte("type: integer\nmaximum: 599\n")},
	}, "api/d.yaml")
	if err != nil {
		t.Fatal(err)
	}
	wantViolation(t, c.CheckPayload("w", nil, []byte(`{"id":1,"parent":{"id":"x"}}`)), "type", "/parent/id", "api/schemas/all.yaml:7:12")
	wantViolation(t, c.CheckPayload("shared", nil, []byte(`600`)), "maximum", "", "api/schemas/http codes.yaml:2:10")
	wantNone(t, c.CheckPayload("w", nil, []byte(`{"id":1,"parent":{"id":2}}`)))
	if problems := c.Check(); len(problems) != 0 {
		t.Errorf("problems: %v", problems)
	}
}

func TestReferencesThatAreRefused(t *testing.T) {
	for ref, want := range map[string]string{
		"https://example.com/s.yaml#/A": "external reference over the network is refused",
		"HTTP://example.com/s.yaml":     "external reference over the network is refused",
		"//example.com/s.yaml":          "external reference over the network is refused",
		"file:///etc/passwd":            "external reference over the network is refused",
		"/etc/passwd":                   "an absolute path is refused",
		`..\secret.yaml`:                "an absolute path is refused",
		"../secret.yaml#/A":             "it leaves the document's folder, which is refused",
		"%2e%2e/secret.yaml":            "it leaves the document's folder, which is refused",
		"x/../../secret.yaml":           "it leaves the document's folder, which is refused",
		"missing.yaml":                  "file does not exist",
		"broken.yaml":                   "api/broken.yaml:1:4: .inf is no number in JSON",
		"#/components/schemas/Custmer":  `nothing is called "Custmer" there (did you mean "Customer"?)`,
		"#nowhere":                      `no $anchor is called "nowhere"`,
		"#/info/title":                  "names no schema",
		"#/%zz":                         "invalid URL escape",
	} {
		t.Run(ref, func(t *testing.T) {
			c, err := contract.Load(fstest.MapFS{
				"api/d.yaml":      {Data: []byte(head + "{$ref: '" + ref + "'}\ncomponents: {schemas: {Customer: {}}}\n")},
				"api/broken.yaml": {Data: []byte("x: .inf\n")},
				"secret.yaml":     {Data: []byte("A: {}\n")},
			}, "api/d.yaml")
			if err != nil {
				t.Fatalf("the reference is lazy, yet Load says %v", err)
			}
			_, err = c.Payload("w")
			var load *contract.LoadError
			if !errors.As(err, &load) || !strings.Contains(err.Error(), want) {
				t.Fatalf("got  %v\nwant %s", err, want)
			}
			if got := load.Problems[0].Pos.String(); got != "api/d.yaml:10:28" {
				t.Errorf("position %s", got)
			}
			got := c.CheckPayload("w", nil, []byte(`{}`))
			if len(got) == 0 || got[0].Rule != "schema" || got[0].Pos.String() != "api/d.yaml:10:28" {
				t.Errorf("violations %+v", got)
			}
			if len(c.Check()) == 0 {
				t.Error("Check finds nothing")
			}
		})
	}
}

func TestParsedDocumentsReadNoFiles(t *testing.T) {
	c := parse(t, head+"{$ref: 'other.yaml'}\n")
	if _, err := c.Payload("w"); err == nil || !strings.Contains(err.Error(), "not read from a folder") {
		t.Errorf("got %v", err)
	}
}

func TestBrokenReferenceElsewhereHarmsNobody(t *testing.T) {
	c := parse(t, head+"{type: integer}\n  bad:\n    $ref: '#/components/pathItems/None'\npaths:\n  /x: {get: {responses: {'200': {$ref: '#/nope'}}}}\ncomponents:\n  schemas:\n    A: {$ref: '#/nope', example: {$ref: '#/in/data'}, properties: {example: {$ref: '#/nope'}}}\n")
	wantNone(t, c.CheckPayload("w", nil, []byte("1")))
	if got := c.CheckPayload("bad", nil, []byte("1")); len(got) != 1 || got[0].Rule != "schema" || got[0].Pos.String() != "d.yaml:12:11" {
		t.Errorf("bad: %+v", got)
	}
	if len(c.Events()) != 2 {
		t.Errorf("events %v", c.Events())
	}
	var places []string
	for _, p := range c.Check() {
		places = append(places, p.Pos.String())
	}
	if got := strings.Join(places, " "); got != "d.yaml:12:11 d.yaml:14:40 d.yaml:17:15 d.yaml:17:84" {
		t.Errorf("Check: %s", got)
	}
}

func TestPathItemAndRequestBodyByReference(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks:\n  w: {$ref: '#/components/pathItems/P'}\n  round: {$ref: '#/webhooks/round'}\ncomponents:\n  pathItems: {P: {put: {operationId: op, requestBody: {$ref: '#/components/requestBodies/B'}}}}\n  requestBodies: {B: {content: {application/json: {schema: {type: integer}}}}}\n")
	e, err := c.Event("op")
	if err != nil || e.Name != "w" || e.Method != "PUT" || e.MediaType != "application/json" {
		t.Errorf("got %+v, %v", e, err)
	}
	wantViolation(t, c.CheckPayload("w", nil, []byte(`"x"`)), "type", "", "d.yaml:7:67")
	if _, err := c.Payload("round"); err == nil || !strings.Contains(err.Error(), "leads back to itself") {
		t.Errorf("got %v", err)
	}
}

func TestAnchorsAndIdentifiers(t *testing.T) {
	c := parse(t, head+`{$ref: '#node'}
  id: {post: {requestBody: {content: {application/json: {schema: {$ref: 'https://example.com/s#/$defs/n'}}}}}}
  strict: {post: {requestBody: {content: {application/json: {schema: {$ref: 'https://example.com/strict'}}}}}}
components:
  schemas:
    Node: {$anchor: node, type: object, properties: {next: {$ref: '#node'}, n: {type: integer}}}
    S: {$id: 'https://example.com/s', $defs: {n: {$ref: '#/$defs/m'}, m: {type: integer}}}
    Tree:
      $id: https://example.com/tree
      $dynamicAnchor: node
      type: object
      properties: {children: {type: array, items: {$dynamicRef: '#node'}}}
    Strict:
      $id: https://example.com/strict
      $dynamicAnchor: node
      $ref: tree
      unevaluatedProperties: false
`)
	wantViolation(t, c.CheckPayload("w", nil, []byte(`{"next":{"n":"x"}}`)), "type", "/next/n", "d.yaml:15:87")
	wantViolation(t, c.CheckPayload("id", nil, []byte(`"x"`)), "type", "", "d.yaml:16:81")
	wantNone(t, c.CheckPayload("strict", nil, []byte(`{"children":[{"children":[]}]}`)))
	if got := c.CheckPayload("strict", nil, []byte(`{"children":[{"x":1}]}`)); len(got) == 0 {
		t.Error("$dynamicRef is not dynamic: an unknown member of a child passes")
	}
	s, err := c.Payload("w")
	if err != nil {
		t.Fatal(err)
	}
	node, err := c.Resolve(s)
	if err != nil || node.Pointer != "/components/schemas/Node" {
		t.Fatalf("got %+v, %v", node, err)
	}
	again, err := c.Resolve(node.Properties[0].Schema)
	if err != nil || again != node {
		t.Errorf("the same place gives another schema: %v", err)
	}
	if _, err := c.Resolve(node); err == nil {
		t.Error("a schema without a reference resolves")
	}
}

func wantNone(t *testing.T, got []contract.Violation) {
	t.Helper()
	if len(got) != 0 {
		t.Errorf("want no violation, got %+v", got)
	}
}

// wantViolation wants exactly one violation.
func wantViolation(t *testing.T, got []contract.Violation, rule, instance, pos string) {
	t.Helper()
	if len(got) != 1 || got[0].Rule != rule || got[0].Instance != instance || got[0].Pos.String() != pos {
		t.Errorf("want one violation %s at %q, %s; got %+v", rule, instance, pos, got)
	}
}
