package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// CheckReply judges a reply's status, headers, media type and body against the event's responses. It returns nil when
// all fits and when the event documents no responses. The status is looked up exactly, then as a range such as 2XX, then
// as default; nothing else is judged when it is not documented.
func (c *Contract) CheckReply(name string, reply Reply) []Violation {
	e, err := c.event(name)
	if err != nil {
		return []Violation{{Rule: "event", Message: err.Error(), Pos: c.main.root.Pos}}
	}
	if e.operation.value == nil {
		return brokenEvent(e)
	}
	responses := e.operation.member("responses")
	if responses.value == nil || len(statuses(responses.value)) == 0 {
		return nil
	}
	key := statusKey(responses.value, reply.Status)
	if key == "" {
		return []Violation{{
			Rule: "status", Pointer: responses.pointer, Pos: responses.value.Pos,
			Message: fmt.Sprintf("status %d is not documented; documented: %s", reply.Status, strings.Join(statuses(responses.value), ", ")),
		}}
	}
	response, err := c.deref(responses.member(key))
	if err != nil {
		return brokenEvent(&event{EventType: e.EventType, err: err})
	}
	return append(c.checkReplyHeaders(response, reply.Header), c.checkReplyBody(response, reply)...)
}

// ReplyRule describes which replies the event documents, such as "200" or "200, 4XX, default", and where.
// It is "" for an unknown event and for one that documents none.
func (c *Contract) ReplyRule(name string) (string, Position) {
	e, err := c.event(name)
	if err != nil {
		return "", Position{}
	}
	if e.operation.value == nil {
		return "", e.Pos
	}
	responses := e.operation.value.Lookup("responses")
	if responses == nil {
		return "", e.Pos
	}
	return strings.Join(statuses(responses), ", "), responses.Pos
}

// statuses lists the keys of a responses object that stand for replies.
func statuses(responses *Value) []string {
	var keys []string
	for _, f := range responses.Fields {
		if !strings.HasPrefix(f.Name, "x-") {
			keys = append(keys, f.Name)
		}
	}
	return keys
}

// statusKey finds the entry for a status (https://spec.openapis.org/oas/v3.1.1.html#responses-object).
func statusKey(responses *Value, status int) string {
	exact := strconv.Itoa(status)
	for _, want := range []string{exact, fmt.Sprintf("%dXX", status/100), "default"} {
		for _, key := range statuses(responses) {
			if strings.EqualFold(key, want) {
				return key
			}
		}
	}
	return ""
}

// checkReplyHeaders judges the headers that the response documents. Their values never stand in messages.
func (c *Contract) checkReplyHeaders(response place, header http.Header) []Violation {
	var out []Violation
	headers := response.member("headers")
	if headers.value == nil {
		return nil
	}
	for _, f := range headers.value.Fields {
		if strings.EqualFold(f.Name, "Content-Type") {
			continue // "Content-Type" is ignored here, says the specification: the content's keys rule
		}
		declared, err := c.deref(headers.member(f.Name))
		if err != nil {
			out = append(out, brokenEvent(&event{err: err})...)
			continue
		}
		out = append(out, c.checkReplyHeader(f.Name, declared, header)...)
	}
	sortViolations(out)
	return out
}

func (c *Contract) checkReplyHeader(name string, declared place, header http.Header) []Violation {
	values := header.Values(name)
	schema := declared.member("schema")
	switch {
	case len(values) == 0 && isTrue(declared.value.Lookup("required")):
		return []Violation{{Rule: "header", Message: fmt.Sprintf("header %q is missing", name), Pointer: declared.pointer, Pos: declared.value.Pos}}
	case len(values) == 0 || !isSchema(schema.value):
		return nil
	}
	k := c.compile(schema, toProvider)
	if k.faults != nil {
		return faultViolations(k.faults)
	}
	for _, v := range headerReadings(strings.Join(values, ",")) {
		if k.schema.Validate(v) == nil {
			return nil
		}
	}
	return []Violation{{Rule: "header", Message: fmt.Sprintf("header %q does not fit its schema", name), Pointer: schema.pointer, Pos: schema.value.Pos}}
}

// checkReplyBody judges the media type and the body.
func (c *Contract) checkReplyBody(response place, reply Reply) []Violation {
	content := response.member("content")
	if content.value == nil || len(content.value.Fields) == 0 {
		return nil // nothing is said about a body: whatever comes is allowed
	}
	if len(reply.Body) == 0 {
		return c.emptyReply(content)
	}
	sent := reply.Header.Get("Content-Type")
	key := matchMediaType(content.value, sent)
	if key == "" {
		return []Violation{{
			Rule: "content-type", Pointer: content.pointer, Pos: content.value.Pos,
			Message: fmt.Sprintf("content type %s is not documented; documented: %s", orNone(sent), strings.Join(content.value.names(), ", ")),
		}}
	}
	media, err := c.deref(content.member(key))
	if err != nil {
		return brokenEvent(&event{err: err})
	}
	schema := media.member("schema")
	if !isSchema(schema.value) {
		return nil
	}
	return c.checkReplySchema(schema, baseType(sent), reply.Body)
}

func (c *Contract) checkReplySchema(schema place, mediaType string, body []byte) []Violation {
	switch {
	case IsJSON(mediaType):
		return c.compile(schema, toProvider).check(body)
	case strings.HasPrefix(mediaType, "text/"):
		return c.compile(schema, toProvider).judge(string(body))
	default:
		return nil
	}
}

// emptyReply is a violation when every documented body is JSON: no JSON value is empty.
func (c *Contract) emptyReply(content place) []Violation {
	for _, f := range content.value.Fields {
		media, err := c.deref(content.member(f.Name))
		if err != nil {
			return brokenEvent(&event{err: err})
		}
		if !IsJSON(f.Name) || !isSchema(media.value.Lookup("schema")) {
			return nil
		}
	}
	return []Violation{{Rule: "body", Message: "the body is empty; documented: " + strings.Join(content.value.names(), ", "), Pointer: content.pointer, Pos: content.value.Pos}}
}

func orNone(mediaType string) string {
	if mediaType == "" {
		return "(none)"
	}
	return short(mediaType)
}

// matchMediaType finds the key of a content object that a message's Content-Type belongs to: the same type with the
// same parameters first, then the same type, then a range such as application/* (RFC 9110, section 12.5.1).
func matchMediaType(content *Value, sent string) string {
	base, params, err := mime.ParseMediaType(sent)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) { // the type itself was read before a bad parameter
		return ""
	}
	major, _, _ := strings.Cut(base, "/")
	best, bestRank := "", 4
	for _, f := range content.Fields {
		wantBase, wantParams, err := mime.ParseMediaType(f.Name)
		if err != nil {
			continue
		}
		if rank := slices.Index([]string{base, major + "/*", "*/*"}, wantBase); rank >= 0 {
			rank++
			if rank == 1 && len(wantParams) > 0 && sameParams(wantParams, params) {
				rank = 0
			}
			if rank < bestRank {
				best, bestRank = f.Name, rank
			}
		}
	}
	return best
}

func sameParams(want, got map[string]string) bool {
	for name, value := range want {
		if !strings.EqualFold(got[name], value) {
			return false
		}
	}
	return true
}

// headerReadings lists what a header's text can mean in JSON: a number or a boolean, and always a string, and a list
// separated by commas.
func headerReadings(text string) []any {
	readings := []any{text}
	if v, violation := decode([]byte(text)); violation == nil {
		readings = append(readings, v)
	}
	var list []any
	for _, part := range strings.Split(text, ",") {
		list = append(list, strings.TrimSpace(part))
	}
	return append(readings, list)
}
