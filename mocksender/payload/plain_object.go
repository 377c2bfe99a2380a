package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// isPlainObject tells whether the members can be made one by one, independent of each other.
func (b *builder) isPlainObject(s *contract.Schema) bool {
	if len(s.Types) > 0 && !slices.Contains(s.Types, "object") || len(s.Properties) == 0 || s.Const != nil || s.Enum != nil {
		return false
	}
	always := alwaysThere(s)
	if s.MaxProperties != nil || s.MinProperties != nil && *s.MinProperties > b.fewestMembers(s, always) {
		return false
	}
	cannotBe := func(name string) bool {
		p := propertyOf(s, name)
		return p == nil || isNever(p) && !slices.Contains(s.Required, name)
	}
	return !slices.ContainsFunc(always, cannotBe) && !hasConditions(s) &&
		len(s.PatternProperties) == 0 && s.PropertyNames == nil
}

// fewestMembers is how many of the declared members are there at least; the profiles that leave out optional ones count
// only the others.
func (b *builder) fewestMembers(s *contract.Schema, always []string) int {
	if b.o.Profile == Minimal || b.o.Profile == Sparse {
		return len(always)
	}
	return len(s.Properties)
}

// alwaysThere lists the members that every payload has: those that are required, and, so that members stay independent of
// each other, those that dependentRequired asks for beside any declared one.
func alwaysThere(s *contract.Schema) []string {
	names := slices.Clone(s.Required)
	for _, trigger := range sortedNames(s.DependentRequired) {
		if p := propertyOf(s, trigger); !slices.Contains(s.Required, trigger) && (p == nil || isNever(p)) {
			continue // it is never there
		}
		for _, name := range s.DependentRequired[trigger] {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
