package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const replies = `openapi: 3.1.0
info: {title: Replies, version: "1"}
webhooks:
  w:
    post:
      responses:
        '200':
          description: OK
          headers:
            X-Count: {required: true, schema: {type: integer, maximum: 5}}
            Content-Type: {required: true, schema: {const: never}}
            X-Free: {description: no schema}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Ack'}}
            application/*: {}
            text/plain: {schema: {const: "[accepted]"}}
        '201': {description: text only, content: {text/plain; charset=utf-8: {}}}
        '202': {$ref: '#/components/responses/Later'}
        '203': {description: any, content: {'*/*': {schema: {type: integer}}}}
        4xX: {description: refused}
        default: {description: anything else, content: {application/problem+json: {schema: {type: object}}}}
  strict: {post: {responses: {'200': {description: OK}, x-note: not a status}}}
  silent: {post: {}}
  broken: {post: {responses: {'200': {$ref: '#/components/responses/None'}}}}
components:
  responses: {Later: {description: later, content: {application/json: {schema: {type: array}}}}}
  schemas:
    Ack: {type: object, required: [ok, id], properties: {ok: {type: boolean}, id: {readOnly: true}}}
`

func reply(status int, body string, header ...string) contract.Reply {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return contract.Reply{Status: status, Header: h, Body: []byte(body)}
}

func TestRepliesAreJudged(t *testing.T) {
	c := parse(t, replies)
	const ct, json = "Content-Type", "application/json"
	for name, row := range map[string]struct {
		event string
		reply contract.Reply
		want  string // rules and messages, joined; "" fits
		pos   string
	}{
		"fits":                    {"w", reply(200, `{"ok":true}`, ct, json, "X-Count", "3"), "", ""},
		"parameters do not count": {"w", reply(200, `{"ok":true}`, ct, "Application/JSON; charset=utf-8", "X-Count", "3"), "", ""},
		"header missing":          {"w", reply(200, `{"ok":true}`, ct, json), `header: header "X-Count" is missing`, "d.yaml:10:22"},
		"header wrong":            {"w", reply(200, `{"ok":true}`, ct, json, "x-count", "6"), `header: header "X-Count" does not fit its schema`, "d.yaml:10:47"},
		"header no number":        {"w", reply(200, `{"ok":true}`, ct, json, "x-count", "s3cret"), `header: header "X-Count" does not fit its schema`, "d.yaml:10:47"},
		"body wrong":              {"w", reply(200, `{"ok":1}`, ct, json, "X-Count", "3"), "type: want boolean, got number", "d.yaml:28:69"},
		"body broken":             {"w", reply(200, `{`, ct, json, "X-Count", "3"), "json: the body is not JSON: it ends too early", "d.yaml:14:40"},
		"range wins no schema":    {"w", reply(200, `x`, ct, "application/xml", "X-Count", "3"), "", ""},
		"text schema":             {"w", reply(200, `[accepted]`, ct, "text/plain", "X-Count", "3"), "", ""},
		"text schema wrong":       {"w", reply(200, `no`, ct, "text/plain", "X-Count", "3"), `const: want "[accepted]", got "no"`, "d.yaml:16:42"},
		"type unknown":            {"w", reply(200, `<p>`, ct, "text/html", "X-Count", "3"), `content-type: content type "text/html" is not documented; documented: application/json, application/*, text/plain`, "d.yaml:14:13"},
		"bad parameter":           {"w", reply(203, `1`, ct, "application/json; charset"), "", ""},
		"type missing":            {"w", reply(200, `{}`, "X-Count", "3"), "content-type: content type (none) is not documented; documented: application/json, application/*, text/plain", "d.yaml:14:13"},
		"empty, not all JSON":     {"w", reply(200, ``, "X-Count", "3"), "", ""},
		"empty text":              {"w", reply(201, ``), "", ""},
		"empty JSON":              {"w", reply(202, ``, ct, json), "body: the body is empty; documented: application/json", "d.yaml:26:52"},
		"response by reference":   {"w", reply(202, `{}`, ct, json), "type: want array, got object", "d.yaml:26:87"},
		"any type is JSON":        {"w", reply(203, `"x"`, ct, "application/hal+json"), "type: want integer, got string", "d.yaml:19:68"},
		"any type is not JSON":    {"w", reply(203, `x`, ct, "image/png"), "", ""},
		"range of statuses":       {"w", reply(418, `teapot`), "", ""},
		"default":                 {"w", reply(500, `[]`, ct, "application/problem+json"), "type: want object, got array", "d.yaml:21:99"},
		"status":                  {"strict", reply(500, ``), "status: status 500 is not documented; documented: 200", "d.yaml:22:30"},
		"no content, any body":    {"strict", reply(200, `<html>`, ct, "text/html"), "", ""},
		"nothing documented":      {"silent", reply(500, `x`), "", ""},
		"broken":                  {"broken", reply(200, ``), `schema: reference "#/components/responses/None": nothing is called "None" there`, "d.yaml:24:45"},
		"unknown event":           {"nope", reply(200, ``), `event: unknown event "nope"`, "d.yaml:1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			list := c.CheckReply(row.event, row.reply)
			for _, v := range list {
				got = append(got, v.Rule+": "+v.Message)
			}
			if strings.Join(got, "\n") != row.want {
				t.Fatalf("got  %s\nwant %s", strings.Join(got, "\n"), row.want)
			}
			if len(list) == 1 && list[0].Pos.String() != row.pos {
				t.Errorf("position %s, want %s", list[0].Pos, row.pos)
			}
		})
	}
}

