package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// TestUntidyDocuments has a small document for each way in which real documents are untidy. good and bad are bodies of the
// event; what cannot be coped with says so in one line, which is fault.
func TestUntidyDocuments(t *testing.T) {
	const body = `requestBody: {content: {application/json: {schema: {type: integer}}}}`
	schema := func(s string) string {
		return "w: {post: {requestBody: {content: {application/json: {schema: " + s + "}}}}}"
	}
	for name, row := range map[string]struct{ webhooks, rest, event, method, good, bad, replies, fault string }{
		"name with slash":    {webhooks: "/A_B: {post: {" + body + "}}", event: "/A_B", method: "POST", good: "1", bad: "x"},
		"name with braces":   {webhooks: "'{type}.write.ok': {post: {" + body + "}}", event: "{type}.write.ok", method: "POST", good: "1", bad: "x"},
		"name with space":    {webhooks: "Sync Started: {post: {" + body + "}}", event: "sync started", method: "POST", good: "1", bad: "x"},
		"name like a path":   {webhooks: "a/b: {post: {" + body + "}}", event: "a/b", method: "POST", good: "1", bad: "x"},
		"name of nothing":    {webhooks: "'': {post: {" + body + "}}", event: "", method: "POST", good: "1", bad: "x"},
		"number as a name":   {webhooks: "200: {post: {" + body + "}}", event: "200", method: "POST", good: "1", bad: "x"},
		"PUT":                {webhooks: "w: {put: {" + body + "}}", event: "w", method: "PUT", good: "1", bad: "x"},
		"GET without a body": {webhooks: "w: {get: {}}", event: "w", method: "GET", good: "", bad: "1"},
		"several methods":    {webhooks: "w: {post: {}, put: {" + body + "}}", event: "PUT w", method: "PUT", good: "1", bad: "x"},
		"several types":      {webhooks: "w: {post: {requestBody: {content: {application/xml: {}, application/json: {schema: {type: integer}}}}}}", event: "w", method: "POST", good: "1", bad: "x"},
		"path item by ref":   {webhooks: "w: {$ref: '#/components/pathItems/P'}", rest: "components: {pathItems: {P: {post: {" + body + "}}}}", event: "w", method: "POST", good: "1", bad: "x"},
		"operation by ref":   {webhooks: "w: {post: {$ref: '#/x-o'}}", rest: "x-o: {" + body + "}", event: "w", method: "POST", good: "1", bad: "x"},
		"202 only":           {webhooks: "w: {post: {responses: {202: {description: x}}}}", event: "w", method: "POST", good: "", bad: "1", replies: "202"},
		"range of statuses":  {webhooks: "w: {post: {responses: {2XX: {description: x}, '299': {description: y}, default: {description: z}}}}", event: "w", method: "POST", bad: "1", replies: "2XX, 299, default"},
		"204 by number":      {webhooks: "w: {post: {responses: {204: {description: x}, x-note: y}}}", event: "w", method: "POST", bad: "1", replies: "204"},
		"no responses":       {webhooks: "w: {post: {" + body + "}}", event: "w", method: "POST", good: "1", bad: "x"},
		"empty responses":    {webhooks: "w: {post: {responses: {}, " + body + "}}", event: "w", method: "POST", good: "1", bad: "x"},
		"nullable in 3.1":    {webhooks: schema("{type: integer, nullable: true}"), event: "w", method: "POST", good: "null", bad: `"x"`},
		"limit as in 3.0":    {webhooks: schema("{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false}"), event: "w", method: "POST", good: "5", bad: "3"},
		"required member":    {webhooks: schema("{type: object, properties: {a: {type: integer, required: true}}}"), event: "w", method: "POST", good: "{}", bad: `{"a":"x"}`},
		"required twice":     {webhooks: schema("{type: object, required: [a, a]}"), event: "w", method: "POST", good: `{"a":1}`, bad: "{}"},
		"null in enum":       {webhooks: schema("{enum: [a, null]}"), event: "w", method: "POST", good: "null", bad: `"b"`},
		"no such format":     {webhooks: schema("{type: string, format: whatever}"), event: "w", method: "POST", good: `"x"`, bad: "1"},
		"siblings of a ref":  {webhooks: schema("{$ref: '#/components/schemas/I', maximum: 5}"), rest: "components: {schemas: {I: {type: integer}}}", event: "w", method: "POST", good: "5", bad: "6"},
		"ref in an example":  {webhooks: schema("{type: integer, example: {$ref: '#/nope'}}"), event: "w", method: "POST", good: "1", bad: "null"},
		"true":               {webhooks: schema("true"), event: "w", method: "POST", good: `{}`},
		"false member":       {webhooks: schema("{properties: {a: false}}"), event: "w", method: "POST", good: `{}`, bad: `{"a":1}`},
		"not anything":       {webhooks: schema("{type: object, properties: {a: {not: {}}}}"), event: "w", method: "POST", good: `{}`, bad: `{"a":1}`},
		"required, unnamed":  {webhooks: schema("{type: object, required: [a]}"), event: "w", method: "POST", good: `{"a":null}`, bad: `{}`},
		"octal of YAML 1.1":  {webhooks: schema("{const: 0123}"), event: "w", method: "POST", good: "123", bad: "83"},
		"hexadecimal":        {webhooks: schema("{const: 0x1F}"), event: "w", method: "POST", good: "31", bad: `"0x1F"`},
		"underscores":        {webhooks: schema("{const: 1_000}"), event: "w", method: "POST", good: `"1_000"`, bad: "1000"},
		"sign and point":     {webhooks: schema("{enum: [+1, .5, 2.]}"), event: "w", method: "POST", good: "0.5", bad: `".5"`},
		"base 60":            {webhooks: schema("{const: 12:30:45}"), event: "w", method: "POST", good: `"12:30:45"`, bad: "45045"},
		"yes":                {webhooks: schema("{enum: [yes, no]}"), event: "w", method: "POST", good: `"no"`, bad: "false"},
		"date":               {webhooks: schema("{const: 2026-01-31}"), event: "w", method: "POST", good: `"2026-01-31"`, bad: "1"},
		"broken elsewhere":   {webhooks: schema("{type: integer}"), rest: "paths: {/x: {$ref: '#/nope'}}\ncomponents: {schemas: {A: {$ref: 'missing.yaml'}}}", event: "w", method: "POST", good: "1", bad: "x"},
		"broken response":    {webhooks: "w: {post: {responses: {'200': {$ref: '#/nope'}}, " + body + "}}", event: "w", method: "POST", good: "1", bad: "x", replies: "200"},
		"broken and used":    {webhooks: schema("{properties: {a: {$ref: '#/nope'}}}"), event: "w", method: "POST", fault: `d.yaml:4:89: reference "#/nope": nothing is called "nope" there`},
		"broken request":     {webhooks: "w: {post: {requestBody: {$ref: '#/nope'}}}", event: "w", method: "POST", fault: `d.yaml:4:34: reference "#/nope": nothing is called "nope" there`},
		"infinite number":    {webhooks: schema("{maximum: .inf}"), event: "w", fault: "d.yaml:4:75: .inf is no number in JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			text := "openapi: 3.1.0\ninfo: {title: T, version: 1}\nwebhooks:\n  " + row.webhooks + "\n" + row.rest + "\n"
			c, err := contract.Parse("d.yaml", []byte(text))
			if err == nil {
				_, err = c.Payload(row.event)
			}
			if row.fault != "" {
				if err == nil || !strings.Contains(err.Error(), row.fault) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %s", err, row.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, err := c.Event(row.event); err != nil || e.Method != row.method {
				t.Errorf("event %+v, %v", e, err)
			}
			wantNone(t, c.CheckPayload(row.event, nil, []byte(row.good)))
			if row.bad != "" && len(c.CheckPayload(row.event, nil, []byte(row.bad))) == 0 {
				t.Errorf("%s passes", row.bad)
			}
			if rule, _ := c.ReplyRule(row.event); rule != row.replies {
				t.Errorf("replies %q, want %q", rule, row.replies)
			}
			c.Check() // whatever it finds, it ends
		})
	}
}

// TestStatusesWithoutA200 judges answers by responses that do not name 200.
func TestStatusesWithoutA200(t *testing.T) {
	for documented, row := range map[string]struct{ allowed, refused []int }{
		"202: {description: x}":                        {[]int{202}, []int{200, 204, 500}},
		"2XX: {description: x}":                        {[]int{200, 204, 299}, []int{199, 300}},
		"2xx: {description: x}":                        {[]int{200}, []int{404}},
		"'299': {description: x}":                      {[]int{299}, []int{200}},
		"default: {description: x}":                    {[]int{200, 500}, nil},
		"204: {description: x}, 4XX: {description: y}": {[]int{204, 410}, []int{200}},
	} {
		c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {responses: {"+documented+"}}}}\n")
		for _, status := range row.allowed {
			wantNone(t, c.CheckReply("w", contract.Reply{Status: status, Header: http.Header{}}))
		}
		for _, status := range row.refused {
			if got := c.CheckReply("w", contract.Reply{Status: status}); len(got) != 1 || got[0].Rule != "status" || !strings.Contains(got[0].Message, fmt.Sprint("status ", status)) {
				t.Errorf("%s: %d: %+v", documented, status, got)
			}
		}
	}
}
