package contract

import (
	"mime"
	"strings"
)

// media is one way to write an event's body: a member of requestBody.content.
type media struct {
	key  string // as the document spells it; "" for an event without a body
	at   place  // the media type object
	body place  // its schema, with a nil value when there is none
	// events tells that the body is a stream of server-sent events, each of which the document describes.
	events bool
}

// kind says how a payload becomes the body.
func (m media) kind() bodyKind {
	if m.events {
		return sequenceBody
	}
	return kindOf(concrete(m.key))
}

// readBody finds the media type and the schema of the body that hookrig sends.
func (c *Contract) readBody(e *event) error {
	at := e.operation.member("requestBody")
	if at.value == nil {
		return nil
	}
	request, err := c.deref(at)
	if err != nil {
		return err
	}
	e.required = isTrue(request.value.Lookup("required"))
	content := request.member("content")
	key := preferredMediaType(content.value)
	if key == "" {
		return nil
	}
	e.MediaType = concrete(key)
	if e.media, err = c.mediaAt(content, key); err != nil {
		return err
	}
	if item := e.at.value.Lookup("itemSchema"); item != nil && e.body.value == nil {
		return problem(item.Pos, "a body of the media type %s is a sequence of items (itemSchema), which is neither written nor judged", key)
	}
	return nil
}

func (c *Contract) mediaAt(content place, key string) (media, error) {
	at, err := c.deref(content.member(key))
	if err != nil {
		return media{}, err
	}
	m := media{key: key, at: at}
	schema, item := at.member("schema"), at.value.Lookup("itemSchema")
	switch {
	case isSchema(schema.value):
		m.body = schema
	case isSchema(item) && kindOf(key) == sequenceBody:
		m.body = sequenceSchema(at, item)
	case isSchema(item) && isEventStream(key):
		m.body, m.events = sequenceSchema(at, item), true
	}
	return m, nil
}

// Examples are the examples of an event's whole body that its media type has, in document order. Those that stand in
// another file, and an unknown event, have none.
func (c *Contract) Examples(event string) []*Value {
	e, err := c.event(event)
	if err != nil || e.at.value == nil {
		return nil
	}
	var values []*Value
	if v := e.at.value.Lookup("example"); v != nil {
		values = append(values, v)
	}
	named := e.at.member("examples")
	if named.value == nil || named.value.Kind != Object {
		return values
	}
	for _, f := range named.value.Fields {
		example, err := c.deref(named.member(f.Name))
		if err != nil {
			continue // told by Check
		}
		for _, keyword := range []string{"value", "dataValue"} {
			if v := example.value.Lookup(keyword); v != nil {
				values = append(values, v)
			}
		}
	}
	return values
}

// mediaOf returns the documented media type that a message with the given Content-Type has: another one than hookrig
// would send, when the document has several. What is not documented counts as the event's own.
func (c *Contract) mediaOf(e *event, contentType string) media {
	if contentType == "" {
		return e.media
	}
	request, err := c.deref(e.operation.member("requestBody"))
	if err != nil {
		return e.media
	}
	content := request.member("content")
	if content.value == nil {
		return e.media
	}
	key := matchMediaType(content.value, contentType)
	if key == "" || key == e.key {
		return e.media
	}
	m, err := c.mediaAt(content, key)
	if err != nil {
		return e.media
	}
	return m
}

// bodyKind says how a payload becomes a body.
type bodyKind int

// The kinds of body, those that hookrig prefers first.
const (
	jsonBody      bodyKind = iota // application/json
	jsonLike                      // built on JSON, such as application/cloudevents+json
	anyBody                       // a range that allows JSON: application/* or */*
	formBody                      // application/x-www-form-urlencoded
	multipartBody                 // multipart/form-data and its like
	sequenceBody                  // application/jsonl and its like
	textBody                      // text/plain and its like
	otherBody                     // XML, images …: only sent when the payload is text
)

func kindOf(mediaType string) bodyKind {
	base := baseType(mediaType)
	switch {
	case base == "application/json":
		return jsonBody
	case strings.HasSuffix(base, "+json") || strings.HasSuffix(base, "/json"):
		return jsonLike
	case base == "application/*" || base == "*/*":
		return anyBody
	case base == "application/x-www-form-urlencoded":
		return formBody
	case strings.HasPrefix(base, "multipart/"):
		return multipartBody
	case separationOf(base) != noSequence:
		return sequenceBody
	case strings.HasPrefix(base, "text/") && !strings.HasSuffix(base, "/xml"):
		return textBody
	default:
		return otherBody
	}
}

// IsJSON tells whether a media type's bodies are JSON: application/json, or one built on it.
func IsJSON(mediaType string) bool { return kindOf(mediaType) <= jsonLike }

// preferredMediaType chooses among the keys of a content object, the first of the most preferred kind.
func preferredMediaType(content *Value) string {
	if content == nil || content.Kind != Object {
		return ""
	}
	best, bestKind := "", otherBody+1
	for _, f := range content.Fields {
		if kind := kindOf(f.Name); kind < bestKind {
			best, bestKind = f.Name, kind
		}
	}
	return best
}

// baseType returns the media type in lower case without parameters.
func baseType(mediaType string) string {
	base, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		base, _, _ = strings.Cut(mediaType, ";")
	}
	return strings.ToLower(strings.TrimSpace(base))
}

// concrete returns the media type to send for a key of a content object, which may be a range.
func concrete(key string) string {
	switch base := baseType(key); base {
	case "*/*", "application/*":
		return "application/json"
	case "text/*":
		return "text/plain"
	case "multipart/*":
		return "multipart/form-data"
	}
	return key
}
