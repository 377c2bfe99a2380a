package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Without returns a copy of a JSON body that lacks the object member at the JSON
// pointer, every other byte unchanged.
func Without(body []byte, pointer string) ([]byte, error) {
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	decoder := json.NewDecoder(bytes.NewReader(body))
	for i, token := range tokens {
		name := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		start, first, err := enter(decoder, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pointer, err)
		}
		if i < len(tokens)-1 {
			continue
		}
		if err := skipValue(decoder); err != nil {
			return nil, fmt.Errorf("%s: %w", pointer, err)
		}
		return cut(body, start, int(decoder.InputOffset()), first), nil
	}
	return nil, fmt.Errorf("%s: names nothing", pointer)
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

// cut takes out body[start:end], which begins with the comma before the member
// unless it is the first; the first one's comma is behind it.
func cut(body []byte, start, end int, first bool) []byte {
	if first {
		rest := bytes.TrimLeft(body[end:], " \t\r\n")
		if len(rest) > 0 && rest[0] == ',' {
			end = len(body) - len(rest) + 1
		}
	}
	out := make([]byte, 0, len(body)-(end-start))
	return append(append(out, body[:start]...), body[end:]...)
}
