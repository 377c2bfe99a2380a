package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// formDocument writes a document whose webhook w has a body of the given media type, schema and encoding.
func formDocument(mediaType, schema, encoding string) string {
	return fmt.Sprintf(`openapi: 3.1.0
webhooks:
  w:
    post:
      requestBody:
        required: true
        content:
          %s:
            schema: %s
            encoding: %s
`, mediaType, schema, encoding)
}

const (
	form      = "application/x-www-form-urlencoded"
	multiform = "multipart/form-data"
)

func TestPayloadsAreWrittenAndReadBack(t *testing.T) {
	const deal = `{type: object, required: [n], properties: {n: {type: integer}, s: {type: [string, "null"]}, ok: {type: boolean}, list: {type: array, items: {type: integer}}, o: {type: object, properties: {k: {type: integer}, deep: {type: object, properties: {x: {type: boolean}}}}}}}`
	part := func(lines ...string) string {
		return "--BOUND\r\n" + strings.Join(lines, "\r\n") + "\r\n"
	}
	for name, row := range map[string]struct{ mediaType, schema, encoding, payload, body, contentType string }{
		"JSON":            {"application/json", deal, "{}", `{"n":1}`, `{"n":1}`, "application/json"},
		"cloud event":     {"application/cloudevents+json", deal, "{}", `{"n":1}`, `{"n":1}`, "application/cloudevents+json"},
		"range":           {"'*/*'", deal, "{}", `{"n":1}`, `{"n":1}`, "application/json"},
		"form":            {form, deal, "{}", `{"n":1,"s":"a b&é","ok":true}`, `n=1&s=a+b%26%C3%A9&ok=true`, form},
		"digits as text":  {form, `{type: object, properties: {s: {type: string}}}`, "{}", `{"s":"17"}`, `s=17`, form},
		"null":            {form, deal, "{}", `{"n":1,"s":null}`, `n=1&s=`, form},
		"list":            {form, deal, "{}", `{"n":1,"list":[1,2]}`, `n=1&list=1&list=2`, form},
		"short list":      {form, deal, "{}", `{"n":1,"list":[7]}`, `n=1&list=7`, form},
		"empty list":      {form, deal, "{}", `{"n":1,"list":[]}`, `n=1&list=`, form},
		"joined list":     {form, deal, "{list: {explode: false}}", `{"n":1,"list":[1,2]}`, `n=1&list=1%2C2`, form},
		"pipes":           {form, deal, "{list: {style: pipeDelimited}}", `{"n":1,"list":[1,2]}`, `n=1&list=1%7C2`, form},
		"spaces":          {form, deal, "{list: {style: spaceDelimited}}", `{"n":1,"list":[1,2]}`, `n=1&list=1+2`, form},
		"object":          {form, deal, "{}", `{"n":1,"o":{"k":2}}`, `n=1&o=%7B%22k%22%3A2%7D`, form},
		"deep object":     {form, deal, "{o: {style: deepObject}}", `{"n":1,"o":{"k":2,"deep":{"x":true}}}`, `n=1&o%5Bk%5D=2&o%5Bdeep%5D%5Bx%5D=true`, form},
		"empty deep":      {form, deal, "{o: {style: deepObject}}", `{"n":1,"o":{}}`, `n=1&o=`, form},
		"JSON in a form":  {form, deal, "{list: {contentType: application/json}}", `{"n":1,"list":[1,2]}`, `n=1&list=%5B1%2C2%5D`, form},
		"property by ref": {form, `{allOf: [{$ref: '#/webhooks/w/post/requestBody/x-schema'}]}`, "{}", `{"n":1}`, `n=1`, form},
		"parts": {multiform, deal, "{}", `{"n":1,"s":"x","list":[1,2],"o":{"k":2}}`, part(`Content-Disposition: form-data; name="n"`, "", "1") + part(`Content-Disposition: form-data; name="s"`, "", "x") +
			part(`Content-Disposition: form-data; name="list"`, "", "1") + part(`Content-Disposition: form-data; name="list"`, "", "2") +
			part(`Content-Disposition: form-data; name="o"`, "Content-Type: application/json", "", `{"k":2}`) + "--BOUND--\r\n", multiform + "; boundary=BOUND"},
		"JSON part": {multiform, `{type: object, required: [event], properties: {event: {type: object, required: [id]}}}`, "{event: {contentType: application/vnd.e+json}}", `{"event":{"id":1}}`,
			part(`Content-Disposition: form-data; name="event"`, "Content-Type: application/vnd.e+json", "", `{"id":1}`) + "--BOUND--\r\n", multiform + "; boundary=BOUND"},
		"file": {multiform, `{type: object, properties: {a: {type: string, format: binary}, b: {type: string, contentMediaType: image/png}}}`, "{}", `{"a":"12","b":"x"}`,
			part(`Content-Disposition: form-data; name="a"; filename="a"`, "Content-Type: application/octet-stream", "", "12") +
				part(`Content-Disposition: form-data; name="b"; filename="b"`, "Content-Type: image/png", "", "x") + "--BOUND--\r\n", multiform + "; boundary=BOUND"},
		"text":         {"text/plain", `{type: string, minLength: 2}`, "{}", `"héllo\n"`, "héllo\n", "text/plain"},
		"number":       {"text/plain", `{type: integer}`, "{}", `12`, "12", "text/plain"},
		"XML as text":  {"application/xml", `{type: string}`, "{}", `"<a/>"`, "<a/>", "application/xml"},
		"text, any":    {"text/*", `{type: string}`, "{}", `"a"`, "a", "text/plain"},
		"binary whole": {"application/octet-stream", `{type: string, format: binary}`, "{}", `"ab"`, "ab", "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, strings.Replace(formDocument(row.mediaType, row.schema, row.encoding), "        required: true\n", "        required: true\n        x-schema: {required: [n], properties: {n: {type: integer}}}\n", 1))
			body, contentType, err := c.Encode("w", []byte(row.payload), "BOUND")
			if err != nil || string(body) != row.body || contentType != row.contentType {
				t.Fatalf("got %q, %q, %v\nwant %q", body, contentType, err, row.body)
			}
			wantNone(t, c.CheckPayload("w", http.Header{"Content-Type": {contentType}}, body))
			wantNone(t, c.CheckPayload("w", nil, body))
			wantNone(t, c.CheckPayload("w", nil, []byte(row.payload)))
		})
	}
}

