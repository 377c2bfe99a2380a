package payload

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// literals returns the shortest list of values that const or enum leave.
func (gl *goal) literals() (list []*contract.Value, found bool) {
	gl.each(func(s *contract.Schema) {
		if s.Const != nil && (!found || len(list) > 1) {
			list, found = []*contract.Value{s.Const}, true
		}
		if s.Enum != nil && (!found || len(list) > len(s.Enum)) {
			list, found = s.Enum, true
		}
	})
	return list, found
}

// fromLiterals chooses among the values that the whole goal accepts, null last.
func (g *solver) fromLiterals(gl *goal, list []*contract.Value) (any, error) {
	var fit []any
	nulls := false
	for _, c := range list {
		v := plain(c)
		if !g.fits(gl, v) {
			continue
		}
		if v == nil {
			nulls = true
			continue
		}
		fit = append(fit, v)
	}
	switch {
	case len(fit) > 0:
		return fit[g.f.IntN(len(fit))], g.spend(gl, len(list))
	case nulls:
		return nil, nil //nolint:nilnil // null is the value
	}
	return nil, impossible(gl.place(), "none of the values that const and enum leave satisfies the rest")
}

// fits judges a value by what was asked for and by the choices made.
func (g *solver) fits(gl *goal, v any) bool {
	if slices.ContainsFunc(gl.want, func(s *contract.Schema) bool { return !g.judge.accepts(s, v) }) {
		return false
	}
	return !slices.ContainsFunc(gl.rules, func(r rule) bool { return r.parent < 0 && !g.judge.accepts(r.s, v) })
}

// build makes a value for rules without choices, trying the types in a plausible order.
func (g *solver) build(gl *goal, name string) (any, error) {
	var last error
	proof := true
	for _, t := range g.typeOrder(gl) {
		v, err := g.buildOf(gl, t, name)
		if err == nil {
			return v, nil
		}
		if _, known := errors.AsType[*unsolvedError](err); !known || g.steps < 0 {
			return nil, err
		}
		proof = proof && isImpossible(err)
		last = err
	}
	if why, ok := errors.AsType[*unsolvedError](last); ok && !proof && why.never {
		return nil, unsolved(why.at, "%s", why.message)
	}
	return nil, last
}

// buildOf makes a value of one type, again and again until the judge accepts it.
func (g *solver) buildOf(gl *goal, t, name string) (any, error) {
	tries := 1
	if gl.hard {
		tries = maxTries
	}
	parts := g.parts
	for try := range tries {
		g.parts = parts
		v, err := g.typed(gl, t, name, try)
		if err != nil {
			return nil, err
		}
		if !gl.hard || g.fits(gl, v) {
			return v, nil
		}
		if err := g.spend(gl, 1); err != nil {
			return nil, err
		}
		if g.leaves++; g.leaves > maxLeaves && !gl.eager {
			break
		}
		if t == "null" {
			break
		}
	}
	return nil, unsolved(gl.place(), "no %s found in %d tries that satisfies it", t, tries)
}

func (g *solver) typed(gl *goal, t, name string, try int) (any, error) {
	switch t {
	case "null":
		return nil, nil //nolint:nilnil // null is the value
	case "boolean":
		return (g.f.Bool() || try == maxTries-1) && try != maxTries-2, nil
	case "integer", "number":
		return g.number(gl, name, t == "integer", try)
	case "array":
		return g.array(gl, name, try)
	case "object":
		g.around = append(g.around, name)
		defer func() { g.around = g.around[:len(g.around)-1] }()
		return g.object(gl, try)
	default:
		return g.text(gl, name, try)
	}
}

// typeOrder lists the allowed types: without `type` the keywords tell which is meant, and null comes last.
func (g *solver) typeOrder(gl *goal) []string {
	types := slices.Clone(gl.types())
	for i := range types { // a fair order
		k := i + g.f.IntN(len(types)-i)
		types[i], types[k] = types[k], types[i]
	}
	if gl.types() == nil {
		types = []string{"string", "object", "array", "number", "boolean", "null"}
	}
	hint := gl.hint()
	slices.SortStableFunc(types, func(a, b string) int { return rankOf(a, hint) - rankOf(b, hint) })
	return types
}

func rankOf(t, hint string) int {
	switch t {
	case "null":
		return 2
	case hint:
		return 0
	}
	return 1
}

// hint is the type that the keywords are about.
func (gl *goal) hint() string {
	for _, r := range gl.rules {
		switch s := r.s; {
		case aboutObjects(s):
			return "object"
		case s.Items != nil || s.PrefixItems != nil || s.MinItems != nil || s.Contains != nil || s.UniqueItems || s.UnevaluatedItems != nil:
			return "array"
		case s.Minimum != nil || s.Maximum != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil || s.MultipleOf != nil:
			return "number"
		case aboutText(s):
			return "string"
		}
	}
	return ""
}

func aboutObjects(s *contract.Schema) bool {
	return s.Properties != nil || s.Required != nil || s.AdditionalProperties != nil || s.MinProperties != nil ||
		s.PropertyNames != nil || s.PatternProperties != nil || s.UnevaluatedProperties != nil || s.DependentRequired != nil
}

func aboutText(s *contract.Schema) bool {
	return s.Pattern != "" || s.Format != "" || s.MinLength != nil || s.MaxLength != nil || s.ContentEncoding != "" || s.ContentMediaType != "" || s.ContentSchema != nil
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
