package payload_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

const wire = `openapi: 3.1.0
info: {title: Wire, version: "1"}
webhooks:
  asked:
    put:
      parameters:
        - {name: X-Request-Id, in: header, required: true, schema: {type: string, format: uuid}}
        - {name: X-Event-Type, in: header, required: true, schema: {const: asked}}
        - {name: X-Counts, in: header, required: true, schema: {type: array, minItems: 2, maxItems: 3, items: {type: integer, minimum: 1}}}
        - {name: X-Note, in: header, schema: {type: string}}
        - {name: X-Bare, in: header, required: true}
        - {name: X-Signature, in: header, required: true, schema: {type: string}}
        - {name: session, in: cookie, required: true, schema: {type: string, pattern: '^[a-f0-9]{8}$'}}
        - {name: challenge, in: query, required: true, schema: {type: string, pattern: '^[a-z &]{6}$'}}
        - {name: filter, in: query, required: true, style: deepObject, schema: {type: object, required: [from], properties: {from: {type: integer}}}}
        - {name: ids, in: query, required: true, schema: {type: array, minItems: 2, maxItems: 2, items: {type: integer}}}
        - {name: pipes, in: query, required: true, style: pipeDelimited, explode: false, schema: {type: array, minItems: 2, maxItems: 2, items: {type: integer}}}
        - {name: state, in: query, required: true, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: boolean}}}}}}
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, required: [id, amount, tags], properties: {id: {type: integer}, amount: {type: number}, tags: {type: array, minItems: 1, maxItems: 3, items: {type: string}}}}
  parts:
    post:
      requestBody: {content: {multipart/form-data: {schema: {type: object, required: [meta, text], properties: {meta: {type: object, required: [id], properties: {id: {type: integer}}}, text: {type: string}}}}}}
  cloud: {post: {requestBody: {content: {text/plain: {}, application/cloudevents+json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}}}}
  nothing: {get: {parameters: [{name: q, in: query, required: true, schema: {type: integer}}]}}
  unsaid: {post: {requestBody: {required: true, content: {application/json: {}}}}}
  xml: {post: {requestBody: {content: {application/xml: {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}}}
  control: {post: {parameters: [{name: X-Odd, in: header, required: true, schema: {const: "a\nb"}}]}}
`

func wireGenerator(t *testing.T, o payload.Options) *payload.Generator {
	t.Helper()
	c := parse(t, wire)
	o.Seed, o.Time = 1, clock
	return newGenerator(t, c, o)
}

func message(t *testing.T, g *payload.Generator, event string, n uint64) mocksender.Message {
	t.Helper()
	m, err := g.Message(event, n)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMessagesFitTheirContract judges whole messages as a receiver would see them.
func TestMessagesFitTheirContract(t *testing.T) {
	g := wireGenerator(t, payload.Options{})
	for _, event := range []string{"asked", "parts", "cloud", "nothing", "unsaid"} {
		for n := range uint64(50) {
			m := message(t, g, event, n)
			header := http.Header{}
			for name, values := range m.Header {
				header[http.CanonicalHeaderKey(name)] = values
			}
			header.Set("X-Signature", "the signer's")
			violations := append(g.Contract().CheckPayload(event, header, m.Body), g.Contract().CheckURL(event, &url.URL{RawQuery: m.Query})...)
			if len(violations) > 0 {
				t.Fatalf("%s %d: %+v\n%+v", event, n, violations, m)
			}
		}
	}
}

func TestPartsOfAMessage(t *testing.T) {
	g := wireGenerator(t, payload.Options{})
	m := message(t, g, "asked", 3)
	query, err := url.ParseQuery(m.Query)
	if err != nil || len(query["ids"]) != 2 || len(query["challenge"][0]) != 6 || query.Get("filter[from]") == "" || !strings.Contains(query.Get("pipes"), "|") {
		t.Errorf("query %s, %v", m.Query, err)
	}
	form, err := url.ParseQuery(string(m.Body))
	if err != nil || form.Get("id") == "" || len(form["tags"]) == 0 {
		t.Errorf("body %s, %v", m.Body, err)
	}
	for name, want := range map[string]bool{"X-Request-Id": true, "X-Event-Type": true, "X-Counts": true, "X-Bare": true, "Cookie": true, "X-Note": false, "X-Signature": false} {
		if _, got := m.Header[name]; got != want {
			t.Errorf("header %s: %v", name, got)
		}
	}
	if m.Method != "PUT" || m.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || m.Header.Get("X-Event-Type") != "asked" {
		t.Errorf("got %+v", m)
	}
	if again := message(t, wireGenerator(t, payload.Options{}), "asked", 3); !bytes.Equal(again.Body, m.Body) || again.Query != m.Query || again.Header.Get("X-Request-Id") != m.Header.Get("X-Request-Id") {
		t.Error("the same seed gives another message")
	}
	if other := message(t, g, "asked", 4); other.Header.Get("X-Request-Id") == m.Header.Get("X-Request-Id") {
		t.Error("two events have the same request id")
	}
}

func TestMessagesWithoutAndWithOddBodies(t *testing.T) {
	g := wireGenerator(t, payload.Options{})
	if m := message(t, g, "nothing", 0); m.Method != "GET" || m.Body != nil || m.Header.Get("Content-Type") != "" || !strings.HasPrefix(m.Query, "q=") {
		t.Errorf("nothing: %+v", m)
	}
	if m := message(t, g, "unsaid", 0); string(m.Body) != "{}" {
		t.Errorf("unsaid: %s", m.Body)
	}
	if m := message(t, g, "cloud", 0); m.Header.Get("Content-Type") != "application/cloudevents+json" {
		t.Errorf("cloud: %+v", m)
	}
	m := message(t, g, "parts", 0)
	if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/form-data; boundary=hookrig-") || !strings.Contains(string(m.Body), "Content-Type: application/json\r\n\r\n{") {
		t.Errorf("parts: %s\n%s", m.Header, m.Body)
	}
	for event, want := range map[string]string{
		"xml":     "thing.yaml:30:57: event \"xml\": a body of the media type application/xml cannot be written",
		"control": `thing.yaml:31:33: header parameter "X-Odd": HTTP cannot carry the value "a\nb" that its schema asks for`,
	} {
		if _, err := g.Message(event, 0); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", event, err)
		}
	}
}

