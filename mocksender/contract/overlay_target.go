package contract

import (
	"fmt"
	"strings"

	"github.com/pb33f/jsonpath/pkg/jsonpath"
	"go.yaml.in/yaml/v4"
)

// nothingAt says how far a target leads that matches nothing, and what may have been meant instead.
func (o *overlayer) nothingAt(target string) string {
	for cut := lastStep(target); cut > 0; cut = lastStep(target[:cut]) {
		path, err := jsonpath.NewPath(target[:cut])
		if err != nil {
			continue
		}
		found := path.Query(o.root)
		if len(found) == 0 {
			continue
		}
		step := strings.Trim(strings.TrimLeft(firstStep(target[cut:]), "."), "[]'\"")
		if step == "" || strings.ContainsAny(step, "*?@") {
			return ""
		}
		var names []string
		for _, n := range found {
			names = append(names, memberNames(n)...)
		}
		return ": " + target[:cut] + fmt.Sprintf(" has no %q", step) + DidYouMean(step, names)
	}
	return ""
}

func memberNames(n *yaml.Node) (names []string) {
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	return names
}

// lastStep is where the last step of a JSONPath begins, outside quotes; 0 for none.
func lastStep(path string) int {
	at := 0
	eachStep(path, func(i int) bool { at = i; return true })
	return at
}

// firstStep is what stands before the second step.
func firstStep(path string) string {
	end := len(path)
	eachStep(path, func(i int) bool {
		if i > 0 {
			end = i
		}
		return i == 0
	})
	return path[:end]
}

// eachStep visits the places at which a step begins, as long as visit wants more.
func eachStep(path string, visit func(i int) bool) {
	var quote byte
	depth := 0
	for i := range len(path) {
		c := path[i]
		begins := quote == 0 && depth == 0 && (c == '.' || c == '[')
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		}
		if begins && !visit(i) {
			return
		}
	}
}
