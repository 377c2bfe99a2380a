package payload

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const (
	maxReach   = 128     // how deep a value may nest
	maxTries   = 24      // how often a value is made anew when the judge refuses it
	maxLeaves  = 16      // how many refusals make the solver build in what must not hold
	maxRules   = 2000    // how many schemas may hold together for one value
	solveSteps = 200_000 // what one value may cost; about a second on a slow machine
	manyParts  = 400     // from how many parts on a value stops growing

	validatedBytes = 16 // how many bytes the validator reads while the solver makes a step
)

// solver makes single values that satisfy a schema: any of JSON Schema 2020-12.
// It takes the schema apart into rules that hold together and choices, builds a
// value that the rules describe, and lets a [judge] look at what cannot be built
// in; choices are searched until a value is found, all are tried, or the steps
// are used up. It is for one goroutine.
type solver struct {
	c     *contract.Contract
	f     *gofakeit.Faker
	judge *judge
	maker func(annotation *contract.Value) maker // makes values by annotations; nil for none
	// examples tells that what the document gives as an example is taken where it fits.
	examples bool

	patterns map[string]*pattern // read before; nil for one that cannot be
	above    []*contract.Schema  // what the values stand in
	around   []string            // the names of what the value under way stands in; see [field]
	currency string              // that of all amounts of the value under way; "" for none yet
	clock    time.Time           // when the run starts; the zero time for no matter when

	steps  int // what is left
	parts  int // how many parts the value has so far
	depth  int
	leaves int // refusals since the search began
	open   []*contract.Schema
}

func newSolver(c *contract.Contract, f *gofakeit.Faker) *solver {
	return &solver{c: c, f: f, judge: newJudge(c), patterns: map[string]*pattern{}}
}

// unsolvedError says why there is no value: because nothing satisfies the schema,
// or because none was found.
type unsolvedError struct {
	at      *contract.Schema
	message string
	never   bool
}

func (e *unsolvedError) Error() string { return e.message }

func impossible(s *contract.Schema, format string, args ...any) error {
	return &unsolvedError{at: s, message: fmt.Sprintf(format, args...), never: true}
}

func unsolved(s *contract.Schema, format string, args ...any) error {
	return &unsolvedError{at: s, message: fmt.Sprintf(format, args...)}
}

// isImpossible tells whether an error proves that there is no value.
func isImpossible(err error) bool {
	e, ok := errors.AsType[*unsolvedError](err)
	return ok && e.never
}

// solve makes a value for a schema; name is the field it stands in. The error is
// a *contract.LoadError that says whether nothing satisfies the schema or no
// value was found.
func (g *solver) solve(s *contract.Schema, name string) (any, error) {
	v, err := g.find(s, name)
	return v, g.explain(s, err)
}

// explain gives an error of find its place.
func (g *solver) explain(s *contract.Schema, err error) error {
	why, ok := errors.AsType[*unsolvedError](err)
	switch {
	case !ok:
		return err
	case why.never:
		return problem(s, "nothing satisfies this schema: %s", where(s, why))
	}
	return problem(s, "no value found for this schema (there may be one; x-faker can make it): %s", where(s, why))
}

// find is solve with an *unsolvedError.
func (g *solver) find(s *contract.Schema, name string) (any, error) {
	g.steps, g.parts, g.depth, g.judge.steps, g.currency = solveSteps, 0, 0, 0, ""
	g.open = append(g.open[:0], g.above...)
	v, err := g.value([]*contract.Schema{s}, name)
	if err == nil {
		err = g.confirm(s, v)
	}
	return v, err
}

func where(s *contract.Schema, why *unsolvedError) string {
	if why.at == nil || why.at.Pointer == s.Pointer {
		return why.message
	}
	return why.at.Pointer + " (" + why.at.Pos.String() + "): " + why.message
}

// confirm asks the contract's validator about values of schemas that are not plain.
func (g *solver) confirm(s *contract.Schema, v any) error {
	if s.Value == nil {
		if !g.judge.accepts(s, v) {
			return unsolved(s, "the value that was found for it does not satisfy it")
		}
		return nil
	}
	if isPlainLeaf(s) {
		return nil
	}
	data, err := encoding{}.appendValue(nil, v)
	if err != nil {
		return err
	}
	g.steps -= len(data) / validatedBytes
	if found := g.c.ValidateAt(s, data); len(found) > 0 {
		return unsolved(s, "the value that was found for it does not pass the validator: %s", found[0].Message)
	}
	return nil
}

// valid tells whether a value satisfies a schema of the contract.
func (g *solver) valid(s *contract.Schema, v any) bool { return g.judge.accepts(s, v) }

// isPlainLeaf tells whether a schema has nothing that the judge could read otherwise.
func isPlainLeaf(s *contract.Schema) bool {
	if s.Boolean != nil || s.Ref != "" || s.DynamicRef != "" || hasConditions(s) || len(s.Types) == 0 || s.MultipleOf != nil ||
		slices.Contains(s.Types, "object") {
		return false
	}
	if !slices.Contains(s.Types, "array") {
		return true
	}
	return len(s.PrefixItems) == 0 && s.Contains == nil && s.UnevaluatedItems == nil && !s.UniqueItems && s.Items != nil && isPlainLeaf(s.Items)
}

