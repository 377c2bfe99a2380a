package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Sequential media types hold several JSON values, one after the other; OpenAPI 3.2 describes each of them by itemSchema
// (https://spec.openapis.org/oas/v3.2.0.html#sequential-media-types). The payload of such an event is the array of them.

// recordSeparator begins each value of application/json-seq (RFC 7464, section 2.1).
const recordSeparator = 0x1e

// separation says how a sequential media type separates its values.
type separation int

// The separations.
const (
	noSequence   separation = iota
	lines                   // JSON Lines: application/jsonl, application/x-ndjson …
	textSequence            // application/json-seq and what is built on it (RFC 8091)
)

func separationOf(mediaType string) separation {
	switch base := baseType(mediaType); base {
	case "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines", "application/json-lines",
		"application/ndjson", "application/x-ndjson", "text/x-ndjson":
		return lines
	default:
		if base == "application/json-seq" || strings.HasSuffix(base, "+json-seq") {
			return textSequence
		}
	}
	return noSequence
}

// sequenceSchema is the schema of the whole payload where the media type object at p describes single items: an array of
// them, of one to three where nothing else is said. It stands nowhere in the document; its items do.
func sequenceSchema(p place, item *Value) place {
	number := func(text string) *Value { return &Value{Kind: Number, Pos: item.Pos, Text: text} }
	word := func(text string) *Value { return &Value{Kind: String, Pos: item.Pos, Text: text} }
	object := func(fields ...Field) *Value { return &Value{Kind: Object, Pos: item.Pos, Fields: fields} }
	field := func(name string, v *Value) Field { return Field{Name: name, Pos: item.Pos, Value: v} }
	ref := (&url.URL{Fragment: join(p.pointer, "itemSchema")}).String()
	counts := &Value{Kind: Array, Pos: item.Pos, Items: []*Value{number("1"), number("3")}}
	return place{p.doc, join(p.pointer, "schema"), object(
		field("type", word("array")), field("minItems", number("1")), field("items", object(field("$ref", word(ref)))),
		field("x-faker", object(field("count", counts))),
	)}
}

func (c *Contract) encodeSequence(e *event, payload []byte) ([]byte, string, error) {
	if !e.events {
		return writeSequence(payload, separationOf(e.MediaType)), e.MediaType, nil
	}
	body, err := writeStream(payload)
	if err != nil {
		return nil, "", c.unwritable(e, err.Error())
	}
	return body, e.MediaType, nil
}

// writeSequence writes a payload as a sequence; one that is no array is a sequence of one.
func writeSequence(payload []byte, how separation) []byte {
	elements := []json.RawMessage{payload}
	if payload[0] == '[' {
		elements = elementsOf(payload)
	}
	var b bytes.Buffer
	for _, element := range elements {
		if how == textSequence {
			b.WriteByte(recordSeparator)
		}
		if json.Compact(&b, element) != nil {
			b.Write(element)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// readSequence reads the values of a sequence.
func readSequence(body []byte, how separation) ([]any, *Violation) {
	separator := []byte{'\n'}
	if how == textSequence {
		separator = []byte{recordSeparator}
	}
	values := []any{}
	for _, text := range bytes.Split(body, separator) {
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		v, violation := decode(text)
		if violation != nil {
			violation.Message = fmt.Sprintf("value %d of the sequence: %s", len(values)+1, violation.Message)
			return nil, violation
		}
		values = append(values, v)
	}
	return values, nil
}

// checkSequence judges a body of several values. One value alone may also be what a schema that is no array describes.
func (c *Contract) checkSequence(m media, body []byte, payload bool) []Violation {
	k := c.compile(m.body, toReceiver)
	if len(k.faults) > 0 {
		return faultViolations(k.faults)
	}
	if v, violation := decode(body); payload && violation == nil {
		return k.judge(c.fitting(m.body, []any{v, []any{v}}))
	}
	if m.events {
		return k.judge(c.fitting(m.body, streamReadings(readStream(body))))
	}
	values, violation := readSequence(body, separationOf(m.key))
	if violation != nil {
		violation.Pointer, violation.Pos = m.at.pointer, m.at.value.Pos
		return []Violation{*violation}
	}
	readings := []any{values}
	if len(values) == 1 {
		readings = append(readings, values[0])
	}
	return k.judge(c.fitting(m.body, readings))
}
