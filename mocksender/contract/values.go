package contract

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// converter makes values from YAML nodes: aliases and merge keys are followed,
// duplicate names and what JSON cannot say are problems.
type converter struct {
	file string
	// files names the file of nodes that an overlay brought in; everything below such a node is of that file.
	files    map[*yaml.Node]string
	open     map[*yaml.Node]bool // the anchors being expanded, to refuse one that contains itself
	aliased  int
	problems []Problem
}

// valueOf converts a tree of nodes. The error is a *LoadError with every problem.
func valueOf(file string, root *yaml.Node, files map[*yaml.Node]string) (*Value, error) {
	c := &converter{file: file, files: files, open: map[*yaml.Node]bool{}}
	v := c.value(root, file, 0)
	if len(c.problems) > 0 {
		return nil, &LoadError{Problems: c.problems}
	}
	return v, nil
}

func (c *converter) fault(pos Position, format string, args ...any) *Value {
	c.problems = append(c.problems, Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
	return &Value{Pos: pos}
}

// value converts n and what is below it; file is the file of n's parent.
func (c *converter) value(n *yaml.Node, file string, depth int) *Value {
	if f, ok := c.files[n]; ok {
		file = f
	}
	pos := Position{file, n.Line, n.Column}
	if len(c.open) > 0 {
		if c.aliased++; c.aliased > maxAliased {
			if c.aliased == maxAliased+1 {
				c.fault(pos, "aliases expand to more than %d values", maxAliased)
			}
			return &Value{Pos: pos}
		}
	}
	if depth > maxDepth {
		return c.fault(pos, "%s", tooDeepMessage)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return c.alias(n, file, pos, depth)
	case yaml.SequenceNode:
		v := &Value{Kind: Array, Pos: pos, Items: make([]*Value, 0, len(n.Content))}
		for _, item := range n.Content {
			v.Items = append(v.Items, c.value(item, file, depth+1))
		}
		return v
	case yaml.MappingNode:
		return c.object(n, file, pos, depth)
	case yaml.ScalarNode:
		return c.scalar(n, pos)
	default:
		return c.fault(pos, "a YAML node that JSON does not know")
	}
}

func (c *converter) alias(n *yaml.Node, file string, pos Position, depth int) *Value {
	if n.Alias == nil || c.open[n.Alias] {
		return c.fault(pos, "alias *%s stands inside the value that it names", n.Value)
	}
	c.open[n.Alias] = true
	defer delete(c.open, n.Alias)
	return c.value(n.Alias, file, depth+1)
}

func (c *converter) object(n *yaml.Node, file string, pos Position, depth int) *Value {
	v := &Value{Kind: Object, Pos: pos, Fields: make([]Field, 0, len(n.Content)/2)}
	seen := make(map[string]Position, len(n.Content)/2)
	var merges []*Value
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, keyFile := n.Content[i], file
		if f, ok := c.files[key]; ok {
			keyFile = f
		}
		at := Position{keyFile, key.Line, key.Column}
		if key.Kind == yaml.AliasNode && key.Alias != nil {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			c.fault(at, "a name must be a string")
			continue
		}
		child := c.value(n.Content[i+1], file, depth+1)
		if key.Value == "<<" && isPlain(key) {
			merges = append(merges, child)
			continue
		}
		if first, dup := seen[key.Value]; dup {
			c.fault(at, "duplicate key %q (first at %s)", key.Value, first)
			continue
		}
		seen[key.Value] = at
		v.Fields = append(v.Fields, Field{Name: key.Value, Pos: at, Value: child})
	}
	for _, m := range merges {
		c.merge(v, m, seen)
	}
	return v
}

// merge adds the members of a merge key's value that are not there yet; the first of several wins.
func (c *converter) merge(into, from *Value, seen map[string]Position) {
	switch from.Kind {
	case Array:
		for _, item := range from.Items {
			c.merge(into, item, seen)
		}
	case Object:
		for _, f := range from.Fields {
			if _, there := seen[f.Name]; !there {
				seen[f.Name] = f.Pos
				into.Fields = append(into.Fields, f)
			}
		}
	default:
		c.fault(from.Pos, "a merge key (<<) needs an object or a list of objects")
	}
}

func isPlain(n *yaml.Node) bool {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	return n.Style&quoted == 0
}

// scalar reads a scalar by the core schema of YAML 1.2, which OpenAPI asks for: dates, "yes" and
// "1_000" are strings (https://yaml.org/spec/1.2.2/#103-core-schema).
func (c *converter) scalar(n *yaml.Node, pos Position) *Value {
	if n.Style&yaml.TaggedStyle != 0 {
		return c.tagged(n, pos)
	}
	if !isPlain(n) {
		return &Value{Kind: String, Pos: pos, Text: n.Value}
	}
	return c.plain(n.Value, pos)
}

func (c *converter) tagged(n *yaml.Node, pos Position) *Value {
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp", "!!binary":
		return &Value{Kind: String, Pos: pos, Text: n.Value}
	case "!!int", "!!float", "!!bool", "!!null":
		v := c.plain(n.Value, pos)
		want := map[string]Kind{"!!int": Number, "!!float": Number, "!!bool": Bool, "!!null": Null}[tag]
		if v.Kind != want {
			return c.fault(pos, "%q is not a %s", n.Value, tag)
		}
		return v
	default:
		return c.fault(pos, "tag %s means nothing in JSON", tag)
	}
}

func (c *converter) plain(text string, pos Position) *Value {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return &Value{Kind: Null, Pos: pos, Text: "null"}
	case "true", "True", "TRUE":
		return &Value{Kind: Bool, Pos: pos, Text: "true"}
	case "false", "False", "FALSE":
		return &Value{Kind: Bool, Pos: pos, Text: "false"}
	}
	first := text[0]
	if first != '+' && first != '-' && first != '.' && (first < '0' || first > '9') {
		return &Value{Kind: String, Pos: pos, Text: text}
	}
	if special := strings.ToLower(strings.TrimLeft(text, "+-")); special == ".inf" || special == ".nan" {
		return c.fault(pos, "%s is no number in JSON", text)
	}
	if number, ok := jsonNumber(text); ok {
		if !computable(number) {
			return c.fault(pos, "%s has an exponent beyond ±%d, too large to compute with", text, maxExponent)
		}
		return &Value{Kind: Number, Pos: pos, Text: number}
	}
	return &Value{Kind: String, Pos: pos, Text: text}
}

// yamlDecimal is a decimal number of YAML: sign, whole digits, fraction, exponent.
var yamlDecimal = regexp.MustCompile(`^([-+]?)([0-9]*)(?:\.([0-9]*))?([eE][-+]?[0-9]+)?$`)

// jsonNumber spells a plain scalar of YAML as the JSON number that means the same, digit for digit.
func jsonNumber(text string) (string, bool) {
	if base := map[bool]int{strings.HasPrefix(text, "0x"): 16, strings.HasPrefix(text, "0o"): 8}[true]; base != 0 {
		n, ok := new(big.Int).SetString(text[2:], base)
		if !ok || text[2] == '+' || text[2] == '-' {
			return "", false
		}
		return n.String(), true
	}
	m := yamlDecimal.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return "", false
	}
	number := strings.TrimLeft(m[2], "0")
	if number == "" {
		number = "0"
	}
	if m[1] == "-" {
		number = "-" + number
	}
	if m[3] != "" {
		number += "." + m[3]
	}
	return number + m[4], true
}
