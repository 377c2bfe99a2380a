package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// negate lists how a value can fail s: it fails if all schemas of one alternative
// hold. Where a keyword's opposite cannot be said as a schema, the alternative
// says as much of it as can be (such as the type) and the judge sees to the rest:
// taken together the alternatives never ask for more than failing s does, so that
// a goal is impossible when all of them are. names are members that an object may
// have anyway. The list is nil when nothing fails s.
func (g *solver) negate(s *contract.Schema, names []string) [][]*contract.Schema {
	n := &negation{g: g, s: s, names: names}
	if s.Boolean != nil {
		if !*s.Boolean {
			n.add(made(s, ""))
		}
		return n.alternatives
	}
	n.types()
	if s.Const != nil || s.Enum != nil {
		n.add(judged(s))
	}
	n.text()
	n.numbers()
	n.arrays()
	n.objects()
	n.logic()
	return n.alternatives
}

// negation collects alternatives.
type negation struct {
	g            *solver
	s            *contract.Schema
	names        []string
	alternatives [][]*contract.Schema
}

func (n *negation) add(schemas ...*contract.Schema) {
	n.alternatives = append(n.alternatives, schemas)
}

// of adds an alternative for values of one type.
func (n *negation) of(kind string, set func(out *contract.Schema)) {
	out := made(n.s, "")
	out.Types = []string{kind}
	set(out)
	n.add(out)
}

// judged is an alternative that nothing is built in for.
func judged(s *contract.Schema) *contract.Schema { return made(s, "") }

var allTypes = []string{"string", "number", "integer", "boolean", "object", "array", "null"}

func (n *negation) types() {
	if len(n.s.Types) == 0 {
		return
	}
	others := slices.DeleteFunc(slices.Clone(allTypes), func(t string) bool {
		return slices.Contains(n.s.Types, t) || t == "integer" && slices.Contains(n.s.Types, "number")
	})
	if len(others) > 0 {
		out := made(n.s, "")
		out.Types = others
		n.add(out)
	}
}

func (n *negation) text() {
	if k := n.s.MinLength; k != nil && *k > 0 {
		n.of("string", func(out *contract.Schema) { out.MaxLength = intOf(*k - 1) })
	}
	if k := n.s.MaxLength; k != nil {
		n.of("string", func(out *contract.Schema) { out.MinLength = intOf(*k + 1) })
	}
	if n.s.Pattern != "" || assertedFormats[n.s.Format] {
		n.of("string", func(*contract.Schema) {})
	}
}

func intOf(n int) *int { return &n }

func (n *negation) numbers() {
	if v := n.s.Minimum; v != nil {
		n.of("number", func(out *contract.Schema) { out.ExclusiveMaximum = v })
	}
	if v := n.s.ExclusiveMinimum; v != nil {
		n.of("number", func(out *contract.Schema) { out.Maximum = v })
	}
	if v := n.s.Maximum; v != nil {
		n.of("number", func(out *contract.Schema) { out.ExclusiveMinimum = v })
	}
	if v := n.s.ExclusiveMaximum; v != nil {
		n.of("number", func(out *contract.Schema) { out.Minimum = v })
	}
	if n.s.MultipleOf != nil {
		n.of("number", func(*contract.Schema) {})
	}
}

func (n *negation) arrays() {
	if k := n.s.MinItems; k != nil && *k > 0 {
		n.of("array", func(out *contract.Schema) { out.MaxItems = intOf(*k - 1) })
	}
	if k := n.s.MaxItems; k != nil {
		n.of("array", func(out *contract.Schema) { out.MinItems = intOf(*k + 1) })
	}
	if n.s.UniqueItems {
		n.of("array", func(out *contract.Schema) { out.MinItems = intOf(2) })
	}
	for i, item := range n.s.PrefixItems {
		n.of("array", func(out *contract.Schema) {
			out.MinItems = intOf(i + 1)
			for range i {
				out.PrefixItems = append(out.PrefixItems, made(n.s, ""))
			}
			out.PrefixItems = append(out.PrefixItems, not(item))
		})
	}
	if n.s.Items != nil {
		n.of("array", func(out *contract.Schema) {
			out.MinItems, out.Contains = intOf(len(n.s.PrefixItems)+1), not(n.s.Items)
		})
	}
	n.contains()
}

func (n *negation) contains() {
	if n.s.Contains == nil {
		return
	}
	if least := containsAtLeast(n.s); least > 0 {
		n.of("array", func(out *contract.Schema) {
			out.Contains, out.MinContains, out.MaxContains = n.s.Contains, intOf(0), intOf(least-1)
		})
	}
	if n.s.MaxContains != nil {
		n.of("array", func(out *contract.Schema) {
			out.Contains, out.MinContains = n.s.Contains, intOf(*n.s.MaxContains+1)
		})
	}
}

