package contract

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Parameter is a part of a request beside its body.
type Parameter struct {
	// Name is as the document spells it, In "header", "query", "cookie", "path" or, for the whole query string of OpenAPI 3.2, "querystring".
	Name, In string
	Required bool
	// Schema is the schema of the value, nil when the document has none.
	Schema *Schema
	// Faker is an x-faker of the parameter itself, beside its schema; nil for none.
	Faker *Value
	// JSON tells that the value is written as JSON text (`content: {application/json: …}`).
	JSON bool
	// Style and Explode say how lists and objects are written, with OpenAPI's defaults filled in
	// (https://spec.openapis.org/oas/v3.1.1.html#style-values).
	Style   string
	Explode bool
	// Credential tells that authentication writes the value, so that no payload generator should: the parameter is named
	// by a security scheme, repeats the secret (`x-faker: {same: event.secret}`), or is called like a signature or a token.
	Credential bool
	// Pointer and Pos are the parameter's place.
	Pointer string
	Pos     Position

	media media // of a whole query string
}

// Parameters lists the parameters of an event, the operation's before the path item's that it does not replace. Header
// parameters called Accept and Content-Type are left out, as OpenAPI wants, and so are those that HTTP itself writes, such as Host. The errors are an *[UnknownEventError], and a
// *[LoadError] for a broken reference on the way to a parameter or below its schema.
func (c *Contract) Parameters(name string) ([]Parameter, error) {
	e, err := c.event(name)
	if err != nil {
		return nil, err
	}
	if e.err != nil {
		return nil, fmt.Errorf("event %q: %w", e.Name, e.err)
	}
	places, err := c.parameters(e, "header", "query", "cookie", "path", "querystring")
	if err != nil {
		return nil, fmt.Errorf("event %q: %w", e.Name, err)
	}
	list := make([]Parameter, len(places))
	for i, p := range places {
		if list[i], err = c.parameter(p); err != nil {
			return nil, fmt.Errorf("event %q: %w", e.Name, err)
		}
	}
	return list, nil
}

func (c *Contract) parameter(p place) (Parameter, error) {
	v := p.value
	out := Parameter{Name: text(v.Lookup("name")), In: text(v.Lookup("in")), Required: isTrue(v.Lookup("required")),
		Faker: v.Lookup("x-faker"), Style: text(v.Lookup("style")), Pointer: p.pointer, Pos: v.Pos}
	if out.Style == "" {
		out.Style = map[string]string{"query": "form", "cookie": "form"}[out.In]
	}
	if out.Style == "" {
		out.Style = "simple"
	}
	out.Explode = out.Style == "form"
	if explode := v.Lookup("explode"); explode != nil {
		out.Explode = isTrue(explode)
	}
	schema, err := c.schemaOfParameter(p)
	if err != nil {
		return out, err
	}
	if schema.value != nil {
		if _, err := c.closure(schema); err != nil {
			return out, err
		}
		out.Schema = c.schema(schema)
	}
	out.JSON = v.Lookup("schema") == nil && schema.value != nil
	if out.In == "querystring" {
		if err := c.readQueryString(&out, p); err != nil {
			return out, err
		}
	}
	out.Credential = c.isCredential(out)
	return out, nil
}

// schemaOfParameter finds the schema under `schema` or under `content`, a place with a nil value when there is none.
func (c *Contract) schemaOfParameter(p place) (place, error) {
	if s := p.member("schema"); isSchema(s.value) {
		return s, nil
	}
	content := p.member("content")
	if key := preferredMediaType(content.value); key != "" && (IsJSON(key) || text(p.value.Lookup("in")) == "querystring") {
		m, err := c.mediaAt(content, key)
		return m.body, err
	}
	return place{}, nil
}

// isCredential tells whether authentication writes a parameter.
func (c *Contract) isCredential(p Parameter) bool {
	fakers := []*Value{p.Faker}
	if p.Schema != nil {
		fakers = append(fakers, p.Schema.Faker)
	}
	for _, faker := range fakers {
		if text(faker.Lookup("same")) == "event.secret" {
			return true
		}
	}
	if schemes := c.main.root.At("/components/securitySchemes"); schemes != nil {
		for _, f := range schemes.Fields {
			if text(f.Value.Lookup("in")) == p.In && strings.EqualFold(text(f.Value.Lookup("name")), p.Name) {
				return true
			}
		}
	}
	return namesCredential(p.Name)
}

