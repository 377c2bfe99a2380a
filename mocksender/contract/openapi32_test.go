package contract_test

import (
	"strings"
	"testing"
)

// TestOpenAPI32: what of OpenAPI 3.2 meets a webhook is read, or refused in one line with its place, and nothing else fails for it.
func TestOpenAPI32(t *testing.T) {
	c := parse(t, `openapi: 3.2.0
$self: https://example.com/api.yaml
info: {title: T, version: '1'}
webhooks:
  lines: {post: {requestBody: {content: {application/jsonl: {itemSchema: {type: object}}}}}}
  stream: {post: {requestBody: {content: {text/event-stream: {itemSchema: {type: object}}}}}}
  asked: {query: {requestBody: {content: {application/json: {schema: {type: integer}}}}}}
  copied: {additionalOperations: {COPY: {requestBody: {content: {application/json: {schema: {type: integer}}}}}}}
  shared: {post: {requestBody: {content: {application/json: {$ref: '#/components/mediaTypes/M'}}}}}
  found:
    post:
      parameters: [{name: f, in: querystring, required: true, content: {application/x-www-form-urlencoded: {schema: {type: object}}}}]
      requestBody: {content: {application/json: {schema: {type: integer}}}}
components: {mediaTypes: {M: {schema: {type: integer}}}}
`)
	methods := map[string]string{}
	for _, e := range c.Events() {
		methods[e.Name] = e.Method
	}
	for name, method := range map[string]string{"asked": "QUERY", "copied": "COPY", "shared": "POST"} {
		if methods[name] != method {
			t.Errorf("%s is sent with %q", name, methods[name])
		}
		wantNone(t, c.CheckPayload(name, nil, []byte("1")))
		if len(c.CheckPayload(name, nil, []byte(`"x"`))) != 1 {
			t.Errorf("%s: text was taken for an integer", name)
		}
	}
	for name, want := range map[string]string{"lines": "d.yaml:5:74: a body", "stream": "d.yaml:6:75: a body"} {
		if _, err := c.Payload(name); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "itemSchema") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Parameters("found"); err == nil || !strings.Contains(err.Error(), "12:20: parameter \"f\" is the whole query string") {
		t.Errorf("found: %v", err)
	}
}