// spend uses steps up and reports an error when there are none left.
func (g *solver) spend(gl *goal, n int) error {
	g.steps -= n + g.judge.steps
	g.judge.steps = 0
	if g.steps >= 0 {
		return nil
	}
	return unsolved(gl.place(), "it takes too many tries")
}

// value makes a value that satisfies all of the schemas.
func (g *solver) value(want []*contract.Schema, name string) (any, error) {
	if g.depth++; g.depth > maxReach {
		g.depth--
		return nil, unsolved(want[0], "its required parts go deeper than %d levels", maxReach)
	}
	defer func(leaves int) { g.depth--; g.leaves = leaves }(g.leaves)
	var last error
	for _, eager := range []bool{false, true} {
		gl, err := g.newGoal(want, eager)
		if err != nil {
			return nil, err
		}
		if err := g.enter(gl); err != nil {
			return nil, err
		}
		g.leaves = 0
		parts := g.parts
		v, err := g.search(gl, name)
		g.open = g.open[:len(g.open)-len(gl.targets)]
		if err == nil {
			return v, nil
		}
		g.parts = parts
		if last = err; g.steps < 0 || !gl.hard || isImpossible(err) && eager {
			break
		}
	}
	return nil, last
}

// annotated makes the value by an x-faker annotation or takes an example, where there is one that fits.
func (g *solver) annotated(gl *goal) (any, bool) {
	if g.maker == nil {
		return nil, false
	}
	for _, r := range gl.rules {
		m := g.maker(r.s.Faker)
		for range 4 {
			if m == nil {
				break
			}
			v, err := m(g.f, nil)
			if v = retype(r.s, v); err == nil && !slices.ContainsFunc(gl.want, func(s *contract.Schema) bool { return !g.judge.accepts(s, v) }) {
				return v, true
			}
		}
	}
	return g.exampleOf(gl)
}

// enter notes what references led to, and refuses what stands in itself too often.
func (g *solver) enter(gl *goal) error {
	limit := 4
	if g.parts > manyParts {
		limit = 1
	}
	if g.repeats(gl.targets) >= limit {
		if len(gl.want) == 1 && limit > 1 { // a value would hold a smaller one of the same goal, and so without end
			return impossible(gl.place(), "its required parts contain themselves without end")
		}
		return unsolved(gl.place(), "its required parts contain themselves too often")
	}
	g.open = append(g.open, gl.targets...)
	g.parts++
	return g.spendOrLeave(gl)
}

func (g *solver) spendOrLeave(gl *goal) error {
	err := g.spend(gl, 1)
	if err != nil {
		g.open = g.open[:len(g.open)-len(gl.targets)]
	}
	return err
}

// search makes the open choices one by one until a value is found.
func (g *solver) search(gl *goal, name string) (any, error) {
	if err := g.spend(gl, 1); err != nil {
		return nil, err
	}
	if types := gl.types(); types != nil && len(types) == 0 {
		return nil, impossible(gl.place(), "its parts allow no type in common")
	}
	if v, ok := g.annotated(gl); ok {
		return v, nil
	}
	if candidates, found := gl.literals(); found {
		return g.fromLiterals(gl, candidates)
	}
	if len(gl.choices) == 0 {
		return g.build(gl, name)
	}
	return g.choose(gl, name)
}

// choose tries the alternatives of the first open choice.
func (g *solver) choose(gl *goal, name string) (any, error) {
	ch := gl.choices[0]
	order := g.orderOf(ch)
	proof := true
	var last error
	for _, i := range order {
		next := gl.clone()
		next.choices = slices.Clone(gl.choices[1:])
		err := g.addAll(next, ch.alternatives[i], ch.parent)
		if err == nil {
			var v any
			if v, err = g.search(next, name); err == nil {
				return v, nil
			}
		}
		if _, known := errors.AsType[*unsolvedError](err); !known || g.steps < 0 || g.leaves > maxLeaves && !gl.eager {
			return nil, err
		}
		proof = proof && isImpossible(err)
		last = err
	}
	if proof && len(order) > 0 {
		why, _ := errors.AsType[*unsolvedError](last)
		return nil, impossible(gl.place(), "none of its %d alternatives can be satisfied, the last one because %s: %s", len(order), why.at.Pointer, why.message)
	}
	return nil, last
}

// orderOf shuffles the alternatives, and takes fewer references first when the value is deep.
func (g *solver) orderOf(ch choice) []int {
	order := make([]int, len(ch.alternatives))
	for i := range order {
		order[i] = i
	}
	if ch.inOrder {
		return order
	}
	for i := range order {
		k := i + g.f.IntN(len(order)-i)
		order[i], order[k] = order[k], order[i]
	}
	if g.parts > manyParts/8 || g.depth > 8 {
		slices.SortStableFunc(order, func(a, b int) int { return refsIn(ch.alternatives[a]) - refsIn(ch.alternatives[b]) })
	}
	return order
}

func refsIn(list []*contract.Schema) (n int) {
	for _, s := range list {
		if s.Ref != "" || s.DynamicRef != "" {
			n++
		}
	}
	return n
}

func (g *solver) addAll(gl *goal, list []*contract.Schema, parent int) error {
	for _, s := range list {
		if err := g.add(gl, s, parent); err != nil {
			return err
		}
	}
	return g.exclude(gl)
}
