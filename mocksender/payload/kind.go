package payload

import (
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// inferKind gives the property that OpenAPI's discriminator names its value where there is no oneOf or anyOf to choose by: the
// schemas of the kinds take in the one that has the discriminator, by allOf, and what is asked for is one of them
// (https://spec.openapis.org/oas/v3.1.1.html#models-with-polymorphism-support). One that is not in the mapping is called as its
// schema is.
func (b *builder) inferKind(n *node) {
	d := n.schema.Discriminator
	if d == nil || len(n.schema.OneOf) > 0 || len(n.schema.AnyOf) > 0 {
		return
	}
	mark := n.child(d.PropertyName)
	if mark == nil || !mark.isFree() || !mark.is("string") {
		return
	}
	for _, s := range slices.Backward(n.kin) {
		if name := componentOf(s); name != "" {
			mark.annotate("value", text(kindName(d, "#"+s.Pointer, name)))
			return
		}
	}
}

// addKind does the same for a value that is made as a whole.
func (g *solver) addKind(gl *goal) error {
	var d *contract.Discriminator
	name, pointer := "", ""
	for _, r := range gl.rules {
		if d == nil && len(r.s.OneOf) == 0 && len(r.s.AnyOf) == 0 {
			d = r.s.Discriminator
		}
		if component := componentOf(r.s); name == "" && component != "" {
			name, pointer = component, r.s.Pointer
		}
	}
	if d == nil || name == "" {
		return nil
	}
	open := false
	for _, r := range gl.rules {
		switch s := propertyOf(r.s, d.PropertyName); {
		case s == nil:
		case !isOpenText(s):
			return nil
		default:
			open = true
		}
	}
	if !open {
		return nil
	}
	mark := marked(gl.want[0], d.PropertyName, kindName(d, "#"+pointer, name))
	mark.Required = nil // it need not be there
	return g.add(gl, mark, -1)
}

// isOpenText tells that a schema allows every string.
func isOpenText(s *contract.Schema) bool {
	return len(s.Types) == 1 && s.Types[0] == "string" && s.Ref == "" && s.Const == nil && len(s.Enum) == 0 && s.Pattern == "" && s.Format == "" &&
		s.MinLength == nil && s.MaxLength == nil && s.Faker == nil && !hasConditions(s)
}

// componentOf is the name of a schema that stands among a document's components, "" for any other.
func componentOf(s *contract.Schema) string {
	name, ok := strings.CutPrefix(s.Pointer, "/components/schemas/")
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return name
}

// kindName is what the discriminator calls the schema that ref leads to: as its mapping says, else by the schema's name.
func kindName(d *contract.Discriminator, ref, name string) string {
	var mapped []string
	for value, to := range d.Mapping {
		if to == ref || to == name {
			mapped = append(mapped, value)
		}
	}
	if len(mapped) > 0 {
		return slices.Min(mapped)
	}
	return name
}
