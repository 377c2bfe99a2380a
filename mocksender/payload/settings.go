package payload

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// SettingError says which settings name nothing in the payload.
type SettingError struct {
	Problems []string
}

func (e *SettingError) Error() string { return strings.Join(e.Problems, "\n") }

// applySettings puts the values of Options.Set in place of what would be made.
func (b *builder) applySettings() {
	bad := &SettingError{}
	for _, set := range b.o.Set {
		if err := b.applySetting(set); err != nil {
			bad.Problems = append(bad.Problems, err.Error())
		}
	}
	if len(bad.Problems) > 0 {
		b.settings = bad
	}
}

func (b *builder) applySetting(set Setting) error {
	path := pointerOf(set.Path)
	n := b.byPath[path]
	if n == nil && set.New {
		var err error
		if n, err = b.newMember(path); err != nil {
			return fmt.Errorf("--set-new %s: %w", set.Path, err)
		}
	}
	if n == nil {
		return fmt.Errorf("--set %s: event %s has no such field%s", set.Path, b.event.Name, b.suggestPath(path))
	}
	n.object, n.array, n.children, n.from = false, false, nil, nil
	for at := n; at != nil; at = at.parent {
		at.required, at.hidden = true, false // a profile must not leave out what was asked for
	}
	n.spec = &spec{maker: "set", literal: literal(set.Value, n.schema), pos: contract.Position{File: "--set " + set.Path}}
	return nil
}

// newMember adds a member that the schema does not name to an object that is laid out.
func (b *builder) newMember(path string) (*node, error) {
	cut := strings.LastIndexByte(path, '/')
	parent := b.byPath[path[:cut]]
	if parent == nil || !parent.object {
		return nil, fmt.Errorf("event %s has no object %s", b.event.Name, first(path[:cut], "/"))
	}
	name := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[cut+1:])
	n := &node{path: path, name: name, parent: parent, index: -1, scope: parent.scope,
		schema: &contract.Schema{Pos: parent.schema.Pos, Pointer: parent.schema.Pointer}}
	parent.children = append(parent.children, n)
	b.byPath[path] = n
	return n, nil
}

// pointerOf turns "data.customer.company" into "/data/customer/company"; a pointer stays as it is.
func pointerOf(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/" + strings.ReplaceAll(path, ".", "/")
}

func (b *builder) suggestPath(path string) string {
	known := slices.Sorted(maps.Keys(b.byPath))
	last := path[strings.LastIndexByte(path, '/')+1:]
	for _, p := range known { // the right name at another place
		if last != "" && strings.HasSuffix(p, "/"+last) {
			return fmt.Sprintf(" (did you mean %q?)", dotted(p))
		}
	}
	for i, p := range known {
		known[i] = dotted(p)
	}
	return contract.DidYouMean(dotted(path), known)
}

func dotted(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
}

// literal reads the value of a setting: JSON, or else text. A field that only
// takes text gets text.
func literal(text string, s *contract.Schema) any {
	onlyText := len(s.Types) > 0 && !slices.ContainsFunc(s.Types, func(t string) bool { return t != "string" && t != "null" })
	if !json.Valid([]byte(text)) {
		return text
	}
	v, err := decode([]byte(text))
	_, isText := v.(string)
	if err != nil || onlyText && v != nil && !isText {
		return text
	}
	return v
}