// credentialWords are words in the names of headers and query parameters that carry a proof of who sends.
var credentialWords = []string{"authorization", "auth", "signature", "signatures", "sig", "hmac", "token", "secret", "apikey", "password"}

func namesCredential(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	for i, word := range words {
		if slices.Contains(credentialWords, word) || word == "key" && i > 0 && words[i-1] == "api" {
			return true
		}
	}
	return false
}

// parameters lists the parameters of an event that stand in one of the given parts of a request; those of the operation
// replace the path item's.
func (c *Contract) parameters(e *event, parts ...string) ([]place, error) {
	var out []place
	seen := map[string]bool{}
	for _, list := range []place{e.operation.member("parameters"), e.item.member("parameters")} {
		if list.value == nil {
			continue
		}
		for i := range list.value.Items {
			p, err := c.deref(list.item(i))
			if err != nil {
				return nil, err
			}
			in, name := text(p.value.Lookup("in")), text(p.value.Lookup("name"))
			key := in + " " + name
			if in == "header" {
				key = in + " " + strings.ToLower(name)
			}
			if name == "" || seen[key] || !slices.Contains(parts, in) || in == "header" && slices.Contains(negotiated, strings.ToLower(name)) {
				continue
			}
			seen[key] = true
			out = append(out, p)
		}
	}
	return out, nil
}

// negotiated are headers that OpenAPI describes by other means, whose parameters are ignored, it says; and those that
// HTTP itself writes into every message.
var negotiated = []string{"accept", "content-type", "host", "content-length", "transfer-encoding", "connection"}

// CheckURL judges the query of the URL that a message was sent to against the event's query parameters. What the receiver
// put there itself is not judged: only declared parameters are. Path parameters are not either, since a webhook has
// no path of its own. The rule is "query"; values never stand in messages.
func (c *Contract) CheckURL(name string, u *url.URL) []Violation {
	e, err := c.event(name)
	if err != nil {
		return []Violation{{Rule: "event", Message: err.Error(), Pos: c.main.root.Pos}}
	}
	parameters, err := c.Parameters(e.Name)
	var broken *LoadError
	if errors.As(err, &broken) {
		return faultViolations(broken.Problems)
	}
	query := u.Query()
	var out []Violation
	for _, p := range parameters {
		switch p.In {
		case "query":
			out = append(out, c.checkQuery(p, query)...)
		case "querystring":
			out = append(out, c.checkQueryString(p, u.RawQuery)...)
		}
	}
	return out
}

func (c *Contract) checkQuery(p Parameter, query url.Values) []Violation {
	n := c.queryNode(p, query)
	violation := Violation{Rule: "query", Pointer: p.Pointer, Pos: p.Pos}
	if n.values == nil && n.members == nil {
		violation.Message = fmt.Sprintf("query parameter %q is missing", p.Name)
		if p.Required {
			return []Violation{violation}
		}
		return nil
	}
	if p.Schema == nil {
		return nil
	}
	k := c.compile(p.Schema.at, toReceiver)
	if len(k.faults) > 0 {
		return faultViolations(k.faults)
	}
	if len(k.judge(c.formValue(p.Schema.at, n, encoding{style: p.Style, joined: !p.Explode}))) == 0 {
		return nil
	}
	violation.Message = fmt.Sprintf("query parameter %q does not fit its schema", p.Name)
	return []Violation{violation}
}

// queryNode collects what a query says of one parameter.
func (c *Contract) queryNode(p Parameter, query url.Values) *formNode {
	n := &formNode{}
	for _, text := range query[p.Name] {
		n.values = append(n.values, textReadings(text))
	}
	for name, values := range query {
		if inner, ok := strings.CutPrefix(name, p.Name+"["); ok && p.Style == "deepObject" {
			n.member(strings.TrimSuffix(inner, "]")).values = [][]any{textReadings(values[0])}
		}
	}
	if p.Style == "form" && p.Explode && p.Schema != nil && n.values == nil {
		c.spread(p.Schema.at, query, n)
	}
	return n
}

// spread collects the members of an object that stand in the query by their own names, as the style form has it.
func (c *Contract) spread(schema place, query url.Values, n *formNode) {
	for name, values := range query {
		if c.property(schema, name).value != nil {
			n.member(name).values = [][]any{textReadings(values[0])}
		}
	}
}
