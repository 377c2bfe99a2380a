package payload

import (
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// inferKind gives the property that OpenAPI's discriminator names its value where there is no oneOf or anyOf to choose by: the
// schemas of the kinds take in the one that has the discriminator, by allOf, and what is asked for is one of them
// (https://spec.openapis.org/oas/v3.1.1.html#models-with-polymorphism-support).
func (b *builder) inferKind(n *node) {
	d := inherited(n.schema)
	if d == nil {
		return
	}
	mark := n.child(d.PropertyName)
	if mark == nil || !mark.isFree() || !mark.is("string") {
		return
	}
	outermost := slices.Clone(n.kin)
	slices.Reverse(outermost)
	if kind := kindAmong(d, outermost); kind != "" {
		mark.annotate("value", text(kind))
	}
}

// addKind does the same for a value that is made as a whole.
func (g *solver) addKind(gl *goal) error {
	at := slices.IndexFunc(gl.rules, func(r rule) bool { return inherited(r.s) != nil })
	if at < 0 {
		return nil
	}
	d := gl.rules[at].s.Discriminator
	schemas := make([]*contract.Schema, len(gl.rules))
	open := false
	for i, r := range gl.rules {
		schemas[i] = r.s
		if s := propertyOf(r.s, d.PropertyName); s != nil {
			if !isOpenText(s) {
				return nil
			}
			open = true
		}
	}
	kind := kindAmong(d, schemas)
	if kind == "" || !open {
		return nil
	}
	mark := marked(gl.want[0], d.PropertyName, kind)
	mark.Required = nil // it need not be there
	return g.add(gl, mark, -1)
}

// inherited is the discriminator of a schema that others take in, nil if it has none or chooses among kinds itself.
func inherited(s *contract.Schema) *contract.Discriminator {
	if len(s.OneOf) > 0 || len(s.AnyOf) > 0 {
		return nil
	}
	return s.Discriminator
}

// kindAmong is what the discriminator calls the first of schemas that stands among the document's components, "" if none does.
func kindAmong(d *contract.Discriminator, schemas []*contract.Schema) string {
	for _, s := range schemas {
		if name := componentOf(s); name != "" {
			return kindName(d, "#"+s.Pointer, name)
		}
	}
	return ""
}

// isOpenText tells that a schema allows every string.
func isOpenText(s *contract.Schema) bool {
	return len(s.Types) == 1 && s.Types[0] == "string" && s.Ref == "" && s.Const == nil && len(s.Enum) == 0 && s.Pattern == "" && s.Format == "" &&
		s.MinLength == nil && s.MaxLength == nil && s.Faker == nil && s.ContentMediaType == "" && s.ContentEncoding == "" && !hasConditions(s)
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
