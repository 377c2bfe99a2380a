package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// Encode writes a payload, which is the JSON value that the event's schema describes, as the body that is sent, and returns
// the body with its Content-Type: JSON as it is, application/x-www-form-urlencoded as a form, multipart/form-data with a
// part for each member (objects as JSON, text as text, `format: binary` as a file), application/jsonl, application/json-seq and their like
// with a line or a record for each element, text/event-stream with itemSchema as server-sent events, and any other media type only when
// the payload is a string, which is then the body itself. An event without a body has "" and nil.
//
// boundary separates the parts of a multipart form; it must be one that RFC 2046, section 5.1.1 allows and must not occur in
// the payload. The errors are an *[UnknownEventError] and a *[LoadError] at the media type that cannot be written.
func (c *Contract) Encode(name string, payload []byte, boundary string) (body []byte, contentType string, err error) {
	e, err := c.event(name)
	if err != nil {
		return nil, "", err
	}
	if e.err != nil || e.MediaType == "" {
		return nil, "", e.err
	}
	payload = bytes.TrimSpace(payload)
	kind := e.kind()
	switch {
	case kind <= jsonLike:
		return payload, e.MediaType, nil
	case len(payload) == 0:
		return nil, e.MediaType, nil
	case (kind == formBody || kind == multipartBody) && payload[0] != '{':
		return nil, "", c.unwritable(e, "the payload of a form must be an object")
	case kind == formBody:
		var w formWriter
		for _, m := range membersOf(payload) {
			w.member(m.name, m.raw, encodingOf(e.media, m.name))
		}
		return []byte(w.b.String()), e.MediaType, nil
	case kind == multipartBody:
		return c.encodeMultipart(e, payload, boundary)
	case kind == sequenceBody:
		return c.encodeSequence(e, payload)
	case kind == textBody || payload[0] == '"':
		return []byte(textOf(payload)), e.MediaType, nil
	}
	return nil, "", c.unwritable(e, "hookrig writes JSON, sequences of JSON, forms, multipart forms and text; of other media types only those whose schema is a string")
}

func (c *Contract) unwritable(e *event, why string) error {
	return problem(e.at.value.Pos, "event %q: a body of the media type %s cannot be written: %s", e.Name, e.MediaType, why)
}

func (c *Contract) encodeMultipart(e *event, payload []byte, boundary string) ([]byte, string, error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(boundary); err != nil {
		return nil, "", fmt.Errorf("boundary %q: %w", boundary, err)
	}
	for _, m := range membersOf(payload) {
		values := []json.RawMessage{m.raw}
		how := encodingOf(e.media, m.name)
		if m.raw[0] == '[' && len(elementsOf(m.raw)) > 0 && !IsJSON(how.contentType) {
			values = elementsOf(m.raw)
		}
		for _, value := range values {
			header, content := c.part(e, m.name, value, how)
			part, err := w.CreatePart(header)
			if err != nil {
				return nil, "", err
			}
			if _, err := part.Write(content); err != nil {
				return nil, "", err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	base, params, err := mime.ParseMediaType(e.MediaType)
	if err != nil {
		base, params = baseType(e.MediaType), map[string]string{}
	}
	params["boundary"] = boundary
	return out.Bytes(), mime.FormatMediaType(base, params), nil
}

// part writes one part. What its encoding does not say is as OpenAPI has it: text/plain for text and numbers,
// application/json for objects and lists, application/octet-stream for binary content.
func (c *Contract) part(e *event, name string, value json.RawMessage, how encoding) (textproto.MIMEHeader, []byte) {
	quoted := strings.NewReplacer("\\", "\\\\", `"`, "%22", "\r", "%0D", "\n", "%0A").Replace(name)
	disposition := `form-data; name="` + quoted + `"`
	contentType := how.contentType
	schema := c.property(e.body, name).value
	binary := text(schema.Lookup("format")) == "binary" || schema.Lookup("contentMediaType") != nil
	switch {
	case value[0] == '{' || value[0] == '[' || string(value) == "null":
		if contentType == "" {
			contentType = "application/json"
		}
	case binary:
		disposition += `; filename="` + quoted + `"`
		if contentType == "" {
			contentType = "application/octet-stream"
		}
		if declared := text(schema.Lookup("contentMediaType")); declared != "" && how.contentType == "" {
			contentType = declared
		}
	}
	header := textproto.MIMEHeader{"Content-Disposition": {disposition}}
	if contentType != "" {
		header["Content-Type"] = []string{contentType}
	}
	if IsJSON(contentType) {
		return header, value
	}
	return header, []byte(textOf(value))
}

// rawMember is a member of a JSON object as it is written.
type rawMember struct {
	name string
	raw  json.RawMessage
}

// membersOf splits a JSON object, in its order; what is none has no members.
func membersOf(object []byte) []rawMember {
	var list []rawMember
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return list
		}
		m := rawMember{name: fmt.Sprint(name)}
		if dec.Decode(&m.raw) != nil {
			return list
		}
		list = append(list, m)
	}
	return list
}

// elementsOf splits a JSON array.
func elementsOf(array json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(array, &list) != nil {
		return nil
	}
	return list
}

// textOf is a JSON value as a form shows it: a string without its quotes, null as nothing, anything else as its JSON.
func textOf(raw json.RawMessage) string {
	var text string
	switch {
	case string(raw) == "null":
		return ""
	case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
		return text
	}
	return string(raw)
}