func TestReplyRule(t *testing.T) {
	c := parse(t, replies)
	for event, want := range map[string]string{"w": "200, 201, 202, 203, 4xX, default", "strict": "200", "silent": "", "nope": ""} {
		if got, _ := c.ReplyRule(event); got != want {
			t.Errorf("%s: got %q, want %q", event, got, want)
		}
	}
	if _, pos := c.ReplyRule("strict"); pos.String() != "d.yaml:22:30" {
		t.Errorf("position %s", pos)
	}
}

// TestSecondOpinionJudgesContentTypeAsAHeader names a difference of its own: the specification says that a response header
// called Content-Type is ignored, and the library judges it.
func TestSecondOpinionJudgesContentTypeAsAHeader(t *testing.T) {
	c := parse(t, strings.Replace(replies, "  broken: {post: {responses: {'200': {$ref: '#/components/responses/None'}}}}\n", "", 1))
	r := reply(200, `{"ok":true,"id":1}`, "Content-Type", "application/json", "X-Count", "3")
	wantNone(t, c.CheckReply("w", r))
	theirs, err := c.SecondOpinionOnReply("w", r)
	if err != nil || len(theirs) == 0 {
		t.Errorf("the difference is gone: %+v, %v", theirs, err)
	}
}

// TestSecondOpinionOnReplies holds our judgement beside libopenapi-validator's and names every difference.
func TestSecondOpinionOnReplies(t *testing.T) {
	text := strings.Replace(replies, "            Content-Type: {required: true, schema: {const: never}}\n", "", 1)
	c := parse(t, strings.Replace(text, "  broken: {post: {responses: {'200': {$ref: '#/components/responses/None'}}}}\n", "", 1))
	const ct, json = "Content-Type", "application/json"
	for name, row := range map[string]struct {
		event string
		reply contract.Reply
		why   string // why the two differ; "" when they agree
	}{
		"fits":              {"w", reply(200, `{"ok":true,"id":1}`, ct, json, "X-Count", "3"), ""},
		"body wrong":        {"w", reply(200, `{"ok":1,"id":1}`, ct, json, "X-Count", "3"), ""},
		"type unknown":      {"w", reply(200, `<p>`, ct, "text/html", "X-Count", "3"), ""},
		"status":            {"strict", reply(500, ``), ""},
		"no content":        {"strict", reply(200, ``), ""},
		"readOnly":          {"w", reply(200, `{"ok":true}`, ct, json, "X-Count", "3"), "the library takes a reply for one of an API; here the receiver replies, who does not write readOnly members"},
		"any type":          {"w", reply(203, `"x"`, ct, json), ""},
		"any type fits":     {"w", reply(203, `1`, ct, json), "the library never matches */*"},
		"empty JSON":        {"w", reply(202, ``, ct, json), "the library lets an empty body pass for any schema"},
		"range of statuses": {"w", reply(418, `teapot`), "the library knows ranges of statuses in capitals only"},
	} {
		t.Run(name, func(t *testing.T) {
			ours := c.CheckReply(row.event, row.reply)
			theirs, err := c.SecondOpinionOnReply(row.event, row.reply)
			if err != nil {
				t.Fatal(err)
			}
			if agree := (len(ours) == 0) == (len(theirs) == 0); agree != (row.why == "") {
				t.Errorf("ours %+v\ntheirs %+v\nreason for a difference: %q", ours, theirs, row.why)
			}
		})
	}
}
