package contract

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxDepth bounds the nesting of a document, so that no document can exhaust the stack.
const maxDepth = 1000

// maxAliased bounds how many values aliases may multiply into (a "billion laughs" document).
const maxAliased = 1_000_000

// parseDocument reads YAML or JSON text into a tree of values. file stands for it in positions.
// The error is a *LoadError with every problem that was found.
func parseDocument(file string, data []byte) (*Value, error) {
	root, err := parseNodes(file, data)
	if err != nil {
		return nil, err
	}
	return valueOf(file, root, nil)
}

// parseNodes reads YAML or JSON text into YAML nodes, which overlays work on.
// JSON has a reader of its own: YAML takes surrogate pairs and tabs differently.
func parseNodes(file string, data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, problem(Position{file, 1, 1}, "the document is empty")
	}
	if strings.HasSuffix(file, ".json") || trimmed[0] == '{' {
		root, err := parseJSON(file, data)
		if err == nil || strings.HasSuffix(file, ".json") {
			return root, err
		}
		// A flow mapping of YAML may also begin with a brace: both readers have to refuse it.
		if yamlRoot, yamlErr := parseYAML(file, data); yamlErr == nil {
			return yamlRoot, nil
		}
		return nil, err
	}
	return parseYAML(file, data)
}

// parseYAML reads exactly one YAML document.
func parseYAML(file string, data []byte) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults())
	if err != nil {
		return nil, err
	}
	var doc, rest yaml.Node
	if err := loader.Load(&doc); err != nil {
		return nil, yamlProblem(file, err)
	}
	switch err := loader.Load(&rest); {
	case err == nil:
		return nil, problem(Position{file, rest.Line, rest.Column}, "a second YAML document begins here; one per file is read")
	case !errors.Is(err, io.EOF):
		return nil, yamlProblem(file, err)
	}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return doc.Content[0], nil
	}
	if doc.Kind == 0 || doc.Kind == yaml.DocumentNode {
		return nil, problem(Position{file, 1, 1}, "the document is empty")
	}
	return &doc, nil
}

// yamlProblem turns the library's error into ours, with its place.
func yamlProblem(file string, err error) error {
	pos := Position{file, 1, 1}
	if errors.Is(err, io.EOF) {
		return problem(pos, "the document is empty")
	}
	var one *yaml.LoadError
	if !errors.As(err, &one) {
		return problem(pos, "is not YAML: %v", err)
	}
	if one.Mark.Line > 0 {
		pos.Line, pos.Column = one.Mark.Line, max(one.Mark.Column, 1)
	}
	message := one.Message
	if one.ContextMsg != "" {
		message = one.ContextMsg + ": " + message
	}
	return problem(pos, "is not YAML: %s", message)
}
