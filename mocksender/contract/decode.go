package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// decode reads exactly one JSON value; numbers keep their digits.
func decode(body []byte) (any, *Violation) {
	if !utf8.Valid(body) {
		return nil, &Violation{Rule: "json", Message: "the body is not JSON: it is not UTF-8"}
	}
	if v, ok := decodeFast(body); ok {
		return v, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, &Violation{Rule: "json", Message: "the body is not JSON: " + jsonFault(err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &Violation{Rule: "json", Message: fmt.Sprintf("the body is not JSON: something follows the value at byte %d", dec.InputOffset())}
	}
	if at, huge := hugeNumber(v); huge {
		return nil, &Violation{Rule: "json", Instance: at, Message: fmt.Sprintf("a number's exponent is beyond ±%d", maxExponent)}
	}
	return v, nil
}

func jsonFault(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("%v at byte %d", err, syntax.Offset)
	case errors.Is(err, io.EOF):
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	default:
		return err.Error()
	}
}

// hugeNumber finds a number that must not be computed with, and where it stands in v.
func hugeNumber(v any) (pointer string, found bool) {
	switch v := v.(type) {
	case json.Number:
		return "", !computable(string(v))
	case []any:
		for i, item := range v {
			if below, huge := hugeNumber(item); huge {
				return "/" + strconv.Itoa(i) + below, true
			}
		}
	case map[string]any:
		for name, item := range v {
			if below, huge := hugeNumber(item); huge {
				return join("", name) + below, true
			}
		}
	}
	return "", false
}
