package payload_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// clock is the payload's clock in these tests, the last day of a long month.
var clock = time.Date(2026, 1, 31, 3, 0, 0, 0, time.UTC)

// document is a contract of one event "thing.made" whose body has the properties.
// head stands at the root, for x-faker-records.
func document(head, properties string) string {
	return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + strings.TrimLeft(head, "\n") + `
webhooks:
  thing.made:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
` + indent(properties, 16) + `
      responses: {"200": {description: ok}}
`
}

func indent(text string, by int) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", by) + strings.TrimLeft(line, "\t")
	}
	return strings.Join(lines, "\n")
}

func parse(t testing.TB, text string) *contract.Contract {
	t.Helper()
	c, err := contract.Parse("thing.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newGenerator makes payloads of a document, at the time of all tests if there is none.
func newGenerator(t testing.TB, c *contract.Contract, o payload.Options) *payload.Generator {
	t.Helper()
	if o.Time.IsZero() {
		o.Time = clock
	}
	g, err := payload.New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// made compiles the event and returns n payloads, decoded.
func made(t testing.TB, text string, n int, o payload.Options) []map[string]any {
	t.Helper()
	c := parse(t, text)
	g := newGenerator(t, c, o)
	event := c.Events()[0].Name
	out := make([]map[string]any, n)
	for i := range out {
		m, err := g.Message(event, uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(m.Body, &out[i]); err != nil {
			t.Fatalf("%v in %s", err, m.Body)
		}
		if v := c.CheckPayload(event, nil, m.Body); len(o.Set) == 0 && len(v) > 0 {
			t.Fatalf("%v in %s", v, m.Body)
		}
	}
	return out
}

// compileError returns the error of compiling the event.
func compileError(t testing.TB, text string) string {
	t.Helper()
	c := parse(t, text)
	_, err := payload.Compile(c, c.Events()[0].Name, payload.Options{Time: clock})
	if err == nil {
		t.Fatal("it compiles")
	}
	return err.Error()
}

// membersOf returns the members of a payload as text.
func membersOf(t testing.TB, g *payload.Generator, event string, n uint64) map[string]string {
	t.Helper()
	m, err := g.Message(event, n)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(m.Body, &members); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, v := range members {
		out[name] = string(v)
	}
	return out
}
