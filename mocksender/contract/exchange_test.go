package contract_test

import (
	"net/http"
	"strings"
	"testing"
)

const guarded = `openapi: 3.1.0
info: {title: Guarded, version: "1"}
webhooks:
  w:
    parameters:
      - {name: X-Request-Id, in: header, required: true, schema: {type: string}}
      - {name: X-Attempt, in: header, schema: {type: string}}
    post:
      security: [{token: []}]
      parameters:
        - {$ref: '#/components/parameters/Attempt'}
        - {name: session, in: cookie, required: true, schema: {$ref: '#/components/schemas/Session'}}
        - {name: page, in: query, required: true, schema: {type: integer}}
      requestBody:
        content:
          application/json: {schema: {type: object}}
          application/*: {}
  free: {post: {requestBody: {content: {application/json: {}}}}}
  mute: {post: {}}
  broken: {post: {parameters: [{$ref: '#/components/parameters/None'}]}}
components:
  parameters:
    Attempt: {name: x-attempt, in: header, required: true, schema: {type: integer, enum: [1, 2, 3]}}
  schemas:
    Session: {type: string, enum: [abc]}
  securitySchemes:
    token: {type: apiKey, in: header, name: X-Token}
`

func TestHeadersAreJudged(t *testing.T) {
	c := parse(t, guarded)
	good := func(changes ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "X-Attempt": {"2"}, "Cookie": {"session=abc"}, "X-Token": {"s3cret"}}
		for i := 0; i+1 < len(changes); i += 2 {
			delete(h, changes[i])
			if changes[i+1] != "" {
				h[changes[i]] = []string{changes[i+1]}
			}
		}
		return h
	}
	for name, row := range map[string]struct {
		event  string
		header http.Header
		body   string
		want   string // rules, messages and places, joined
	}{
		"fits":              {"w", good(), `{}`, ""},
		"names as written":  {"w", func() http.Header { h := good("X-Request-Id", ""); h["x-request-ID"] = []string{"1"}; return h }(), `{}`, ""},
		"nil is body only":  {"w", nil, `{}`, ""},
		"header missing":    {"w", good("X-Request-Id", ""), `{}`, `header "X-Request-Id" is missing d.yaml:6:9`},
		"operation wins":    {"w", good("X-Attempt", "s3cret"), `{}`, `header "x-attempt" does not fit its schema d.yaml:23:14`},
		"enum":              {"w", good("X-Attempt", "7"), `{}`, `header "x-attempt" does not fit its schema d.yaml:23:14`},
		"cookie":            {"w", good("Cookie", "session=s3cret"), `{}`, `cookie "session" does not fit its schema d.yaml:12:11`},
		"cookie missing":    {"w", good("Cookie", ""), `{}`, `cookie "session" is missing d.yaml:12:11`},
		"credential":        {"w", good("X-Token", ""), `{}`, "the event's security requirement is not met: a credential is missing d.yaml:9:17"},
		"media type":        {"w", good("Content-Type", "text/plain"), `{}`, `content type "text/plain" is not documented; documented: application/json, application/* d.yaml:16:11`},
		"media range":       {"w", good("Content-Type", "application/vnd.x+json"), `{}`, ""},
		"no media type":     {"w", good("Content-Type", ""), `{}`, "content type (none) is not documented; documented: application/json, application/* d.yaml:16:11"},
		"body too":          {"w", good("X-Request-Id", ""), `[]`, "header \"X-Request-Id\" is missing d.yaml:6:9\nwant object, got array d.yaml:16:45"},
		"optional body":     {"w", good("Content-Type", ""), ``, ""},
		"without demands":   {"free", http.Header{"Content-Type": {"application/json"}}, `1`, ""},
		"no body, no media": {"mute", http.Header{}, ``, ""},
		"broken parameter":  {"broken", http.Header{}, ``, `reference "#/components/parameters/None": nothing is called "None" there d.yaml:20:39`},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, v := range c.CheckPayload(row.event, row.header, []byte(row.body)) {
				got = append(got, v.Message+" "+v.Pos.String())
				if strings.Contains(v.Message, "s3cret") {
					t.Errorf("a header's value is repeated: %s", v.Message)
				}
			}
			if strings.Join(got, "\n") != row.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), row.want)
			}
		})
	}
}

func TestExchangeIgnoresWhatBreaksOnlyBodies(t *testing.T) {
	c := parse(t, strings.Replace(guarded, "{schema: {type: object}}", "{schema: {type: object, nullable: true, pattern: '(?!a)', properties: {a: {$ref: '#/webhooks/w/post/requestBody/content/application~1json/schema'}}}}", 1))
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "X-Attempt": {"2"}, "Cookie": {"session=abc"}, "X-Token": {"s3cret"}}
	wantNone(t, c.CheckPayload("w", header, []byte(`null`)))
	wantNone(t, c.CheckPayload("w", header, []byte(`{"a":{"a":null}}`)))
}
