package payload

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// write turns a payload into the message's body and says which media type it has. An event without a body is sent without
// one; JSON of which the contract says nothing is an empty object.
func (g *Generator) write(m *mocksender.Message, p *Plan, payload []byte, s Subject) error {
	boundary := fmt.Sprintf("hookrig-%016x", mix(p.seed^mix(s.Event)^p.key))
	body, mediaType, err := g.c.Encode(p.event, payload, boundary)
	if err != nil || mediaType == "" {
		return err
	}
	if len(body) == 0 && strings.Contains(mediaType, "json") {
		body = []byte("{}")
	}
	m.Body = body
	m.Header.Set("Content-Type", mediaType)
	return nil
}

// envelope makes what a message has beside its body: headers, cookies and query parameters.
type envelope struct {
	parameters []*parameter
}

// parameter makes the values of one parameter.
type parameter struct {
	contract.Parameter
	plan *Plan // makes an object with the parameter as its only member, so that its name is read like a field's
}

// envelope returns the compiled envelope of an event.
func (g *Generator) envelope(e contract.EventType) (*envelope, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if around := g.envelopes[e.Name]; around != nil {
		return around, nil
	}
	all, err := g.c.Parameters(e.Name)
	if err != nil {
		return nil, err
	}
	around := &envelope{}
	var problems []error
	for _, p := range all {
		if !g.wants(p) {
			continue
		}
		made, err := g.parameter(e, p)
		problems = append(problems, err)
		around.parameters = append(around.parameters, made)
	}
	if err := Together(problems...); err != nil {
		return nil, err
	}
	g.envelopes[e.Name] = around
	return around, nil
}

// wants tells whether a message has the parameter.
func (g *Generator) wants(p contract.Parameter) bool {
	if p.Credential {
		return p.In != "path" && g.unsigned(p)
	}
	return p.In != "path" && (p.Required || g.o.Profile == Full)
}

// unsigned tells that authentication is known not to write a parameter that the receiver must get.
func (g *Generator) unsigned(p contract.Parameter) bool {
	return p.Required && g.o.Signed != nil && !slices.ContainsFunc(g.o.Signed, func(name string) bool { return strings.EqualFold(name, p.Name) })
}

// Invented lists the required parameters of an event that carry a credential and whose values are made up, because nobody
// writes them ([Options.Signed]). The errors are those of [contract.Contract.Parameters].
func (g *Generator) Invented(event string) ([]contract.Parameter, error) {
	all, err := g.c.Parameters(event)
	return slices.DeleteFunc(all, func(p contract.Parameter) bool { return !p.Credential || !g.wants(p) }), err
}

// asCredential gives a parameter that carries a credential the look of one where its schema and its name leave all open.
func asCredential(p contract.Parameter, s *contract.Schema) *contract.Schema {
	if !p.Credential || !isOpenText(s) || nameTells(p.Name) {
		return s
	}
	like := *s
	like.Faker = mapping("token", mapping("length", &contract.Value{Kind: contract.Number, Text: "64"}, "alphabet", text("0-9a-f")))
	return &like
}

// parameter compiles one parameter and proves it, as [Compile] does with a payload. Profiles and settings
// are for payloads: a parameter is always typical.
func (g *Generator) parameter(e contract.EventType, p contract.Parameter) (*parameter, error) {
	schema := &contract.Schema{Types: []string{"string"}, Pos: p.Pos, Pointer: p.Pointer}
	if p.Schema != nil {
		schema = p.Schema
	}
	schema = asCredential(p, schema)
	if p.Faker != nil {
		annotated := *schema
		annotated.Faker, schema = p.Faker, &annotated
	}
	root := &contract.Schema{Types: []string{"object"}, Pos: p.Pos, Pointer: p.Pointer,
		Properties: []contract.Property{{Name: p.Name, Schema: schema}}, Required: []string{p.Name}}
	o := Options{Seed: g.o.Seed, Time: g.o.Time, Interval: g.o.Interval, Subjects: g.o.Subjects, Secret: g.o.Secret}
	b := newBuilder(g.c, e, o)
	made := &parameter{p, &Plan{event: e.Name, seed: mix(o.Seed), key: keyOf("event:" + e.Name), start: o.Time.Unix()}}
	if err := b.build(root, made.plan); err != nil {
		return nil, err
	}
	return made, g.proveParameter(made)
}

