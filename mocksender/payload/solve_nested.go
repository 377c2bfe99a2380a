package payload

import (
	"regexp"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// array makes the elements: those of prefixItems, those that contains asks for, and a few more.
func (g *solver) array(s *contract.Schema, name string, depth int) (any, error) {
	low, high := g.arrayBounds(s, depth)
	if high < low {
		return nil, problem(s, "wants at least %d elements and at most %d", low, high)
	}
	n := low + g.f.IntN(high-low+1)
	items := []any{}
	for i := range n {
		v, err := g.element(s, items, i, name, depth)
		if err != nil {
			if i >= low {
				break
			}
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

// arrayBounds returns how many elements there may be.
func (g *solver) arrayBounds(s *contract.Schema, depth int) (low, high int) {
	low = len(s.PrefixItems)
	if depth < maxDepth {
		low = max(low, 1)
	}
	least, most := 0, -1
	if s.MinItems != nil {
		least = *s.MinItems
	}
	if s.Contains != nil {
		least = max(least, len(s.PrefixItems)+containsAtLeast(s))
	}
	if s.MaxItems != nil {
		most = *s.MaxItems
	}
	if closed := s.Items; closed != nil && closed.Boolean != nil && !*closed.Boolean {
		if most < 0 || most > len(s.PrefixItems) {
			most = len(s.PrefixItems)
		}
	}
	if low = max(low, least); most >= 0 && low > most {
		low = max(least, min(low, most))
	}
	if high = low + 2; most >= 0 && high > most {
		high = most
	}
	return low, high
}

func containsAtLeast(s *contract.Schema) int {
	if s.MinContains != nil {
		return *s.MinContains
	}
	return 1
}

// element makes one element, different from the others where they must be unique.
func (g *solver) element(s *contract.Schema, items []any, i int, name string, depth int) (any, error) {
	want := itemAt(s, i)
	if at := i - len(s.PrefixItems); s.Contains != nil && at >= 0 && at < containsAtLeast(s) {
		want = both(want, s.Contains)
	}
	if want == nil {
		want = &contract.Schema{Pos: s.Pos, Pointer: s.Pointer, Types: []string{"string"}}
	}
	for range maxTries {
		v, err := g.value(want, singular(name), depth+1)
		if err != nil {
			return nil, err
		}
		if !s.UniqueItems || !slices.ContainsFunc(items, func(w any) bool { return sameJSON(v, w) }) {
			return v, nil
		}
	}
	return nil, problem(s, "has no %d elements that differ", i+1)
}

func singular(name string) string {
	if len(name) > 3 && name[len(name)-1] == 's' {
		return name[:len(name)-1]
	}
	return name
}

func sameJSON(a, b any) bool {
	x, err := encoding{}.appendValue(nil, a)
	y, err2 := encoding{}.appendValue(nil, b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// object makes the required members, and the optional ones while the value is not deep.
func (g *solver) object(s *contract.Schema, depth int) (any, error) {
	o := object{}
	needed := neededNames(s)
	for _, p := range s.Properties {
		required := slices.Contains(needed, p.Name)
		if !required && (depth >= maxDepth || s.MaxProperties != nil && len(o)+missing(o, needed) >= *s.MaxProperties) {
			continue
		}
		v, err := g.value(g.memberSchema(s, p.Name, p.Schema), p.Name, depth+1)
		if err != nil {
			if required {
				return nil, err
			}
			continue
		}
		o = append(o, member{p.Name, v})
	}
	for _, name := range needed {
		if _, ok := o.get(name); ok {
			continue
		}
		v, err := g.value(g.memberSchema(s, name, nil), name, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	return g.fillUp(s, o, depth)
}

func missing(o object, needed []string) (n int) {
	for _, name := range needed {
		if _, ok := o.get(name); !ok {
			n++
		}
	}
	return n
}

// neededNames are the required names and those that dependentRequired adds for members that will be there.
func neededNames(s *contract.Schema) []string {
	needed := slices.Clone(s.Required)
	present := slices.Clone(needed)
	for _, p := range s.Properties {
		present = append(present, p.Name)
	}
	for i := 0; i < len(present); i++ {
		for _, name := range s.DependentRequired[present[i]] {
			if !slices.Contains(needed, name) {
				needed = append(needed, name)
				present = append(present, name)
			}
		}
	}
	return needed
}

// memberSchema is everything that the object's schema asks of one member.
func (g *solver) memberSchema(s *contract.Schema, name string, declared *contract.Schema) *contract.Schema {
	want := declared
	for _, p := range s.PatternProperties {
		if re, err := regexp.Compile(translateECMA(p.Name)); err == nil && re.MatchString(name) {
			want = both(want, p.Schema)
		}
	}
	if want == nil {
		want = s.AdditionalProperties
	}
	if want == nil || want.Boolean != nil && *want.Boolean {
		want = &contract.Schema{Pos: s.Pos, Pointer: s.Pointer, Types: []string{"string"}}
	}
	return want
}

// fillUp adds members without a declared name until there are enough.
func (g *solver) fillUp(s *contract.Schema, o object, depth int) (any, error) {
	for try := 0; s.MinProperties != nil && len(o) < *s.MinProperties; try++ {
		if try > maxTries+*s.MinProperties {
			return nil, problem(s, "has no %d members", *s.MinProperties)
		}
		name, err := g.memberName(s)
		if err != nil {
			return nil, err
		}
		if _, ok := o.get(name); ok {
			continue
		}
		v, err := g.value(g.memberSchema(s, name, nil), name, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	return o, nil
}

func (g *solver) memberName(s *contract.Schema) (string, error) {
	if s.PropertyNames != nil {
		names := both(s.PropertyNames, &contract.Schema{Pos: s.Pos, Pointer: s.Pointer, Types: []string{"string"}})
		v, err := g.value(names, "", 0)
		name, _ := v.(string)
		return name, err
	}
	if closed := s.AdditionalProperties; len(s.PatternProperties) > 0 && closed != nil && closed.Boolean != nil && !*closed.Boolean {
		return g.patterned(&contract.Schema{Pos: s.Pos, Pointer: s.Pointer, Pattern: s.PatternProperties[0].Name}, 0, -1)
	}
	return slug(g.f.Word()), nil
}
