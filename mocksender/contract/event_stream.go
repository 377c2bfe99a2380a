package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) are sequences too: OpenAPI 3.2 describes
// each by itemSchema as an object of fields. data, event and id are text, retry is a number.

var streamFields = []string{"event", "id", "retry", "data"}

func isEventStream(mediaType string) bool { return baseType(mediaType) == "text/event-stream" }

// lineBreaks are all that end a line of a stream, as one.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// writeStream writes a payload as a stream of events; one that is no array is a stream of one. Fields that are neither text nor
// a number are written as JSON. A payload that is no such stream comes back as an error in words.
func writeStream(payload []byte) ([]byte, error) {
	elements := []json.RawMessage{payload}
	if payload[0] == '[' {
		elements = elementsOf(payload)
	}
	var b bytes.Buffer
	for i, element := range elements {
		if element[0] != '{' {
			return nil, fmt.Errorf("item %d is no object, as a server-sent event is", i)
		}
		for _, m := range membersOf(element) {
			if !slices.Contains(streamFields, m.name) {
				return nil, fmt.Errorf("item %d has %q%s, and the fields of a server-sent event are %s", i, m.name,
					DidYouMean(m.name, streamFields), strings.Join(streamFields, ", "))
			}
			if string(m.raw) != "null" {
				writeField(&b, m.name, textOf(m.raw))
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// writeField writes a line for each of the text's, which only data may have several of.
func writeField(b *bytes.Buffer, name, text string) {
	text = lineBreaks.Replace(text)
	if name != "data" {
		text = strings.ReplaceAll(text, "\n", " ")
	}
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(name + ": " + line + "\n")
	}
}

// readStream reads the fields of each event. Comments, fields of other names and an event without its empty line are nothing.
func readStream(body []byte) []map[string]string {
	var events []map[string]string
	event := map[string]string{}
	text := lineBreaks.Replace(strings.TrimPrefix(string(body), "\ufeff"))
	for line := range strings.Lines(text) {
		line, ended := strings.CutSuffix(line, "\n")
		if line == "" && ended && len(event) > 0 {
			events, event = append(events, event), map[string]string{}
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		earlier, again := event[name]
		switch {
		case !slices.Contains(streamFields, name), name == "id" && strings.Contains(value, "\x00"),
			name == "retry" && (value == "" || strings.Trim(value, "0123456789") != ""):
		case name == "data" && again:
			event[name] = earlier + "\n" + value
		default:
			event[name] = value
		}
	}
	return events
}

// streamReadings are the arrays of objects that events may stand for: with data as text or as JSON, and with retry
// as a number or, as some documents have it, as text.
func streamReadings(events []map[string]string) []any {
	var readings []any
	for _, parsed := range [][]string{{"retry"}, {"retry", "data"}, {}, {"data"}} {
		items := []any{}
		for _, fields := range events {
			item := map[string]any{}
			for name, text := range fields {
				item[name] = text
				if v, violation := decode([]byte(text)); violation == nil && slices.Contains(parsed, name) {
					item[name] = v
				}
			}
			items = append(items, item)
		}
		readings = append(readings, items)
	}
	return readings
}
