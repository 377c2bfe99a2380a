package contract_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOpenAPI32: what of OpenAPI 3.2 meets a webhook is read, or refused in one line with its place, and nothing else fails for it.
func TestOpenAPI32(t *testing.T) {
	c := parse(t, `openapi: 3.2.0
$self: https://example.com/api.yaml
info: {title: T, version: '1'}
webhooks:
  stream: {post: {requestBody: {content: {multipart/mixed: {itemSchema: {type: object}}}}}}
  asked: {query: {requestBody: {content: {application/json: {schema: {type: integer}}}}}}
  copied: {additionalOperations: {COPY: {requestBody: {content: {application/json: {schema: {type: integer}}}}}}}
  shared: {post: {requestBody: {content: {application/json: {$ref: '#/components/mediaTypes/M'}}}}}
  found:
    post:
      parameters: [{name: f, in: querystring, required: true, content: {text/plain: {schema: {type: string}}}}]
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
	for name, want := range map[string]string{"stream": "d.yaml:5:73: a body"} {
		if _, err := c.Payload(name); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "itemSchema") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Parameters("found"); err == nil || !strings.Contains(err.Error(), "11:20: parameter \"f\" is the whole query string") {
		t.Errorf("found: %v", err)
	}
}

// TestSequences: bodies of several values, by itemSchema and by the schema of older documents, are written and judged.
func TestSequences(t *testing.T) {
	const item = "{type: object, required: [a], properties: {a: {type: integer}}}"
	c := parse(t, "openapi: 3.2.0\nwebhooks:\n"+
		"  lines: {post: {requestBody: {content: {application/jsonl: {itemSchema: "+item+"}}}}}\n"+
		"  records: {post: {requestBody: {content: {application/geo+json-seq: {itemSchema: {$ref: '#/components/schemas/I'}}}}}}\n"+
		"  whole: {post: {requestBody: {content: {application/x-ndjson: {schema: {type: array, minItems: 2, items: "+item+"}}}}}}\n"+
		"  single: {post: {requestBody: {content: {application/x-ndjson: {schema: "+item+"}}}}}\n"+
		"components: {schemas: {I: "+item+"}}\n")
	for name, row := range map[string]struct{ payload, body, mediaType, bad, where string }{
		"lines":   {`[{"a":1},{"a": 2}]`, "{\"a\":1}\n{\"a\":2}\n", "application/jsonl", "{\"a\":1}\n{\"a\":\"2\"}", "/1/a"},
		"records": {`[{"a":1},{"a":2}]`, "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", "application/geo+json-seq", "\x1e{\"a\":1}\n\x1e{}\n", "/1"},
		"whole":   {`[{"a":1},{"a":2}]`, "{\"a\":1}\n{\"a\":2}\n", "application/x-ndjson", "{\"a\":1}\n\n", ""},
		"single":  {`{"a":1}`, "{\"a\":1}\n", "application/x-ndjson", "{\"a\":true}\n", "/a"},
	} {
		body, mediaType, err := c.Encode(name, []byte(row.payload), "")
		if err != nil || string(body) != row.body || mediaType != row.mediaType {
			t.Errorf("%s: %q as %s, %v", name, body, mediaType, err)
		}
		header := http.Header{"Content-Type": {row.mediaType}}
		wantNone(t, c.CheckPayload(name, header, body))
		wantNone(t, c.CheckPayload(name, nil, body))
		wantNone(t, c.CheckPayload(name, nil, []byte(row.payload)))
		if v := c.CheckPayload(name, header, []byte(row.bad)); len(v) != 1 || v[0].Instance != row.where {
			t.Errorf("%s: %q gives %v", name, row.bad, v)
		}
		if v := c.CheckPayload(name, header, []byte(row.body+"{")); len(v) != 1 || v[0].Rule != "json" || !strings.Contains(v[0].Message, "of the sequence") && name != "records" {
			t.Errorf("%s: half a value gives %v", name, v)
		}
	}
	if problems := c.Check(); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestEventStreams: server-sent events are written and judged by itemSchema.
func TestEventStreams(t *testing.T) {
	c := parse(t, `openapi: 3.2.0
webhooks:
  text: {post: {requestBody: {content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/E'}}}}}}
  json: {post: {requestBody: {content: {text/event-stream; charset=utf-8: {itemSchema: {type: object, required: [data], properties: {data: {type: object, required: [a]}, retry: {type: string}}}}}}}}
  whole: {post: {requestBody: {content: {text/event-stream: {schema: {type: string}}}}}}
  odd: {post: {requestBody: {content: {text/event-stream: {itemSchema: {type: object, properties: {dta: {type: string}}}}}}}}
components: {schemas: {E: {type: object, required: [event, data], additionalProperties: false,
  properties: {event: {enum: [made, paid]}, id: {type: string}, data: {type: string}, retry: {type: integer, minimum: 10}}}}}
`)
	const text = "event: made\nid: 7\nretry: 10\ndata: a\ndata:  b\ndata: \n\nevent: paid\ndata: {\"a\":1}\n\n"
	for name, row := range map[string]struct{ payload, body, bad, where string }{
		"text":  {`[{"event":"made","id":"7","retry":10,"data":"a\n b\r"},{"event":"paid","data":"{\"a\":1}"}]`, text, "event: made\n\n", "/0"},
		"json":  {`{"retry":"5","data":{"a":[1]}}`, "retry: 5\ndata: {\"a\":[1]}\n\n", "data: {}\n\n", "/0/data"},
		"whole": {`"data: x\n\n"`, "data: x\n\n", "", ""},
	} {
		body, mediaType, err := c.Encode(name, []byte(row.payload), "")
		if err != nil || string(body) != row.body || !strings.HasPrefix(mediaType, "text/event-stream") {
			t.Errorf("%s: %q as %s, %v", name, body, mediaType, err)
		}
		header := http.Header{"Content-Type": {mediaType}}
		wantNone(t, c.CheckPayload(name, header, body))
		wantNone(t, c.CheckPayload(name, nil, body))
		if v := c.CheckPayload(name, header, []byte(row.bad)); row.bad != "" && (len(v) != 1 || v[0].Instance != row.where) {
			t.Errorf("%s: %q gives %v", name, row.bad, v)
		}
	}
	header := http.Header{"Content-Type": {"text/event-stream"}}
	for _, good := range []string{"\ufeff: a comment\r\nevent:made\rdata\r\nother: x\nretry: soon\n\n\n", text + "event: lost"} {
		wantNone(t, c.CheckPayload("text", header, []byte(good)))
	}
	for bad, where := range map[string]string{"data: x\nevent: odd\n\n": "/0/event", "event: made\ndata: x\nretry: 9\n\n": "/0/retry", "event: made\ndata: x\n": "", "{}": ""} {
		if v := c.CheckPayload("text", header, []byte(bad)); len(v) != 1 || v[0].Instance != where {
			t.Errorf("%q gives %v", bad, v)
		}
	}
	if _, _, err := c.Encode("odd", []byte(`[{"dta":"x"}]`), ""); err == nil || !strings.HasPrefix(err.Error(), "d.yaml:6:") ||
		!strings.Contains(err.Error(), `item 0 has "dta" (did you mean "data"?)`) {
		t.Error(err)
	}
	if problems := c.Check(); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestQueryStrings: a parameter that is the whole query string is written and judged as its content says.
func TestQueryStrings(t *testing.T) {
	c := parse(t, `openapi: 3.2.0
webhooks:
  form: {get: {parameters: [{name: f, in: querystring, required: true, content: {application/x-www-form-urlencoded: {schema: {type: object, required: [n], properties: {n: {type: integer}, tags: {type: array, items: {type: string}}}}}}}]}}
  json: {get: {parameters: [{name: f, in: querystring, required: true, content: {application/json: {schema: {type: object, required: [n], properties: {n: {type: integer}}}}}}]}}
`)
	for name, row := range map[string]struct{ value, query, bad string }{
		"form": {`{"n":1,"tags":["a b","c"]}`, "n=1&tags=a+b&tags=c", "n=x"},
		"json": {`{"n":1, "s":"+"}`, "%7B%22n%22%3A1%2C%20%22s%22%3A%22%2B%22%7D", "%7B%7D"},
	} {
		parameters, err := c.Parameters(name)
		if err != nil || len(parameters) != 1 {
			t.Fatal(parameters, err)
		}
		if query, err := parameters[0].QueryString([]byte(row.value)); err != nil || query != row.query {
			t.Errorf("%s: %s, %v", name, query, err)
		}
		wantNone(t, c.CheckURL(name, &url.URL{RawQuery: row.query}))
		for _, bad := range []string{row.bad, ""} {
			if v := c.CheckURL(name, &url.URL{RawQuery: bad}); len(v) != 1 || v[0].Rule != "query" {
				t.Errorf("%s: %q gives %v", name, bad, v)
			}
		}
	}
	form, err := c.Parameters("form")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := form[0].QueryString([]byte("[1]")); err == nil || !strings.Contains(err.Error(), "must be an object") {
		t.Errorf("a list as a form: %v", err)
	}
}
