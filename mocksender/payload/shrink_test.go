package payload_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

const nestedDoc = `
openapi: 3.1.0
info: {title: Nested, version: "1"}
webhooks:
  thing:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [kind, token]
              properties:
                kind: {const: thing}
                token: {type: string}
                note: {type: string}
                lines:
                  type: array
                  items: {type: object, properties: {sku: {type: string}, price: {type: number}}}
                buyer:
                  type: object
                  properties: {name: {type: string}, city: {type: string}, age: {type: integer}}
      responses: {"200": {description: ok}}
`

const bigThing = `{"kind":"thing","token":"keep me","note":"long and of no matter","lines":[{"sku":"a","price":3},{"sku":"b","price":60.95},{"sku":"c","price":7}],"buyer":{"name":"Ó","city":"Paris","age":44}}`

func shrunk(t *testing.T, limit int, rejected func(string) bool) (string, int) {
	t.Helper()
	c := parse(t, nestedDoc)
	body, asked, err := generatorOf(t, c, payload.Typical).Shrink("thing", []byte(bigThing), payload.Shrinking{
		Limit: limit, Keep: []string{"/token"},
		Rejected: func(body []byte) (bool, error) {
			if v := c.CheckPayload("thing", nil, body); len(v) > 0 {
				t.Errorf("asked about a body that breaks the contract: %s", body)
			}
			return rejected(string(body)), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(body), asked
}

func TestShrinkFindsTheCause(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		rejected func(string) bool
		want     string
	}{
		"a decimal amount":     {func(b string) bool { return strings.Contains(b, "60.95") }, `{"kind":"thing","token":"keep me","lines":[{"price":60.95}]}`},
		"a letter in the name": {func(b string) bool { return strings.Contains(b, "Ó") }, `{"kind":"thing","token":"keep me","buyer":{"name":"Ó"}}`},
		"everything":           {func(string) bool { return true }, `{"kind":"thing","token":"keep me"}`},
		"a text's length":      {func(b string) bool { return len(gjson.Get(b, "note").Str) > 3 }, `{"kind":"thing","token":"keep me","note":"aaaa"}`},
		"its length":           {func(b string) bool { return len(b) > 60 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, asked := shrunk(t, 200, row.rejected)
			if row.want != "" && got != row.want || !row.rejected(got) {
				t.Errorf("got %s after %d questions, want %s", got, asked, row.want)
			}
		})
	}
}

func TestShrinkAsksNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	got, asked := shrunk(t, 3, func(b string) bool { return strings.Contains(b, "60.95") })
	if asked > 3 || !strings.Contains(got, "60.95") {
		t.Errorf("asked %d times, got %s", asked, got)
	}
}

func TestShrinkEndsOnAnError(t *testing.T) {
	t.Parallel()
	gone := errors.New("the receiver is gone")
	body, _, err := generatorOf(t, parse(t, nestedDoc), payload.Typical).Shrink("thing", []byte(bigThing), payload.Shrinking{
		Limit: 100, Rejected: func([]byte) (bool, error) { return false, gone },
	})
	if !errors.Is(err, gone) || string(body) != bigThing {
		t.Errorf("got %v and %s", err, body)
	}
}
