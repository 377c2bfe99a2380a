package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// ParseError lists every fault of a policy file, each as file:line:col: path: fault.
type ParseError struct {
	Problems []string
}

func (e *ParseError) Error() string { return strings.Join(e.Problems, "\n") }

// decoder reads nodes and collects what is wrong with them.
type decoder struct {
	file     string
	problems []problem
}

type problem struct {
	line, column int
	text         string
}

func (d *decoder) fault(n *yaml.Node, path, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	d.problems = append(d.problems, problem{n.Line, n.Column, text})
}

func (d *decoder) err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(d.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	e := &ParseError{}
	for _, p := range d.problems {
		e.Problems = append(e.Problems, fmt.Sprintf("%s:%d:%d: %s", d.file, p.line, p.column, p.text))
	}
	return e
}

// fields says how each key of a mapping is read.
type fields map[string]func(n *yaml.Node, path string)

// mapping reads a mapping whose keys are all in known; required ones must be there.
func (d *decoder) mapping(n *yaml.Node, path string, known fields, required ...string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, "want a mapping, found %s", describe(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			d.fault(key, path, "%q is there twice", key.Value)
			continue
		}
		seen[key.Value] = true
		read, ok := known[key.Value]
		if !ok {
			d.fault(key, path, "unknown key %q%s", key.Value, didYouMean(key.Value, sortedKeys(known)))
			continue
		}
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		read(value, below(path, key.Value))
	}
	for _, name := range required {
		if !seen[name] {
			d.fault(n, below(path, name), "missing")
		}
	}
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func sortedKeys(known fields) []string {
	keys := make([]string, 0, len(known))
	for key := range known {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if isNull(n) {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// scalar returns the text of a scalar.
func (d *decoder) scalar(n *yaml.Node, path, want string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.fault(n, path, "want %s, found %s", want, describe(n))
		return "", false
	}
	return n.Value, true
}

// text reads a string into to. A number is text too.
func (d *decoder) text(to *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *to, _ = d.scalar(n, path, "text") }
}

// oneOf reads one of the words.
func (d *decoder) oneOf(to *string, words ...string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "one of "+strings.Join(words, ", "))
		if ok && !slices.Contains(words, text) {
			d.fault(n, path, "want one of %s, found %q%s", strings.Join(words, ", "), text, didYouMean(text, words))
		}
		*to = text
	}
}

func (d *decoder) duration(to *time.Duration) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "a duration such as 14s")
		if !ok {
			return
		}
		value, err := ParseDuration(text)
		if err != nil {
			d.fault(n, path, "%v", err)
		}
		*to = value
	}
}

// count reads a whole number of at least least.
func (d *decoder) count(to *int, least int) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "a whole number")
		if !ok {
			return
		}
		value, err := strconv.Atoi(text)
		if err != nil || value < least {
			d.fault(n, path, "want a whole number from %d, found %q", least, text)
		}
		*to = value
	}
}

func (d *decoder) truth(to *bool) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			d.fault(n, path, "want true or false, found %s", describe(n))
			return
		}
		*to = n.Value == "true"
	}
}

// list reads each item of a list.
func (d *decoder) list(item func(*yaml.Node, string)) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.SequenceNode {
			d.fault(n, path, "want a list, found %s", describe(n))
			return
		}
		for i, child := range n.Content {
			item(child, fmt.Sprintf("%s[%d]", path, i))
		}
	}
}
