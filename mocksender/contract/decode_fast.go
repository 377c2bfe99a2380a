package contract

import (
	"encoding/json"
	"strings"
)

// decodeFast reads what nearly every body is, several times faster than encoding/json does: payloads are read to be
// proved, and some of a load's while it runs. It answers false for what it leaves to encoding/json, which then says
// what is wrong: all that is no JSON, numbers with exponents, and deep nesting. The body must be UTF-8.
func decodeFast(body []byte) (any, bool) {
	r := fastReader{text: string(body)}
	v, ok := r.value(0)
	r.skip()
	return v, ok && r.at == len(r.text)
}

// fastReader reads JSON (RFC 8259) from a text.
type fastReader struct {
	text string
	at   int
}

// maxFastDepth is deeper than payloads nest, and less deep than what encoding/json refuses.
const maxFastDepth = 500

// skip goes to the next byte that is no white space and returns it, or 0 at the end.
func (r *fastReader) skip() byte {
	for ; r.at < len(r.text); r.at++ {
		if c := r.text[r.at]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// take goes over the next byte that is no white space if it is c.
func (r *fastReader) take(c byte) bool {
	if r.skip() != c {
		return false
	}
	r.at++
	return true
}

func (r *fastReader) value(depth int) (any, bool) {
	if depth > maxFastDepth {
		return nil, false
	}
	switch r.skip() {
	case '{':
		return r.object(depth)
	case '[':
		return r.array(depth)
	case '"':
		return r.string()
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	}
	return r.number()
}

func (r *fastReader) word(word string) bool {
	if !strings.HasPrefix(r.text[r.at:], word) {
		return false
	}
	r.at += len(word)
	return true
}

func (r *fastReader) object(depth int) (any, bool) {
	r.at++
	o := map[string]any{}
	if r.take('}') {
		return o, true
	}
	for {
		if r.skip() != '"' {
			return nil, false
		}
		name, ok := r.string()
		if !ok || !r.take(':') {
			return nil, false
		}
		if o[name], ok = r.value(depth + 1); !ok {
			return nil, false
		}
		if !r.take(',') {
			return o, r.take('}')
		}
	}
}

func (r *fastReader) array(depth int) (any, bool) {
	r.at++
	items := []any{}
	if r.take(']') {
		return items, true
	}
	for {
		item, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		items = append(items, item)
		if !r.take(',') {
			return items, r.take(']')
		}
	}
}

// string reads a string that begins here. One with escapes is read by encoding/json.
func (r *fastReader) string() (string, bool) {
	start, escaped := r.at, false
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			if !escaped {
				return r.text[start+1 : r.at-1], true
			}
			var v string
			err := json.Unmarshal([]byte(r.text[start:r.at]), &v)
			return v, err == nil
		case c == '\\':
			escaped = true
			r.at++
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?
func (r *fastReader) number() (any, bool) {
	start := r.at
	if strings.HasPrefix(r.text[r.at:], "-") {
		r.at++
	}
	whole := r.digits()
	if whole == 0 || whole > 1 && r.text[r.at-whole] == '0' {
		return nil, false
	}
	if strings.HasPrefix(r.text[r.at:], ".") {
		r.at++
		if r.digits() == 0 {
			return nil, false
		}
	}
	if r.at < len(r.text) && (r.text[r.at] == 'e' || r.text[r.at] == 'E') {
		return nil, false
	}
	return json.Number(r.text[start:r.at]), true
}

// digits goes over decimal digits and returns how many there were.
func (r *fastReader) digits() (n int) {
	for ; r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9'; r.at++ {
		n++
	}
	return n
}
