package contract

import (
	"fmt"
	"io/fs"

	"github.com/pb33f/jsonpath/pkg/jsonpath"
	"go.yaml.in/yaml/v4"
)

// parseWithOverlays parses a document and applies overlays to its nodes, so that what an overlay brings in keeps the
// overlay's positions (https://spec.openapis.org/overlay/v1.0.0.html).
func parseWithOverlays(fsys fs.FS, name string, data []byte, overlays []string) (*Value, error) {
	root, err := parseNodes(name, data)
	if err != nil {
		return nil, err
	}
	o := overlayer{root: root, files: map[*yaml.Node]string{}}
	for _, overlay := range overlays {
		data, err := readFile(fsys, overlay)
		if err != nil {
			return nil, err
		}
		if err := o.apply(overlay, data); err != nil {
			return nil, err
		}
	}
	return valueOf(name, root, o.files)
}

type overlayer struct {
	root  *yaml.Node
	files map[*yaml.Node]string // what an overlay brought in, and its file
}

// apply applies one overlay. The error is a *LoadError with every fault of it.
func (o *overlayer) apply(file string, data []byte) error {
	nodes, err := parseNodes(file, data)
	if err != nil {
		return err
	}
	overlay, err := valueOf(file, nodes, nil)
	if err != nil {
		return err
	}
	if overlay.Lookup("overlay") == nil {
		return problem(overlay.Pos, `overlay: missing; an OpenAPI Overlay begins with "overlay: 1.0.0"`)
	}
	actions := member(nodes, "actions")
	if actions == nil || actions.Kind != yaml.SequenceNode || len(actions.Content) == 0 {
		return problem(overlay.Pos, "the overlay has no actions")
	}
	var problems []Problem
	for _, action := range actions.Content {
		if err := o.action(file, action); err != nil {
			problems = append(problems, err.Problems...)
		}
	}
	if len(problems) > 0 {
		return &LoadError{Problems: problems}
	}
	return nil
}

func (o *overlayer) action(file string, action *yaml.Node) *LoadError {
	target := member(action, "target")
	if target == nil || target.Kind != yaml.ScalarNode {
		return problem(Position{file, action.Line, action.Column}, "target: missing")
	}
	at := Position{file, target.Line, target.Column}
	path, err := jsonpath.NewPath(target.Value)
	if err != nil {
		return problem(at, "target %q is no JSONPath: %v", target.Value, err)
	}
	found := path.Query(o.root)
	if len(found) == 0 {
		return problem(at, "target %q matches nothing%s", target.Value, o.nothingAt(target.Value))
	}
	if remove := member(action, "remove"); remove != nil && remove.Value == "true" {
		for _, n := range found {
			removeNode(o.root, n)
		}
		return nil
	}
	update := member(action, "update")
	if update == nil {
		return problem(at, "neither update nor remove stands beside target")
	}
	for _, n := range found {
		if err := o.update(file, n, update); err != nil {
			return problem(at, "target %q: %v", target.Value, err)
		}
	}
	return nil
}

// update merges from into the node at into: objects member by member, and arrays grow.
func (o *overlayer) update(file string, into, from *yaml.Node) error {
	switch {
	case into.Kind == yaml.SequenceNode && from.Kind == yaml.SequenceNode:
		for _, item := range from.Content {
			into.Content = append(into.Content, o.bring(file, item))
		}
	case into.Kind == yaml.SequenceNode:
		into.Content = append(into.Content, o.bring(file, from))
	case into.Kind == yaml.MappingNode && from.Kind == yaml.MappingNode:
		return o.merge(file, into, from)
	default:
		return fmt.Errorf("only an object or an array can be updated")
	}
	return nil
}

func (o *overlayer) merge(file string, into, from *yaml.Node) error {
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		at := memberIndex(into, key.Value)
		if at < 0 {
			into.Content = append(into.Content, o.bring(file, key), o.bring(file, value))
			continue
		}
		old := into.Content[at]
		if old.Kind == value.Kind && value.Kind != yaml.ScalarNode && value.Kind != yaml.AliasNode {
			if err := o.update(file, old, value); err != nil {
				return err
			}
			continue
		}
		into.Content[at] = o.bring(file, value)
	}
	return nil
}

// bring copies a node of an overlay, since several targets may get it, and notes its file.
func (o *overlayer) bring(file string, n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = o.bring(file, child)
	}
	o.files[&c] = file
	return &c
}

// member returns the value of a mapping's member, or nil.
func member(n *yaml.Node, name string) *yaml.Node {
	if i := memberIndex(n, name); i >= 0 {
		return n.Content[i]
	}
	return nil
}

// memberIndex returns where the value of a mapping's member stands in Content, or -1.
func memberIndex(n *yaml.Node, name string) int {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i + 1
		}
	}
	return -1
}

// removeNode takes target out of the mapping or sequence that holds it.
func removeNode(in, target *yaml.Node) bool {
	for i, child := range in.Content {
		switch {
		case child != target:
			if removeNode(child, target) {
				return true
			}
		case in.Kind == yaml.MappingNode:
			in.Content = append(in.Content[:i-1], in.Content[i+1:]...)
			return true
		default:
			in.Content = append(in.Content[:i], in.Content[i+1:]...)
			return true
		}
	}
	return false
}
