package contract

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	validation "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/helpers"
)

// exchange judges the headers of one event's requests with libopenapi-validator. The library sees a small document of its
// own: the event's operation with its parameters and security, without bodies, which are judged by the compiled schema.
type exchange struct {
	model      openAPIModel
	parameters []place
}

// exchangeName is the only webhook of the library's small document, and POST its method: neither names nor methods of
// events are all such as the library takes.
const exchangeName = "event"

// newExchange builds the exchange of an event and uses it once, since the library's first use must not be concurrent.
func (c *Contract) newExchange(e *event) (*exchange, error) {
	x := &exchange{}
	var err error
	if x.parameters, err = c.parameters(e, "header", "cookie"); err != nil {
		return nil, err
	}
	document, err := c.exchangeDocument(e, x.parameters)
	if err != nil {
		return nil, err
	}
	if x.model, err = newOpenAPIModel(document); err != nil {
		return nil, problem(e.Pos, "event %q: %v", e.Name, err)
	}
	warm := http.Header{}
	for _, p := range x.parameters {
		warm.Set(text(p.value.Lookup("name")), "0")
	}
	x.check(e, warm, nil)
	return x, nil
}

// exchangeDocument writes the document for the library.
func (c *Contract) exchangeDocument(e *event, parameters []place) (any, error) {
	var schemas []place
	for _, p := range parameters {
		if s := p.member("schema"); isSchema(s.value) {
			schemas = append(schemas, s)
		}
	}
	closure, err := c.closure(schemas...)
	if err != nil {
		return nil, err
	}
	b := newBundle(closure, toReceiver)
	b.at = func(unit int) string { return "#/components/schemas/u" + strconv.Itoa(unit) }
	components := map[string]any{}
	for i, unit := range closure.units {
		components["u"+strconv.Itoa(i)] = b.schema(unit)
	}
	operation := map[string]any{"parameters": writeParameters(b, parameters), "responses": map[string]any{"default": map[string]any{"description": ""}}}
	if security := e.operation.value.Lookup("security"); security != nil {
		operation["security"] = security.plain()
	}
	all := map[string]any{"schemas": components}
	if schemes := c.main.root.At("/components/securitySchemes"); schemes != nil {
		all["securitySchemes"] = schemes.plain()
	}
	return map[string]any{
		"openapi": "3.1.0", "info": map[string]any{"title": c.Name(), "version": "0"},
		"webhooks":   map[string]any{exchangeName: map[string]any{"post": operation}},
		"components": all,
	}, nil
}

func writeParameters(b *bundle, parameters []place) []any {
	list := []any{}
	for _, p := range parameters {
		out := map[string]any{"schema": map[string]any{}}
		for _, f := range p.value.Fields {
			switch f.Name {
			case "name", "in", "required", "style", "explode":
				out[f.Name] = f.Value.plain()
			case "schema":
				out[f.Name] = map[string]any{"$ref": b.location(p.member("schema"))}
			}
		}
		list = append(list, out)
	}
	return list
}

// checkExchange judges the headers of a request that carries body.
func (c *Contract) checkExchange(e *event, header http.Header, body []byte) []Violation {
	canonical := http.Header{}
	for name, values := range header { // hookrig sends header names as a provider spells them
		canonical[textproto.CanonicalMIMEHeaderKey(name)] = values
	}
	x, err := e.exchange()
	var broken *LoadError
	switch {
	case errors.As(err, &broken):
		return faultViolations(broken.Problems)
	case err != nil:
		return []Violation{{Rule: "schema", Message: err.Error(), Pos: e.Pos}}
	}
	return append(c.checkContentType(e, canonical, body), x.check(e, canonical, body)...)
}

// checkContentType judges the media type of a request.
func (c *Contract) checkContentType(e *event, header http.Header, body []byte) []Violation {
	request, err := c.deref(e.operation.member("requestBody"))
	content := request.member("content")
	if err != nil || e.MediaType == "" || len(body) == 0 {
		return nil
	}
	sent := header.Get("Content-Type")
	if matchMediaType(content.value, sent) != "" {
		return nil
	}
	return []Violation{{
		Rule: "content-type", Pointer: content.pointer, Pos: content.value.Pos,
		Message: fmt.Sprintf("content type %s is not documented; documented: %s", orNone(sent), strings.Join(content.value.names(), ", ")),
	}}
}

// check asks the library, and says in words of our own what it found: its own repeat the values of headers.
func (x *exchange) check(e *event, header http.Header, body []byte) []Violation {
	request, err := http.NewRequest(http.MethodPost, "http://receiver.test/", bytes.NewReader(body))
	if err != nil {
		return []Violation{{Rule: "schema", Message: err.Error(), Pos: e.Pos}}
	}
	request.Header = header
	var out []Violation
	for _, f := range x.model.request(request, exchangeName) {
		if v, ok := x.violation(e, f); ok {
			out = append(out, v)
		}
	}
	sortViolations(out)
	return out
}

func (x *exchange) violation(e *event, f *validation.ValidationError) (Violation, bool) {
	switch {
	case f.ValidationType == helpers.SecurityValidation:
		v := Violation{Rule: "security", Message: "the event's security requirement is not met: a credential is missing"}
		at := e.operation.member("security")
		v.Pointer, v.Pos = at.pointer, at.value.Pos
		return v, true
	case f.ValidationType != helpers.ParameterValidation:
		return Violation{}, false
	}
	for _, p := range x.parameters {
		name, in := text(p.value.Lookup("name")), text(p.value.Lookup("in"))
		if in != f.ValidationSubType || !mentions(f, name) {
			continue
		}
		message := fmt.Sprintf("%s %q does not fit its schema", in, name)
		if strings.HasSuffix(f.Message, "is missing") {
			message = fmt.Sprintf("%s %q is missing", in, name)
		}
		return Violation{Rule: in, Message: message, Pointer: p.pointer, Pos: p.value.Pos}, true
	}
	return Violation{Rule: f.ValidationSubType, Message: "a parameter does not fit its schema", Pointer: e.operation.pointer, Pos: e.operation.value.Pos}, true
}

// mentions tells whether the library's error is about the parameter called name.
func mentions(f *validation.ValidationError, name string) bool {
	return strings.EqualFold(f.ParameterName, name) || strings.Contains(f.Message, "'"+name+"'")
}
