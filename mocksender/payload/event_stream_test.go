package payload_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// streamDoc has server-sent events with JSON in their data.
const streamDoc = `openapi: 3.2.0
webhooks:
  stream:
    post:
      requestBody:
        required: true
        content:
          text/event-stream:
            itemSchema:
              type: object
              required: [event, data]
              properties:
                event: {enum: [made, paid]}
                id: {type: string, x-faker: {same: event.id}}
                retry: {type: integer, minimum: 0, maximum: 9000}
                data:
                  type: string
                  contentMediaType: application/json
                  contentSchema: {type: object, required: [amount], properties: {amount: {type: integer, minimum: 1}, note: {type: string}}}
`

func TestStreamsOfEventsAreMade(t *testing.T) {
	c := parse(t, streamDoc)
	header := http.Header{"Content-Type": {"text/event-stream"}}
	data := regexp.MustCompile(`(?m)^data: (.*)$`)
	for _, profile := range []payload.Profile{payload.Typical, payload.Minimal, payload.Full, payload.Boundary, payload.Sparse} {
		g := generatorOf(t, c, profile)
		for n := range uint64(40) {
			m, err := g.Message("stream", n)
			if err != nil {
				t.Fatal(err)
			}
			if found := c.CheckPayload("stream", header, m.Body); len(found) > 0 || m.Header.Get("Content-Type") != "text/event-stream" {
				t.Errorf("%s %d: %s: %v", profile, n, m.Body, found)
			}
			lines := data.FindAllStringSubmatch(string(m.Body), -1)
			if events := strings.Count(string(m.Body), "event: "); events == 0 || len(lines) != events || !strings.HasSuffix(string(m.Body), "\n\n") {
				t.Errorf("%s %d: no data for each event: %s", profile, n, m.Body)
			}
			for _, line := range lines {
				if !gjson.Valid(line[1]) || gjson.Get(line[1], "amount").Int() < 1 {
					t.Errorf("%s %d: the data is %s", profile, n, line[1])
				}
			}
			if profile == payload.Full && !strings.Contains(string(m.Body), "id: "+m.Event.ID+"\n") {
				t.Errorf("the event %s is not in %s", m.Event.ID, m.Body)
			}
		}
	}
}