func TestFullMessagesHaveOptionalParameters(t *testing.T) {
	m := message(t, wireGenerator(t, payload.Options{Profile: payload.Full}), "asked", 0)
	if m.Header.Get("X-Note") == "" || m.Header.Get("X-Signature") != "" {
		t.Errorf("got %+v", m.Header)
	}
}

// TestUnsignedCredentials: what looks like a credential and no scheme writes is made like any other required parameter.
func TestUnsignedCredentials(t *testing.T) {
	c := parse(t, `openapi: 3.1.0
webhooks:
  w:
    post:
      parameters:
        - {name: X-Hub-Signature-256, in: header, required: true, schema: {type: string, pattern: '^sha256=[0-9a-f]{64}$'}}
        - {name: Webhook-Signature, in: header, required: true, schema: {type: string}}
        - {name: X-Token, in: header, schema: {type: string}}
        - {name: token, in: query, required: true, schema: {type: string, minLength: 5}}
        - {name: Host, in: header, required: true, schema: {type: string}}
`)
	for name, row := range map[string]struct {
		signed []string
		want   []string
		query  bool
	}{
		"nobody knows who signs": {nil, nil, false},
		"nothing is signed":      {[]string{}, []string{"Webhook-Signature", "X-Hub-Signature-256"}, true},
		"one is signed":          {[]string{"webhook-id", "webhook-signature"}, []string{"X-Hub-Signature-256"}, true},
	} {
		g := newGenerator(t, c, payload.Options{Signed: row.signed})
		m, err := g.Message("w", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(m.Header)); !slices.Equal(got, row.want) || (m.Query != "") != row.query {
			t.Errorf("%s: headers %q, query %q", name, got, m.Query)
		}
	}
}

// TestParameterNames: a header that HTTP has no room for is refused with its place.
func TestParameterNames(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {parameters: [{name: X A, in: header, required: true, schema: {type: string}}]}}}\n")
	g := newGenerator(t, c, payload.Options{})
	const want = `thing.yaml:2:36: header parameter "X A": HTTP allows no such name`
	if _, err := g.Message("w", 0); err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

// TestCredentialsAreMadeUpWhereNobodySigns: the message would break its contract without. Whoever else writes one, does.
func TestCredentialsAreMadeUpWhereNobodySigns(t *testing.T) {
	c := parse(t, `
openapi: 3.1.0
info: {title: Signed, version: "1"}
webhooks:
  done:
    post:
      parameters:
        - {name: X-Sig, in: header, required: true, schema: {type: string}}
        - {name: X-Hub-Signature-256, in: header, required: true, schema: {type: string, pattern: '^sha256=[0-9a-f]{64}$'}}
        - {name: X-Webhook-Auth, in: header, required: true, schema: {type: string}}
        - {name: X-Old-Signature, in: header, schema: {type: string}}
        - {name: token, in: query, required: true, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}}
`)
	made := func(o payload.Options) (mocksender.Message, int) {
		o.Time = clock
		g := newGenerator(t, c, o)
		invented, err := g.Invented("done")
		if err != nil {
			t.Fatal(err)
		}
		return message(t, g, "done", 1), len(invented)
	}
	m, n := made(payload.Options{Signed: []string{}, Profile: payload.Full})
	if found := append(c.CheckPayload("done", m.Header, m.Body), c.CheckURL("done", &url.URL{RawQuery: m.Query})...); len(found) > 0 || n != 4 {
		t.Errorf("%d made up: %v\n%+v", n, found, m)
	}
	digest := regexp.MustCompile("^[0-9a-f]{64}$")
	if x, auth := m.Header["X-Sig"], m.Header["X-Webhook-Auth"]; len(x) != 1 || !digest.MatchString(x[0]) || !digest.MatchString(auth[0]) || m.Header["X-Old-Signature"] != nil {
		t.Errorf("%v", m.Header)
	}
	if m, n := made(payload.Options{Signed: []string{"x-sig"}}); m.Header["X-Sig"] != nil || m.Header["X-Webhook-Auth"] == nil || n != 3 {
		t.Errorf("the policy writes X-Sig: %d, %v", n, m.Header)
	}
	if m, n := made(payload.Options{}); len(m.Header) != 1 || m.Query != "" || n != 0 {
		t.Errorf("somebody signs: %d, %v", n, m)
	}
}
