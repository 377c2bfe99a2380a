package contract

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// CheckPayload judges a request body against the event's schema, and its headers against the event's media type and
// required parameters. A nil header means that only the body is judged, and then a body of a form, of a sequence or of text may also stand
// there as the JSON payload that it is made from. Forms, multipart forms, sequences (application/jsonl …) and text are read back into JSON values first; a
// member of a form is what its schema allows, since a form knows only text. Other bodies than these and JSON are not judged.
// It returns nil when all fits; violations are
// sorted, those of the exchange (rules "content-type", "header", "query" …) first. Values of headers never stand in messages.
// An unknown event, and a schema that cannot be used, are violations too, with the rules "event" and "schema".
func (c *Contract) CheckPayload(name string, header http.Header, body []byte) []Violation {
	e, err := c.event(name)
	if err != nil {
		return []Violation{{Rule: "event", Message: err.Error(), Pos: c.main.root.Pos}}
	}
	if e.err != nil {
		return brokenEvent(e)
	}
	var out []Violation
	if header != nil {
		out = c.checkExchange(e, header, body)
	}
	return append(out, c.checkBody(e, header, body)...)
}

// ValidateAt judges a JSON value against any schema of the contract, in the direction of a webhook. Compiled schemas are kept.
func (c *Contract) ValidateAt(s *Schema, body []byte) []Violation {
	return c.compile(s.at, toReceiver).check(body)
}

func brokenEvent(e *event) []Violation {
	var broken *LoadError
	if !errors.As(e.err, &broken) {
		return []Violation{{Rule: "schema", Message: e.err.Error(), Pos: e.Pos}}
	}
	return faultViolations(broken.Problems)
}

func faultViolations(problems []Problem) []Violation {
	out := make([]Violation, len(problems))
	for i, p := range problems {
		out[i] = Violation{Rule: "schema", Message: p.Message, Pos: p.Pos}
	}
	return out
}

// checkBody judges the body alone; header tells its media type, and nil means the event's own.
func (c *Contract) checkBody(e *event, header http.Header, body []byte) []Violation {
	switch {
	case e.MediaType == "":
		if len(body) > 0 {
			return []Violation{{Rule: "body", Message: "the event has no body", Pointer: e.operation.pointer, Pos: e.operation.value.Pos}}
		}
		return nil
	case len(body) == 0 && !e.required:
		return nil
	case len(body) == 0:
		at := e.operation.member("requestBody")
		return []Violation{{Rule: "body", Message: "the body is empty", Pointer: at.pointer, Pos: at.value.Pos}}
	}
	contentType := contentTypeOf(header)
	m := c.mediaOf(e, contentType)
	if m.body.value == nil {
		return nil
	}
	k := c.compile(m.body, toReceiver)
	switch kind := m.kind(); {
	case kind == sequenceBody:
		return c.checkSequence(m, body, header == nil)
	case kind <= jsonLike || header == nil && json.Valid(body):
		return k.check(body)
	case len(k.faults) > 0:
		return faultViolations(k.faults)
	case kind == formBody:
		return c.checkForm(m, body)
	case kind == multipartBody:
		return c.checkMultipart(m, contentType, body)
	case kind == textBody:
		return k.judge(c.fitting(m.body, textReadings(string(body))))
	}
	return nil
}

// contentTypeOf returns the Content-Type among headers in any spelling.
func contentTypeOf(header http.Header) string {
	for name, values := range header {
		if strings.EqualFold(name, "Content-Type") && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// check decodes and judges one JSON value.
func (k *compiled) check(body []byte) []Violation {
	if len(k.faults) > 0 {
		return faultViolations(k.faults)
	}
	v, violation := decode(body)
	if violation != nil {
		violation.Pointer, violation.Pos = k.at.pointer, k.at.value.Pos
		return []Violation{*violation}
	}
	return k.judge(v)
}

// judge judges a decoded value.
func (k *compiled) judge(v any) []Violation {
	if len(k.faults) > 0 {
		return faultViolations(k.faults)
	}
	err := k.schema.Validate(v)
	var details *jsonschema.ValidationError
	if errors.As(err, &details) {
		return k.leaves(details)
	}
	if err != nil {
		return []Violation{{Rule: "schema", Message: err.Error(), Pointer: k.at.pointer, Pos: k.at.value.Pos}}
	}
	return nil
}
