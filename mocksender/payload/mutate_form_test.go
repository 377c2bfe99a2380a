package payload_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

const formDoc = `openapi: 3.1.0
info: {title: t, version: '1'}
webhooks:
  pairs:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [from, number]
              properties:
                from: {type: string, pattern: '^\+[1-9][0-9]{6,14}$'}
                number: {type: integer, minimum: 0}
                when: {type: string, format: date-time}
      responses: {"204": {description: ok}}
  parts:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [meta]
              properties:
                meta: {type: object, required: [id], properties: {id: {type: integer}}}
      responses: {"204": {description: ok}}
`

// A form that is made invalid breaks one rule as a form, and not only as JSON, in which a number is not its text.
func TestInvalidForms(t *testing.T) {
	c := parse(t, formDoc)
	g := newGenerator(t, c, payload.Options{})
	for _, event := range []string{"pairs", "parts"} {
		rules := map[string]bool{}
		for n := range uint64(12) {
			m, mutation, err := g.Invalid(event, g.Subject(n))
			if err != nil {
				t.Fatal(err)
			}
			found := c.CheckPayload(event, m.Header, m.Body)
			if len(found) != 1 || found[0].Rule != mutation.Keyword || found[0].Instance != mutation.Pointer {
				t.Errorf("%s %d: %s at %s, found %v in\n%s", event, n, mutation.Keyword, mutation.Pointer, found, m.Body)
			}
			if strings.HasPrefix(string(m.Body), "{") || !strings.HasPrefix(string(mutation.Payload), "{") {
				t.Errorf("%s: the body is\n%s\nand the payload\n%s", event, m.Body, mutation.Payload)
			}
			rules[mutation.Keyword] = true
		}
		if !rules["required"] || len(rules) < 2 {
			t.Errorf("%s: only %v were broken", event, rules)
		}
	}
}

func TestDriftedForms(t *testing.T) {
	g := newGenerator(t, parse(t, formDoc), payload.Options{})
	m, mutation, err := g.Drifted("pairs", g.Subject(0))
	if err != nil {
		t.Fatal(err)
	}
	values, err := url.ParseQuery(string(m.Body))
	if err != nil || mutation.Keyword != "unknown-field" || len(values) < 3 {
		t.Errorf("%v: %s in %s", err, mutation.Keyword, m.Body)
	}
}
