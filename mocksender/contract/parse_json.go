package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// jsonReader turns JSON text into YAML nodes that know their line and column.
type jsonReader struct {
	file string
	data []byte
	dec  *json.Decoder
	// at, line and lineStart are a cursor over data; it only moves forward.
	at, line, column int
}

// parseJSON reads exactly one JSON value.
func parseJSON(file string, data []byte) (*yaml.Node, error) {
	r := &jsonReader{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1, column: 1}
	r.dec.UseNumber()
	root, err := r.value(0)
	if err != nil {
		return nil, err
	}
	pos := r.next()
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, problem(pos, "is not JSON: something follows the document")
	}
	return root, nil
}

// next moves the cursor to the next token's first byte and returns its position.
func (r *jsonReader) next() Position {
	offset := int(r.dec.InputOffset())
	for offset < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[offset]) >= 0 {
		offset++
	}
	return r.position(offset)
}

// position moves the cursor to offset, which is never before it, and counts columns in characters.
func (r *jsonReader) position(offset int) Position {
	offset = min(max(offset, r.at), len(r.data))
	passed := r.data[r.at:offset]
	if last := bytes.LastIndexByte(passed, '\n'); last >= 0 {
		r.line += bytes.Count(passed, []byte("\n"))
		r.column, passed = 1, passed[last+1:]
	}
	r.column += utf8.RuneCount(passed)
	r.at = offset
	return Position{r.file, r.line, r.column}
}

// token reads one token and returns it with its position.
func (r *jsonReader) token() (json.Token, Position, error) {
	pos := r.next()
	token, err := r.dec.Token()
	if err == nil {
		return token, pos, nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		pos = r.position(int(syntax.Offset) - 1)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, pos, problem(r.position(len(r.data)), "is not JSON: the document ends too early")
	}
	return nil, pos, problem(pos, "is not JSON: %v", err)
}

// value reads one value with everything below it.
func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	token, pos, err := r.token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, tooDeep(pos)
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: pos.Line, Column: pos.Column}
	switch token := token.(type) {
	case json.Delim:
		return node, r.composite(node, token, depth)
	case string:
		node.Tag, node.Value, node.Style = "!!str", token, yaml.DoubleQuotedStyle
	case json.Number:
		node.Tag, node.Value = "!!float", token.String()
	case bool:
		node.Tag, node.Value = "!!bool", fmt.Sprint(token)
	default:
		node.Tag, node.Value = "!!null", "null"
	}
	return node, nil
}

// composite reads the members of an object or the elements of an array into node.
func (r *jsonReader) composite(node *yaml.Node, open json.Delim, depth int) error {
	node.Kind, node.Tag = yaml.MappingNode, "!!map"
	if open == '[' {
		node.Kind, node.Tag = yaml.SequenceNode, "!!seq"
	}
	for r.dec.More() {
		// A member's name is read like a value: the decoder knows that only a string may stand here.
		child, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		node.Content = append(node.Content, child)
	}
	_, _, err := r.token()
	return err
}
