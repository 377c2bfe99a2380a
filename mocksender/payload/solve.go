package payload

import (
	"encoding/json"
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const (
	maxDepth = 6  // how deep optional parts go
	maxReach = 64 // how deep required parts may go before the schema counts as endless
	maxTries = 64 // how often a value is made anew when a rule that cannot be built in refuses it
)

// solver makes single values that satisfy a schema. Rules that it cannot build in
// (oneOf's exactly-one, not, if …) are checked by the contract's validator, and
// the value is made again until they hold.
type solver struct {
	c *contract.Contract
	f *gofakeit.Faker
}

// solve makes a value and checks it when the schema has rules that need it.
func (g *solver) solve(s *contract.Schema, name string) (any, error) {
	hard := needsCheck(g.c, s, map[string]bool{})
	var last error
	for range maxTries {
		v, err := g.value(s, name, 0)
		if err != nil {
			last = err
			continue
		}
		if !hard || g.valid(s, v) {
			return v, nil
		}
		last = problem(s, "no value found in %d tries that satisfies it", maxTries)
	}
	return nil, last
}

func (g *solver) valid(s *contract.Schema, v any) bool {
	data, err := encoding{}.appendValue(nil, v)
	return err == nil && len(g.c.ValidateAt(s, data)) == 0
}

// needsCheck tells whether a schema holds a rule that the solver does not build in.
func needsCheck(c *contract.Contract, s *contract.Schema, seen map[string]bool) bool {
	if s == nil || seen[s.Pointer] && s.Pointer != "" {
		return false
	}
	seen[s.Pointer] = true
	if len(s.OneOf) > 0 || s.Not != nil || s.If != nil || s.Contains != nil || s.UniqueItems ||
		len(s.AllOf) > 0 || len(s.AnyOf) > 0 || s.UnevaluatedProperties != nil || s.UnevaluatedItems != nil ||
		len(s.DependentSchemas) > 0 || len(s.PatternProperties) > 0 || s.PropertyNames != nil {
		return true
	}
	if s.Ref != "" {
		target, err := c.Resolve(s)
		return err == nil && needsCheck(c, target, seen)
	}
	below := append([]*contract.Schema{s.Items, s.AdditionalProperties}, s.PrefixItems...)
	for _, p := range s.Properties {
		below = append(below, p.Schema)
	}
	return slices.ContainsFunc(below, func(sub *contract.Schema) bool { return needsCheck(c, sub, seen) })
}

// value makes a value for the schema; name is the field it stands in.
func (g *solver) value(s *contract.Schema, name string, depth int) (any, error) {
	if depth > maxReach {
		return nil, problem(s, "its required parts contain themselves without end")
	}
	s, err := flatten(g.c, s)
	if err != nil {
		return nil, err
	}
	if s.Boolean != nil {
		if !*s.Boolean {
			return nil, problem(s, "nothing satisfies the schema false")
		}
		return g.f.Word(), nil
	}
	switch {
	case s.Const != nil:
		return plain(s.Const), nil
	case len(s.Enum) > 0:
		return plain(s.Enum[g.f.IntN(len(s.Enum))]), nil
	case len(s.OneOf) > 0:
		return g.branch(s, s.OneOf, name, depth)
	case len(s.AnyOf) > 0:
		return g.branch(s, s.AnyOf, name, depth)
	case s.If != nil:
		return g.conditional(s, name, depth)
	}
	return g.typed(s, name, depth)
}

// branch chooses one of the alternatives and asks for it beside the rest of the schema.
func (g *solver) branch(s *contract.Schema, branches []*contract.Schema, name string, depth int) (any, error) {
	rest := *s
	if len(s.OneOf) > 0 {
		rest.OneOf = nil
	} else {
		rest.AnyOf = nil
	}
	var last error
	from := g.f.IntN(len(branches))
	for i := range branches {
		branch := branches[(from+i)%len(branches)]
		v, err := g.value(both(&rest, branch), name, depth+1)
		if err == nil {
			return v, nil
		}
		last = err
	}
	return nil, last
}

// conditional takes the then branch, or the else branch, in turn by chance; the check tells whether it was right.
func (g *solver) conditional(s *contract.Schema, name string, depth int) (any, error) {
	rest := *s
	rest.If, rest.Then, rest.Else = nil, nil, nil
	if g.f.Bool() {
		return g.value(both(both(&rest, s.If), s.Then), name, depth+1)
	}
	return g.value(both(&rest, s.Else), name, depth+1)
}

func (g *solver) typed(s *contract.Schema, name string, depth int) (any, error) {
	switch t := g.chooseType(s); t {
	case "null":
		return nil, nil //nolint:nilnil // null is the value
	case "boolean":
		return g.f.Bool(), nil
	case "integer", "number":
		return g.number(s, name, t == "integer")
	case "array":
		return g.array(s, name, depth)
	case "object":
		return g.object(s, depth)
	default:
		return g.text(s, name)
	}
}

// chooseType prefers a type that is not null; without `type` the keywords tell.
func (g *solver) chooseType(s *contract.Schema) string {
	types := slices.DeleteFunc(slices.Clone(s.Types), func(t string) bool { return t == "null" })
	switch {
	case len(types) > 0:
		return types[g.f.IntN(len(types))]
	case len(s.Types) > 0:
		return "null"
	case len(s.Properties) > 0 || len(s.Required) > 0 || s.AdditionalProperties != nil || s.MinProperties != nil ||
		s.PropertyNames != nil || len(s.PatternProperties) > 0 || s.UnevaluatedProperties != nil:
		return "object"
	case s.Items != nil || len(s.PrefixItems) > 0 || s.MinItems != nil || s.Contains != nil || s.UniqueItems:
		return "array"
	case s.Minimum != nil || s.Maximum != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil || s.MultipleOf != nil:
		return "number"
	}
	return "string"
}

// plain turns a value of the document into one that can be encoded.
func plain(v *contract.Value) any {
	switch v.Kind {
	case contract.Null:
		return nil
	case contract.Bool:
		return v.Text == "true"
	case contract.Number:
		return json.Number(v.Text)
	case contract.String:
		return v.Text
	case contract.Array:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			items[i] = plain(item)
		}
		return items
	}
	o := make(object, len(v.Fields))
	for i, f := range v.Fields {
		o[i] = member{f.Name, plain(f.Value)}
	}
	return o
}
