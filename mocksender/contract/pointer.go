package contract

import (
	"fmt"
	"strconv"
	"strings"
)

// place is one value in one file.
type place struct {
	doc     *document
	pointer string // JSON pointer (RFC 6901) in doc, not percent-encoded
	value   *Value
}

// key names a place: the same place always gives the same key.
func (p place) key() string { return p.doc.file + "#" + p.pointer }

// member returns the member called name, with a nil value when there is none.
func (p place) member(name string) place {
	return place{p.doc, join(p.pointer, name), p.value.Lookup(name)}
}

// item returns the i-th element of an array, which must exist.
func (p place) item(i int) place {
	return place{p.doc, join(p.pointer, strconv.Itoa(i)), p.value.Items[i]}
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// join appends a token to a JSON pointer.
func join(pointer, token string) string { return pointer + "/" + pointerEscaper.Replace(token) }

var pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// tokens splits a JSON pointer.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(pointer[1:], "/")
	for i, part := range parts {
		if strings.Contains(part, "~") {
			parts[i] = pointerUnescaper.Replace(part)
		}
	}
	return parts
}

// step goes one token down, nil when there is nothing.
func (v *Value) step(token string) *Value {
	if v == nil || v.Kind != Array {
		return v.Lookup(token)
	}
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= len(v.Items) || strconv.Itoa(i) != token {
		return nil
	}
	return v.Items[i]
}

// At returns the value that the JSON pointer (RFC 6901, such as "/info/title") leads to from v, or nil.
func (v *Value) At(pointer string) *Value {
	if pointer != "" && pointer[0] != '/' {
		return nil
	}
	for _, token := range tokens(pointer) {
		v = v.step(token)
	}
	return v
}

// nearest returns the last value on the way along pointer that exists.
func (v *Value) nearest(pointer string) *Value {
	for _, token := range tokens(pointer) {
		next := v.step(token)
		if next == nil {
			break
		}
		v = next
	}
	return v
}

// find walks pointer through doc. The error names the first token that leads nowhere and the nearest name beside it.
func (d *document) find(pointer string) (place, error) {
	if pointer != "" && pointer[0] != '/' {
		return place{}, fmt.Errorf("%q is no JSON pointer", pointer)
	}
	v := d.root
	for _, token := range tokens(pointer) {
		next := v.step(token)
		if next == nil {
			return place{}, fmt.Errorf("nothing is called %q there%s", token, DidYouMean(token, v.names()))
		}
		v = next
	}
	return place{d, pointer, v}, nil
}

func (v *Value) names() []string {
	names := make([]string, len(v.Fields))
	for i, f := range v.Fields {
		names[i] = f.Name
	}
	return names
}
