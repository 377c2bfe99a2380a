package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Without returns a copy of a JSON body that lacks the object member at the JSON
// pointer, every other byte unchanged.
func Without(body []byte, pointer string) ([]byte, error) {
	m, err := findMember(body, pointer)
	if err != nil {
		return nil, err
	}
	return m.cut(body), nil
}

// Replaced returns a copy of a JSON body whose object member at the JSON pointer
// has another value, given as JSON; every other byte is unchanged.
func Replaced(body []byte, pointer string, value []byte) ([]byte, error) {
	m, err := findMember(body, pointer)
	if err != nil {
		return nil, err
	}
	return slices.Concat(body[:m.value], value, body[m.end:]), nil
}

// member is a place in a body: start is where the member before it ended, value
// where its own value begins, end where it ends; first tells that none is before it.
type member struct {
	start, value, end int
	first             bool
}

func findMember(body []byte, pointer string) (member, error) {
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	decoder := json.NewDecoder(bytes.NewReader(body))
	var m member
	for _, token := range tokens {
		name := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		var err error
		if m.start, m.first, err = enter(decoder, name); err != nil {
			return m, fmt.Errorf("%s: %w", pointer, err)
		}
	}
	var value json.RawMessage
	if err := decoder.Decode(&value); err != nil {
		return m, fmt.Errorf("%s: %w", pointer, err)
	}
	m.end = int(decoder.InputOffset())
	m.value = m.end - len(value) // after the colon and what space there is
	return m, nil
}

// enter reads into an object up to the value of its member called name. Start is
// where the previous member ended, first tells that there was none.
func enter(decoder *json.Decoder, name string) (start int, first bool, err error) {
	token, err := decoder.Token()
	if err != nil {
		return 0, false, err
	}
	if token != json.Delim('{') {
		return 0, false, fmt.Errorf("%q: not in an object", name)
	}
	for first = true; decoder.More(); first = false {
		start = int(decoder.InputOffset())
		key, err := decoder.Token()
		if err != nil {
			return 0, false, err
		}
		if key == name {
			return start, first, nil
		}
		if err := skipValue(decoder); err != nil {
			return 0, false, err
		}
	}
	return 0, false, fmt.Errorf("%q: not in the body", name)
}

func skipValue(decoder *json.Decoder) error {
	var value json.RawMessage
	return decoder.Decode(&value)
}

// cut takes the member out, with the comma before it; the first one's is behind it.
func (m member) cut(body []byte) []byte {
	end := m.end
	if m.first {
		rest := bytes.TrimLeft(body[end:], " \t\r\n")
		if len(rest) > 0 && rest[0] == ',' {
			end = len(body) - len(rest) + 1
		}
	}
	return slices.Concat(body[:m.start], body[end:])
}