func TestBodiesThatAreNoJSONAreJudged(t *testing.T) {
	const deal = `{type: object, required: [n], additionalProperties: false, properties: {n: {type: integer, minimum: 5}, list: {type: array, items: {type: integer}}, o: {type: object, required: [k]}}}`
	for name, row := range map[string]struct{ mediaType, schema, body, rule, instance string }{
		"missing":         {form, deal, "list=1", "required", ""},
		"wrong type":      {form, deal, "n=x", "type", "/n"},
		"wrong number":    {form, deal, "n=3", "minimum", "/n"},
		"wrong element":   {form, deal, "n=5&list=1&list=x", "type", "/list/1"},
		"unknown":         {form, deal, "n=5&more=1", "additionalProperties", ""},
		"wrong in object": {form, deal, "n=5&o=%7B%7D", "required", "/o"},
		"no form":         {form, deal, "n=%zz", "form", ""},
		"empty":           {form, deal, "", "body", ""},
		"part missing":    {multiform, deal, "--B\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\n1\r\n--B--\r\n", "required", ""},
		"part wrong":      {multiform, deal, "--B\r\nContent-Disposition: form-data; name=\"n\"\r\nContent-Type: application/json\r\n\r\n\"5\"\r\n--B--\r\n", "type", "/n"},
		"no parts":        {multiform, deal, "n=5", "multipart", ""},
		"cut off":         {multiform, deal, "--B\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n5", "multipart", ""},
		"text":            {"text/plain", "{type: string, maxLength: 2}", "abc", "maxLength", ""},
		"bad schema":      {form, "{type: objekt}", "a=1", "schema", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, formDocument(row.mediaType, row.schema, "{}"))
			header := http.Header{"content-type": {row.mediaType}}
			if row.mediaType == multiform {
				header = http.Header{"content-type": {multiform + "; boundary=B"}}
			}
			got := c.CheckPayload("w", header, []byte(row.body))
			if len(got) == 0 || got[0].Rule != row.rule || got[0].Instance != row.instance {
				t.Errorf("want %s at %q, got %+v", row.rule, row.instance, got)
			}
		})
	}
}

func TestBodyIsJudgedByItsOwnMediaType(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: {required: [a]}}, application/x-www-form-urlencoded: {schema: {required: [b]}}}}}}}\n")
	for contentType, fits := range map[string]bool{"application/x-www-form-urlencoded": true, "application/json": false} {
		body := map[bool]string{true: "b=1", false: `{"b":1}`}[fits]
		got := c.CheckPayload("w", http.Header{"Content-Type": {contentType}}, []byte(body))
		if (len(got) == 0) != fits {
			t.Errorf("%s: %+v", contentType, got)
		}
	}
}

func TestBodiesThatCannotBeWritten(t *testing.T) {
	for _, row := range [][3]string{
		{"application/xml", `{"a":1}`, `d.yaml:9:13: event "w": a body of the media type application/xml cannot be written`},
		{form, `[1]`, `d.yaml:9:13: event "w": a body of the media type application/x-www-form-urlencoded cannot be written: the payload of a form must be an object`},
		{multiform, `"x"`, "the payload of a form must be an object"},
	} {
		_, _, err := parse(t, formDocument(row[0], "{}", "{}")).Encode("w", []byte(row[1]), "B")
		if err == nil || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("%s: got %v", row[0], err)
		}
	}
	if _, _, err := parse(t, formDocument(multiform, "{}", "{}")).Encode("w", []byte("{}"), ""); err == nil {
		t.Error("an empty boundary is taken")
	}
}
