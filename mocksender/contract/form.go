package contract

import (
	"encoding/json"
	"net/url"
	"strings"
)

// formNode is a member of a form as it arrived: its values in order, and what stood in brackets behind its name.
type formNode struct {
	values  [][]any // for each value what it can mean, see textReadings
	members map[string]*formNode
}

func (n *formNode) member(name string) *formNode {
	if n.members == nil {
		n.members = map[string]*formNode{}
	}
	if n.members[name] == nil {
		n.members[name] = &formNode{}
	}
	return n.members[name]
}

// textReadings lists what a text can mean in JSON, the plainest meaning first.
func textReadings(text string) []any {
	readings := []any{text}
	if v, violation := decode([]byte(text)); violation == nil {
		readings = append(readings, v)
	}
	if text == "" {
		readings = append(readings, nil, []any{}, map[string]any{})
	}
	return readings
}

// checkForm judges a body of the media type application/x-www-form-urlencoded.
func (c *Contract) checkForm(m media, body []byte) []Violation {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return []Violation{{Rule: "form", Message: "the body is not a form: " + err.Error(), Pointer: m.at.pointer, Pos: m.at.value.Pos}}
	}
	root := &formNode{}
	for name, list := range values {
		n := root
		for _, step := range c.steps(m, name) {
			n = n.member(step)
		}
		for _, text := range list {
			n.values = append(n.values, textReadings(text))
		}
	}
	return c.judgeForm(m, root)
}

// steps splits a name such as filter[from][day], unless the schema itself has a property of that name.
func (c *Contract) steps(m media, name string) []string {
	base, rest, bracketed := strings.Cut(name, "[")
	if !bracketed || base == "" || !strings.HasSuffix(rest, "]") || c.property(m.body, name).value != nil {
		return []string{name}
	}
	return append([]string{base}, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
}

func (c *Contract) judgeForm(m media, root *formNode) []Violation {
	object := map[string]any{}
	for name, n := range root.members {
		object[name] = c.formValue(c.property(m.body, name), n, encodingOf(m, name))
	}
	return c.compile(m.body, toReceiver).judge(object)
}

// formValue reads a member as its schema, at p, wants it.
func (c *Contract) formValue(p place, n *formNode, e encoding) any {
	if n.members != nil {
		object := map[string]any{}
		for name, member := range n.members {
			object[name] = c.formValue(c.property(p, name), member, encoding{})
		}
		return object
	}
	var plain, read []any // every value as text, and as what else it means
	for _, readings := range n.values {
		plain, read = append(plain, readings[0]), append(read, readings[min(1, len(readings)-1)])
	}
	if len(n.values) != 1 {
		return c.fitting(p, []any{plain, read})
	}
	readings := n.values[0]
	if text, ok := plain[0].(string); ok && e.separator() != "" {
		plain, read = nil, nil
		for _, part := range strings.Split(text, e.separator()) {
			all := textReadings(part)
			plain, read = append(plain, all[0]), append(read, all[min(1, len(all)-1)])
		}
	}
	return c.fitting(p, append(append([]any{}, readings...), plain, read))
}

// fitting returns the first of several readings that the schema at p allows, and else the first one of the right type.
func (c *Contract) fitting(p place, readings []any) any {
	if p.value == nil {
		return readings[0]
	}
	k, typed := c.compile(p, toReceiver), 0
	for i, r := range readings {
		violations := k.judge(r)
		if len(violations) == 0 {
			return r
		}
		if typed == 0 && !wrongType(violations) {
			typed = i
		}
	}
	return readings[typed]
}

func wrongType(violations []Violation) bool {
	for _, v := range violations {
		if v.Rule == "type" && v.Instance == "" {
			return true
		}
	}
	return false
}

// property finds the schema that the object schema at p has for a member: among its properties, or those of what
// it refers to or is composed of. The place has a nil value when there is none.
func (c *Contract) property(p place, name string) place {
	seen := map[string]bool{}
	queue := []place{p}
	for len(queue) > 0 && len(seen) < maxDepth {
		p, queue = queue[0], queue[1:]
		if p.value == nil || seen[p.key()] {
			continue
		}
		seen[p.key()] = true
		if found := p.member("properties").member(name); isSchema(found.value) {
			return found
		}
		if ref := p.value.Lookup("$ref"); ref != nil {
			if target, err := c.follow(p, ref); err == nil {
				queue = append(queue, target)
			}
		}
		for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
			if list := p.member(keyword); list.value != nil && list.value.Kind == Array {
				for i := range list.value.Items {
					queue = append(queue, list.item(i))
				}
			}
		}
	}
	return place{}
}

// encoding says how one member of a form is written (https://spec.openapis.org/oas/v3.1.1.html#encoding-object).
type encoding struct {
	contentType, style string
	joined             bool // explode: false
}

func encodingOf(m media, name string) encoding {
	v := m.at.value.Lookup("encoding").Lookup(name)
	explode := v.Lookup("explode")
	e := encoding{contentType: text(v.Lookup("contentType")), style: text(v.Lookup("style"))}
	e.joined = explode != nil && !isTrue(explode) || explode == nil && (e.style == "spaceDelimited" || e.style == "pipeDelimited")
	e.contentType, _, _ = strings.Cut(e.contentType, ",")
	e.contentType = strings.TrimSpace(e.contentType)
	return e
}

// separator stands between the elements of an array that is written as one value, "" when each is a value of its own.
func (e encoding) separator() string {
	switch {
	case !e.joined:
		return ""
	case e.style == "spaceDelimited":
		return " "
	case e.style == "pipeDelimited":
		return "|"
	}
	return ","
}

// formWriter writes application/x-www-form-urlencoded. Members stand in the payload's order. A list is one value for
// each element, unless its encoding joins them; an object is its JSON text, unless its style is deepObject; null and what
// is empty are the empty text.
type formWriter struct{ b strings.Builder }

func (w *formWriter) pair(name, value string) {
	if w.b.Len() > 0 {
		w.b.WriteByte('&')
	}
	w.b.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
}

func (w *formWriter) member(name string, raw json.RawMessage, e encoding) {
	switch {
	case e.contentType != "" && IsJSON(e.contentType):
		w.pair(name, string(raw))
	case raw[0] == '[':
		w.list(name, elementsOf(raw), e)
	case raw[0] == '{' && e.style == "deepObject":
		members := membersOf(raw)
		for _, m := range members {
			w.member(name+"["+m.name+"]", m.raw, encoding{style: e.style})
		}
		if len(members) == 0 {
			w.pair(name, "")
		}
	default:
		w.pair(name, textOf(raw))
	}
}

func (w *formWriter) list(name string, elements []json.RawMessage, e encoding) {
	var texts []string
	for _, element := range elements {
		texts = append(texts, textOf(element))
	}
	switch {
	case len(texts) == 0:
		w.pair(name, "")
	case e.separator() != "":
		w.pair(name, strings.Join(texts, e.separator()))
	default:
		for _, text := range texts {
			w.pair(name, text)
		}
	}
}
