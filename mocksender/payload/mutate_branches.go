package payload

import (
	"encoding/json"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// otherThan is a value of a constant's type that it is not.
func otherThan(v *contract.Value) any {
	switch v.Kind {
	case contract.Null:
		return "not null"
	case contract.Bool:
		return v.Text != "true"
	case contract.Number:
		if v.Text == "1" {
			return json.Number("2")
		}
		return json.Number("1")
	case contract.String:
		return v.Text + "-other"
	case contract.Array:
		return append(plain(v).([]any), "unexpected")
	}
	return append(plain(v).(object), member{"unexpected", true})
}

// breakingTogether lists values that schemas which hold together may refuse; the validator says which of them does.
func breakingTogether(s *contract.Schema, steps []string) []candidate {
	if len(s.AnyOf) == 0 && len(s.OneOf) == 0 && s.Not == nil && s.If == nil {
		return nil
	}
	var all []candidate
	for _, other := range []struct {
		note string
		v    any
	}{
		{"an object that no alternative describes", object{{"unexpected", true}}}, {"an empty object", object{}}, {"text", "text"}, {"a list", []any{"text"}},
		{"true", true}, {"a number", json.Number("1.5")}, {"null", nil},
	} {
		if !isOneOf(s.Types, other.v) {
			continue // [wrongType] breaks the type
		}
		c := change(steps, "", other.note, other.v)
		c.loose = true
		all = append(all, c)
	}
	return all
}

// inBranches lists what breaks the alternative that a value follows. What else it may fit then, the validator says.
func (g *Generator) inBranches(s *contract.Schema, v any, steps []string, find finder) []candidate {
	var all []candidate
	for _, branch := range slices.Concat(s.AnyOf, s.OneOf) {
		data, err := encoding{}.appendValue(nil, v)
		if err != nil || branch.Value == nil || len(g.c.ValidateAt(branch, data)) > 0 {
			continue
		}
		for _, c := range g.candidates(branch, v, steps, find) {
			c.loose = true
			all = append(all, c)
		}
	}
	return all
}