func (n *negation) objects() {
	for _, name := range n.s.Required {
		n.of("object", func(out *contract.Schema) {
			out.Properties = []contract.Property{{Name: name, Schema: never(n.s)}}
		})
	}
	for _, p := range n.s.Properties {
		n.of("object", func(out *contract.Schema) {
			out.Required, out.Properties = []string{p.Name}, []contract.Property{{Name: p.Name, Schema: not(p.Schema)}}
		})
	}
	if k := n.s.MinProperties; k != nil && *k > 0 {
		n.of("object", func(out *contract.Schema) { out.MaxProperties = intOf(*k - 1) })
	}
	if k := n.s.MaxProperties; k != nil {
		n.of("object", func(out *contract.Schema) { out.MinProperties = intOf(*k + 1) })
	}
	for _, name := range sortedNames(n.s.DependentRequired) {
		for _, need := range n.s.DependentRequired[name] {
			n.of("object", func(out *contract.Schema) {
				out.Required, out.Properties = []string{name}, []contract.Property{{Name: need, Schema: never(n.s)}}
			})
		}
	}
	n.anyName(n.s.PropertyNames != nil || n.s.AdditionalProperties != nil || len(n.s.PatternProperties) > 0)
	if n.s.AdditionalProperties != nil {
		n.undeclared(n.s.AdditionalProperties)
	}
	if n.s.PropertyNames != nil {
		n.badNames()
	}
	for _, p := range n.s.PatternProperties {
		n.patterned(p)
	}
}

// anyName is the alternative that only says that there is a member: which one, the judge sees.
func (n *negation) anyName(asked bool) {
	if asked {
		n.of("object", func(out *contract.Schema) { out.MinProperties = intOf(1) })
	}
}

// member adds the alternative that there is a member of that name which satisfies value.
func (n *negation) member(name string, value *contract.Schema) {
	n.of("object", func(out *contract.Schema) {
		out.Required = []string{name}
		if value != nil {
			out.Properties = []contract.Property{{Name: name, Schema: value}}
		}
	})
}

// undeclared asks for a member that additionalProperties would not let pass.
func (n *negation) undeclared(additional *contract.Schema) {
	for _, name := range append(n.names, "extra", n.invented(nil)) {
		declared := slices.ContainsFunc(n.s.PatternProperties, func(p contract.Property) bool { return n.g.judge.matches(p.Name, name) })
		if name != "" && !declared && propertyOf(n.s, name) == nil {
			n.member(name, not(additional))
		}
	}
}

// badNames asks for a member whose name propertyNames would not let pass.
func (n *negation) badNames() {
	for _, name := range append(n.names, n.invented(not(n.s.PropertyNames))) {
		if name != "" && !n.g.judge.accepts(n.s.PropertyNames, name) {
			n.member(name, nil)
		}
	}
	n.of("object", func(out *contract.Schema) { out.MinProperties, out.PropertyNames = intOf(1), not(n.s.PropertyNames) })
}

// patterned asks for a member that one of patternProperties would not let pass.
func (n *negation) patterned(p contract.Property) {
	named := anyText(n.s)
	named.Pattern = p.Name
	for _, name := range append(n.names, n.invented(named)) {
		if name != "" && n.g.judge.matches(p.Name, name) {
			n.member(name, not(p.Schema))
		}
	}
}

// invented is a member's name that satisfies a schema, or "" when none is found.
func (n *negation) invented(named *contract.Schema) string {
	wants := []*contract.Schema{anyText(n.s)}
	if named != nil {
		wants = append(wants, named)
	}
	v, err := n.g.value(wants, "")
	name, _ := v.(string)
	if err != nil {
		return ""
	}
	return name
}

func (n *negation) logic() {
	s := n.s
	if s.Ref != "" || s.DynamicRef != "" {
		if target, err := n.g.c.Resolve(s); err == nil {
			n.add(not(target))
		}
	}
	for _, sub := range s.AllOf {
		n.add(not(sub))
	}
	if len(s.AnyOf) > 0 {
		n.add(nots(s.AnyOf)...)
	}
	n.oneOf()
	if s.Not != nil {
		n.add(s.Not)
	}
	if s.If != nil && s.Then != nil {
		n.add(s.If, not(s.Then))
	}
	if s.If != nil && s.Else != nil {
		n.add(not(s.If), not(s.Else))
	}
	for _, d := range s.DependentSchemas {
		there := made(s, d.Name)
		there.Types, there.Required = []string{"object"}, []string{d.Name}
		n.add(there, not(d.Schema))
	}
	n.unevaluated()
}

// oneOf fails when no branch holds, or two do.
func (n *negation) oneOf() {
	if len(n.s.OneOf) > 0 {
		n.add(nots(n.s.OneOf)...)
	}
	for i, a := range n.s.OneOf {
		for _, b := range n.s.OneOf[:i] {
			n.add(a, b)
		}
	}
}

func (n *negation) unevaluated() {
	s := n.s
	if s.UnevaluatedProperties != nil {
		n.anyName(true)
		n.undeclared(s.UnevaluatedProperties)
	}
	if s.UnevaluatedItems != nil {
		n.of("array", func(out *contract.Schema) {
			out.MinItems, out.Contains = intOf(len(s.PrefixItems)+1), not(s.UnevaluatedItems)
		})
	}
}

func nots(list []*contract.Schema) []*contract.Schema {
	out := make([]*contract.Schema, len(list))
	for i, s := range list {
		out[i] = not(s)
	}
	return out
}
