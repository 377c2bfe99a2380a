package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// kinOf lists a schema and what its references lead to, through an allOf around a
// single one too, which is how OpenAPI 3.0 adds something to a reference.
func kinOf(c *contract.Contract, s *contract.Schema) []*contract.Schema {
	kin := []*contract.Schema{s}
	for range maxChain {
		if s.Ref == "" && s.DynamicRef == "" && len(s.AllOf) == 1 {
			s = s.AllOf[0]
			continue
		}
		target, err := c.Resolve(s)
		if err != nil || slices.Contains(kin, target) {
			break
		}
		kin, s = append(kin, target), target
	}
	return kin
}

// kinAbove are the schemas that a node stands in.
func (n *node) kinAbove() (above []*contract.Schema) {
	for p := n.parent; p != nil; p = p.parent {
		above = append(above, p.kin...)
	}
	return above
}

// repeats tells that the same schema stands above: the solver ends the recursion.
func (n *node) repeats() bool {
	isKin := func(s *contract.Schema) bool { return slices.Contains(n.kin, s) }
	for p := n.parent; p != nil; p = p.parent {
		if p.schema.Pointer == n.schema.Pointer && p.schema.Pos == n.schema.Pos || slices.ContainsFunc(p.kin, isKin) {
			return true
		}
	}
	return false
}

// repeats tells how often one of the targets is already open above.
func (g *solver) repeats(targets []*contract.Schema) (most int) {
	for _, t := range targets {
		n := 0
		for _, o := range g.open {
			if o == t {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// recursive tells whether an optional part is left out, since what it is stands
// above already or the value is large.
func (g *solver) recursive(want []*contract.Schema) bool {
	if g.depth > maxReach/2 || g.parts > 4*manyParts {
		return true
	}
	gl, err := g.newGoal(want, false)
	if err != nil || len(gl.targets) == 0 {
		return false
	}
	limit := 2
	switch {
	case g.unfolded():
		limit = 0
	case g.parts > manyParts/4:
		limit = 1
	}
	return g.repeats(gl.targets) >= limit
}

// unfolded tells that the value stands in one of its own kind: there it shows what
// it has itself, and no more of what it refers to.
func (g *solver) unfolded() bool {
	for i, s := range g.open {
		if slices.Contains(g.open[:i], s) {
			return true
		}
	}
	return false
}
