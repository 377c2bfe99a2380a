package payload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// encoding holds the provider's habits of writing JSON.
type encoding struct {
	escapeSlashes bool
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func (e encoding) appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = e.appendText(dst, s)
	return append(dst, '"')
}

// appendText appends s as it stands between the quotes of a JSON string.
func (e encoding) appendText(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if n := e.plainLength(s[i:]); n > 0 {
			dst = append(dst, s[i:i+n]...)
			i += n
			continue
		}
		c := s[i]
		if c < utf8.RuneSelf {
			dst = e.appendASCII(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst
}

// plainLength is how many bytes at the start of s are written as they are.
func (e encoding) plainLength(s string) int {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '/' && e.escapeSlashes {
			return i
		}
	}
	return len(s)
}

func (e encoding) appendASCII(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\' || c == '/' && e.escapeSlashes:
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	case c < 0x20 || c == 0x7f:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(dst, c)
}

// appendValue appends a Go value as JSON. Whole floats carry no decimals.
func (e encoding) appendValue(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return e.appendString(dst, v), nil
	case json.Number:
		return append(dst, v...), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case float64:
		return appendFloat(dst, v)
	case rawJSON:
		return append(dst, v...), nil
	case []any:
		return e.appendArray(dst, v)
	case object:
		return e.appendObject(dst, v)
	}
	return e.appendOther(dst, v)
}

// rawJSON is a value that is encoded already.
type rawJSON []byte

// member and object keep the order in which members were made.
type member struct {
	name  string
	value any
}

type object []member

func (o object) get(name string) (any, bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

func (e encoding) appendArray(dst []byte, items []any) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = e.appendValue(dst, item); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func (e encoding) appendObject(dst []byte, o object) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, m := range o {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(e.appendString(dst, m.name), ':')
		if dst, err = e.appendValue(dst, m.value); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendFloat(dst []byte, v float64) ([]byte, error) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil, fmt.Errorf("%v is no JSON number", v)
	}
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64), nil
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64), nil
}

// appendOther takes the detour over encoding/json for what a faker function may
// return: named types, slices, maps and structs.
func (e encoding) appendOther(dst []byte, v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	plain, err := decode(data)
	if err != nil {
		return nil, err
	}
	return e.appendValue(dst, plain)
}

// decode reads JSON and keeps the spelling of numbers and the order of members.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return decodeNext(d)
}

func decodeNext(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		return decodeArray(d)
	case json.Delim('{'):
		return decodeObject(d)
	}
	return token, nil
}

func decodeArray(d *json.Decoder) (any, error) {
	items := []any{}
	for d.More() {
		item, err := decodeNext(d)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.Token()
	return items, err
}

func decodeObject(d *json.Decoder) (any, error) {
	o := object{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := decodeNext(d)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name.(string), value}) // the decoder accepts only strings as names
	}
	_, err := d.Token()
	return o, err
}
