package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

func (j *judge) nested(s *contract.Schema, v any, out *seen) bool {
	switch v := v.(type) {
	case []any:
		return j.array(s, v, out)
	case object:
		return j.object(s, v, out)
	}
	return true
}

func (j *judge) array(s *contract.Schema, v []any, out *seen) bool {
	if s.MinItems != nil && len(v) < *s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems || s.UniqueItems && !allDiffer(v) {
		return false
	}
	matched := 0
	for i, item := range v {
		j.steps++
		if want := itemAt(s, i); want != nil {
			if !j.judge(want, item, nil) {
				return false
			}
			out.item(i)
		}
		if s.Contains != nil && j.judge(s.Contains, item, nil) {
			matched++
			out.item(i)
		}
	}
	return s.Contains == nil || matched >= containsAtLeast(s) && (s.MaxContains == nil || matched <= *s.MaxContains)
}

func allDiffer(v []any) bool {
	for i := range v {
		if slices.ContainsFunc(v[:i], func(w any) bool { return equalJSON(v[i], w) }) {
			return false
		}
	}
	return true
}

func (j *judge) object(s *contract.Schema, v object, out *seen) bool {
	if s.MinProperties != nil && len(v) < *s.MinProperties || s.MaxProperties != nil && len(v) > *s.MaxProperties {
		return false
	}
	for _, name := range s.Required {
		if _, there := v.get(name); !there && !writeOnly(j.c, propertyOf(s, name)) {
			return false
		}
	}
	for name, needs := range s.DependentRequired {
		if _, there := v.get(name); there && slices.ContainsFunc(needs, func(n string) bool { _, ok := v.get(n); return !ok }) {
			return false
		}
	}
	for _, m := range v {
		if !j.member(s, m, out) {
			return false
		}
	}
	return true
}

func (j *judge) member(s *contract.Schema, m member, out *seen) bool {
	j.steps++
	if s.PropertyNames != nil && !j.judge(s.PropertyNames, m.name, nil) {
		return false
	}
	wants := j.declared(s, m.name)
	for _, want := range wants {
		if !j.judge(want, m.value, nil) {
			return false
		}
	}
	if len(wants) > 0 {
		out.name(m.name)
	}
	return true
}

// declared lists what a schema's own keywords ask of the member called name.
func (j *judge) declared(s *contract.Schema, name string) []*contract.Schema {
	var wants []*contract.Schema
	if p := propertyOf(s, name); p != nil {
		wants = append(wants, p)
	}
	for _, p := range s.PatternProperties {
		if j.matches(p.Name, name) {
			wants = append(wants, p.Schema)
		}
	}
	if len(wants) == 0 && s.AdditionalProperties != nil {
		wants = append(wants, s.AdditionalProperties)
	}
	return wants
}