func (g *Generator) proveParameter(p *parameter) error {
	if !strings.HasPrefix(p.In, "query") && !isFieldName(p.Name) {
		return p.problem("HTTP allows no such name")
	}
	for n := range uint64(proofs) {
		s := Subject{Number: n, Event: n, Time: g.o.Time}
		value, err := p.value(s)
		if err != nil {
			return err
		}
		if p.Schema != nil {
			data, err := encoding{}.appendValue(nil, value)
			if err != nil {
				return err
			}
			if violations := g.c.ValidateAt(p.Schema, data); len(violations) > 0 {
				return p.problem("the value made for it does not fit its schema: %s", violations[0].Message)
			}
		}
		switch p.In {
		case "query":
			continue
		case "querystring":
			if _, err := p.queryString(value); err != nil {
				return err
			}
			continue
		}
		if text := p.text(value); !isFieldText(text) {
			return p.problem("HTTP cannot carry the value %q that its schema asks for", text)
		}
	}
	return nil
}

func (p *parameter) problem(format string, args ...any) error {
	return &contract.LoadError{Problems: []contract.Problem{{Pos: p.Pos,
		Message: fmt.Sprintf("%s parameter %q: ", p.In, p.Name) + fmt.Sprintf(format, args...)}}}
}

// isFieldText tells whether a header may have a value (RFC 9110, section 5.5, without the obsolete bytes above ASCII).
func isFieldText(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r > '~' })
}

// isFieldName tells whether a header or a cookie may have a name (a token of RFC 9110, section 5.6.2).
func isFieldName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", r) })
}

func (p *parameter) value(s Subject) (any, error) {
	v, err := decode(p.plan.Append(nil, &s))
	if err != nil {
		return nil, err
	}
	members, _ := v.(object)
	value, _ := members.get(p.Name)
	return value, nil
}

// write adds the parameters to a message.
func (e *envelope) write(m *mocksender.Message, s Subject) error {
	var query, cookies []string
	for _, p := range e.parameters {
		value, err := p.value(s)
		if err != nil {
			return err
		}
		switch p.In {
		case "header":
			m.Header[p.Name] = []string{p.text(value)}
		case "cookie":
			cookies = append(cookies, p.Name+"="+p.text(value))
		case "query":
			query = append(query, p.query(value)...)
		case "querystring":
			text, err := p.queryString(value)
			if err != nil {
				return err
			}
			query = append(query, text)
		}
	}
	m.Query = strings.Join(query, "&")
	if len(cookies) > 0 {
		m.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	return nil
}

// text writes a value in the style simple of OpenAPI, as headers have it.
func (p *parameter) text(value any) string {
	if p.JSON {
		return jsonText(value)
	}
	return strings.Join(p.parts(value), ",")
}

// parts lists the texts of a list's elements or of an object's members; any other value is one text.
func (p *parameter) parts(value any) []string {
	var parts []string
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			parts = append(parts, plainText(item))
		}
	case object:
		for _, m := range v {
			if p.Explode {
				parts = append(parts, m.name+"="+plainText(m.value))
			} else {
				parts = append(parts, m.name, plainText(m.value))
			}
		}
	default:
		parts = []string{plainText(v)}
	}
	return parts
}

// query writes a value as encoded pairs.
func (p *parameter) query(value any) []string {
	pair := func(name, text string) string { return url.QueryEscape(name) + "=" + url.QueryEscape(text) }
	if p.JSON {
		return []string{pair(p.Name, jsonText(value))}
	}
	var pairs []string
	switch v := value.(type) {
	case []any:
		if p.Explode && len(v) > 0 {
			for _, item := range v {
				pairs = append(pairs, pair(p.Name, plainText(item)))
			}
			return pairs
		}
	case object:
		for _, m := range v {
			switch {
			case p.Style == "deepObject":
				pairs = append(pairs, pair(p.Name+"["+m.name+"]", plainText(m.value)))
			case p.Explode:
				pairs = append(pairs, pair(m.name, plainText(m.value)))
			}
		}
		if len(pairs) > 0 {
			return pairs
		}
	}
	separator := map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.Style]
	return []string{pair(p.Name, strings.Join(p.parts(value), first(separator, ",")))}
}

// queryString writes a value that is the whole query string.
func (p *parameter) queryString(value any) (string, error) {
	data, err := encoding{}.appendValue(nil, value)
	if err != nil {
		return "", err
	}
	return p.QueryString(data)
}

// plainText is a value as a header or a query shows it.
func plainText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return jsonText(value)
}

func jsonText(value any) string {
	data, err := encoding{}.appendValue(nil, value)
	if err != nil {
		return ""
	}
	return string(data)
}
