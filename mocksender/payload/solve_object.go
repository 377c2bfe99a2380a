package payload

import (
	"errors"
	"maps"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// memberPlan is what is known about an object's members while they are made.
type memberPlan struct {
	names     []string // all that are named, in document order
	needed    []string
	low, high int // number of members; high is -1 for no bound
	absent    map[string]bool
	made      map[string]any
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (g *solver) memberPlan(gl *goal) *memberPlan {
	p := &memberPlan{high: -1, absent: map[string]bool{}, made: map[string]any{}}
	note := func(names *[]string, name string) {
		if !slices.Contains(*names, name) {
			*names = append(*names, name)
		}
	}
	gl.each(func(s *contract.Schema) {
		for _, prop := range s.Properties {
			note(&p.names, prop.Name)
			if writeOnly(g.c, prop.Schema) {
				p.absent[prop.Name] = true
			}
		}
	})
	gl.each(func(s *contract.Schema) {
		for _, name := range s.Required {
			if !writeOnly(g.c, propertyOf(s, name)) {
				note(&p.needed, name)
				note(&p.names, name)
				delete(p.absent, name)
			}
		}
		if s.MinProperties != nil {
			p.low = max(p.low, *s.MinProperties)
		}
		if s.MaxProperties != nil && (p.high < 0 || *s.MaxProperties < p.high) {
			p.high = *s.MaxProperties
		}
	})
	p.needed = gl.withDependents(p.needed)
	for _, name := range p.needed {
		note(&p.names, name)
		delete(p.absent, name)
	}
	return p
}

// withDependents adds the names that dependentRequired asks for.
func (gl *goal) withDependents(names []string) []string {
	out := slices.Clone(names)
	for i := 0; i < len(out); i++ {
		gl.each(func(s *contract.Schema) {
			for _, name := range s.DependentRequired[out[i]] {
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		})
	}
	return out
}

// memberWants lists what the rules ask of the member called name.
func (g *solver) memberWants(gl *goal, name string) []*contract.Schema {
	var wants []*contract.Schema
	for at, r := range gl.rules {
		wants = append(wants, g.judge.declared(r.s, name)...)
		if r.s.UnevaluatedProperties != nil && !g.evaluatesName(gl, at, name) {
			wants = append(wants, r.s.UnevaluatedProperties)
		}
	}
	return wants
}

// evaluatesName tells whether a part of the rule looks at the member.
func (g *solver) evaluatesName(gl *goal, top int, name string) bool {
	for at, r := range gl.rules {
		if gl.within(at, top) && (len(g.judge.declared(r.s, name)) > 0 || at != top && r.s.UnevaluatedProperties != nil) {
			return true
		}
	}
	return false
}

// object makes the needed members and, in the first tries, all others that can be made.
func (g *solver) object(gl *goal, try int) (any, error) {
	p := g.memberPlan(gl)
	if p.high >= 0 && (p.low > p.high || len(p.needed) > p.high) {
		return nil, impossible(gl.place(), "it wants at least %d members and has room for %d", max(p.low, len(p.needed)), p.high)
	}
	if p.low > maxElements {
		return nil, unsolved(gl.place(), "it wants %d members, more than the %d that are made", p.low, maxElements)
	}
	for _, name := range p.names {
		if !slices.Contains(p.needed, name) && g.leftOut(gl, name, try) {
			p.absent[name] = true
		}
	}
	g.parts += len(p.names) - len(p.absent) // before the first of them grows
	for range len(p.names) + 1 {
		failed, err := g.members(gl, p)
		if err != nil {
			return nil, err
		}
		if failed == "" {
			break
		}
		p.absent[failed] = true
	}
	if err := g.fillUp(gl, p, try); err != nil {
		return nil, err
	}
	return g.tidied(gl, p), nil
}

// leftOut decides about an optional member: it is there at first, and by chance when that did not do.
func (g *solver) leftOut(gl *goal, name string, try int) bool {
	switch {
	case try == maxTries-1 || try > 2 && g.f.IntN(3) == 0:
		return true
	case !g.nameFits(gl, name):
		return true
	}
	wants := g.memberWants(gl, name)
	return slices.ContainsFunc(wants, isNever) || g.recursive(wants)
}

// nameFits asks propertyNames.
func (g *solver) nameFits(gl *goal, name string) bool {
	return !slices.ContainsFunc(gl.rules, func(r rule) bool { return r.s.PropertyNames != nil && !g.judge.accepts(r.s.PropertyNames, name) })
}

// chosen are the members that will be there: the needed ones and the optional ones
// that there is room for, each with what depends on it.
func (p *memberPlan) chosen(gl *goal) []string {
	out := slices.Clone(p.needed)
	for _, name := range p.names {
		if p.absent[name] || slices.Contains(out, name) {
			continue
		}
		with := gl.withDependents(append(slices.Clone(out), name))
		if p.high >= 0 && len(with) > p.high || slices.ContainsFunc(with, func(n string) bool { return p.absent[n] }) {
			continue
		}
		out = with
	}
	return out
}

// members makes the chosen members. It returns the name of an optional one that cannot be made.
func (g *solver) members(gl *goal, p *memberPlan) (failed string, err error) {
	chosen := p.chosen(gl)
	for name := range p.made {
		if !slices.Contains(chosen, name) {
			delete(p.made, name)
		}
	}
	for _, name := range chosen {
		if _, done := p.made[name]; done {
			continue
		}
		g.parts-- // it counts itself
		v, err := g.member(gl, name)
		if err == nil {
			p.made[name] = v
			continue
		}
		if _, known := errors.AsType[*unsolvedError](err); !known || g.steps < 0 || slices.Contains(p.needed, name) {
			return "", err
		}
		return name, nil
	}
	return "", nil
}

func (g *solver) member(gl *goal, name string) (any, error) {
	if !g.nameFits(gl, name) {
		return nil, impossible(gl.place(), "propertyNames does not allow the required name %q", name)
	}
	wants := g.memberWants(gl, name)
	if slices.ContainsFunc(wants, isNever) {
		return nil, impossible(gl.place(), "the required member %q is not allowed", name)
	}
	if len(wants) == 0 {
		wants = []*contract.Schema{anyText(gl.place())}
	}
	return g.value(wants, name)
}

// object puts the members in document order, invented ones last.
func (p *memberPlan) object() object {
	o := make(object, 0, len(p.made))
	for _, name := range p.names {
		if v, ok := p.made[name]; ok {
			o = append(o, member{name, v})
		}
	}
	for _, name := range sortedNames(p.made) {
		if !slices.Contains(p.names, name) {
			o = append(o, member{name, p.made[name]})
		}
	}
	return o
}

// fillUp adds members without a declared name: until there are enough, and a few
// to an object that is a map.
func (g *solver) fillUp(gl *goal, p *memberPlan, try int) error {
	want := p.low
	if try < 3 && gl.isMap() && g.depth < maxReach/4 && g.parts < manyParts {
		want = max(want, 1+g.f.IntN(2))
	}
	if p.high >= 0 {
		want = min(want, p.high)
	}
	var last error
	for attempt := 0; len(p.made) < want && attempt < 20+8*want; attempt++ {
		err := g.invent(gl, p, attempt)
		if _, known := errors.AsType[*unsolvedError](err); err != nil && (!known || g.steps < 0) {
			return err
		}
		if err != nil {
			last = err
		}
	}
	switch {
	case len(p.made) >= p.low:
		return nil
	case gl.isClosed(g):
		return impossible(gl.place(), "it wants %d members and only the declared ones are allowed", p.low)
	case last != nil:
		return unsolved(gl.place(), "it has no %d members: %v", p.low, last)
	}
	return unsolved(gl.place(), "it has no %d members", p.low)
}

// invent adds a member without a declared name, unless the name does not do.
func (g *solver) invent(gl *goal, p *memberPlan, attempt int) error {
	name, err := g.newName(gl, p, attempt)
	if err != nil {
		return err
	}
	if _, taken := p.made[name]; taken || p.absent[name] && attempt < 10 || !g.roomFor(gl, p, name) {
		return nil
	}
	v, err := g.member(gl, name)
	if err == nil {
		p.made[name] = v
	}
	return err
}

// roomFor tells whether what depends on a new member is there already.
func (g *solver) roomFor(gl *goal, p *memberPlan, name string) bool {
	return !slices.ContainsFunc(gl.withDependents([]string{name}), func(n string) bool {
		_, there := p.made[n]
		return n != name && !there
	})
}

// isMap tells that members are described but not named.
func (gl *goal) isMap() bool {
	described, named := false, false
	gl.each(func(s *contract.Schema) {
		described = described || len(s.PatternProperties) > 0 || s.AdditionalProperties != nil && s.AdditionalProperties.Boolean == nil
		named = named || len(s.Properties) > 0
	})
	return described && !named
}

// isClosed tells that no name is allowed but the declared ones.
func (gl *goal) isClosed(g *solver) bool {
	patterns := slices.ContainsFunc(gl.rules, func(r rule) bool { return len(r.s.PatternProperties) > 0 })
	return !patterns && slices.ContainsFunc(g.memberWants(gl, "\x00"), isNever)
}

// newName invents a member's name, by propertyNames, by patternProperties, or freely.
func (g *solver) newName(gl *goal, p *memberPlan, attempt int) (string, error) {
	wants := []*contract.Schema{anyText(gl.place())}
	var patterns []*contract.Schema
	gl.each(func(s *contract.Schema) {
		if s.PropertyNames != nil {
			wants = append(wants, s.PropertyNames)
		}
		for _, pattern := range s.PatternProperties {
			name := anyText(s)
			name.Pattern = pattern.Name
			patterns = append(patterns, name)
		}
	})
	if at := attempt % (len(patterns) + 1); at < len(patterns) {
		wants = append(wants, patterns[at])
	}
	if attempt%7 == 6 {
		for _, name := range p.names { // an optional one that was left out
			if _, there := p.made[name]; !there {
				return name, nil
			}
		}
	}
	if len(wants) == 1 {
		if attempt > 12 {
			return slug(g.f.Noun()) + g.f.DigitN(3), nil
		}
		return slug(g.f.Noun()), nil
	}
	if attempt > 6 {
		var taken []any
		for name := range p.made {
			taken = append(taken, name)
		}
		wants = append(wants, noneOf(gl.place(), taken))
	}
	v, err := g.value(wants, "")
	name, _ := v.(string)
	return name, err
}
