package contract

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

// readQueryString completes a parameter that is the whole query string (OpenAPI 3.2,
// https://spec.openapis.org/oas/v3.2.0.html#parameter-locations): a form or JSON, by its content.
func (c *Contract) readQueryString(out *Parameter, p place) error {
	content := p.member("content")
	key := preferredMediaType(content.value)
	if kind := kindOf(concrete(key)); key == "" || kind > jsonLike && kind != formBody {
		return problem(out.Pos, "parameter %q is the whole query string (in: querystring) and neither a form nor JSON by its content: it is not written", out.Name)
	}
	m, err := c.mediaAt(content, key)
	out.media, out.JSON = m, IsJSON(concrete(key))
	return err
}

// QueryString writes a value, which is JSON that the parameter's schema describes, as the whole query string that it is. The
// error says that a form cannot hold the value. Only a parameter in "querystring" has one.
func (p Parameter) QueryString(value []byte) (string, error) {
	value = bytes.TrimSpace(value)
	switch {
	case p.In != "querystring":
		return "", fmt.Errorf("parameter %q is no query string", p.Name)
	case p.JSON:
		return strings.ReplaceAll(url.QueryEscape(string(value)), "+", "%20"), nil
	case len(value) == 0 || value[0] != '{':
		return "", problem(p.Pos, "parameter %q: a query string that is a form must be an object", p.Name)
	}
	var w formWriter
	for _, m := range membersOf(value) {
		w.member(m.name, m.raw, encodingOf(p.media, m.name))
	}
	return w.b.String(), nil
}

// checkQueryString judges a whole query string.
func (c *Contract) checkQueryString(p Parameter, raw string) []Violation {
	violation := Violation{Rule: "query", Pointer: p.Pointer, Pos: p.Pos}
	if raw == "" {
		violation.Message = fmt.Sprintf("the query string %q is missing", p.Name)
		if p.Required {
			return []Violation{violation}
		}
		return nil
	}
	if p.Schema == nil {
		return nil
	}
	var found []Violation
	if p.JSON {
		text, err := url.QueryUnescape(raw)
		if found = c.compile(p.Schema.at, toReceiver).check([]byte(text)); err != nil {
			found = []Violation{violation}
		}
	} else {
		found = c.checkForm(p.media, []byte(raw))
	}
	if len(found) == 0 {
		return nil
	}
	violation.Message = fmt.Sprintf("the query string %q does not fit its schema", p.Name)
	return []Violation{violation}
}
