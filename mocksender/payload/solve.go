package payload

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const (
	maxDepth   = 6       // how deep annotations are looked for below an array
	maxReach   = 128     // how deep a value may nest
	maxTries   = 24      // how often a value is made anew when the judge refuses it
	maxLeaves  = 16      // how many refusals make the solver build in what must not hold
	maxRules   = 2000    // how many schemas may hold together for one value
	solveSteps = 200_000 // what one value may cost; about a second on a slow machine
	manyParts  = 400     // from how many parts on a value stops growing
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

	steps  int // what is left
	parts  int // how many parts the value has so far
	depth  int
	leaves int // refusals since the search began
	open   []*contract.Schema
}

func newSolver(c *contract.Contract, f *gofakeit.Faker) *solver {
	return &solver{c: c, f: f, judge: &judge{c: c, matchers: map[string]matcher{}}}
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
	why, ok := errors.AsType[*unsolvedError](err)
	switch {
	case !ok:
		return v, err
	case why.never:
		return nil, problem(s, "nothing satisfies this schema: %s", where(s, why))
	}
	return nil, problem(s, "no value found for this schema (there may be one; x-faker can make it): %s", where(s, why))
}

// find is solve with an *unsolvedError.
func (g *solver) find(s *contract.Schema, name string) (any, error) {
	g.steps, g.parts, g.depth, g.open, g.judge.steps = solveSteps, 0, 0, g.open[:0], 0
	v, err := g.value([]*contract.Schema{s}, name)
	if err == nil && !g.confirmed(s, v) {
		err = unsolved(s, "the value that was found for it does not pass the validator")
	}
	return v, err
}

func where(s *contract.Schema, why *unsolvedError) string {
	if why.at == nil || why.at.Pointer == s.Pointer {
		return why.message
	}
	return why.at.Pointer + " (" + why.at.Pos.String() + "): " + why.message
}

// confirmed asks the contract's validator about values of schemas that are not plain.
func (g *solver) confirmed(s *contract.Schema, v any) bool {
	if s.Value == nil {
		return g.judge.accepts(s, v)
	}
	if isPlainLeaf(s) {
		return true
	}
	data, err := encoding{}.appendValue(nil, v)
	return err == nil && len(g.c.ValidateAt(s, data)) == 0
}

// valid tells whether a value satisfies a schema of the contract.
func (g *solver) valid(s *contract.Schema, v any) bool { return g.judge.accepts(s, v) }

// isPlainLeaf tells whether a schema has nothing that could go wrong.
func isPlainLeaf(s *contract.Schema) bool {
	return s.Ref == "" && s.DynamicRef == "" && !hasConditions(s) && len(s.Types) > 0 && s.Pattern == "" &&
		!slices.Contains(s.Types, "object") && !slices.Contains(s.Types, "array") && s.MultipleOf == nil
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

// annotated makes the value by an x-faker annotation, where there is one whose values fit.
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
	return nil, false
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
	limit := 2
	if g.parts > manyParts/4 {
		limit = 1
	}
	gl, err := g.newGoal(want, false)
	return err == nil && g.repeats(gl.targets) >= limit
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
	for try := range tries {
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
func (gl *goal) hint() (hint string) {
	gl.each(func(s *contract.Schema) {
		switch {
		case hint != "":
		case s.Properties != nil || s.Required != nil || s.AdditionalProperties != nil || s.MinProperties != nil ||
			s.PropertyNames != nil || s.PatternProperties != nil || s.UnevaluatedProperties != nil || s.DependentRequired != nil:
			hint = "object"
		case s.Items != nil || s.PrefixItems != nil || s.MinItems != nil || s.Contains != nil || s.UniqueItems || s.UnevaluatedItems != nil:
			hint = "array"
		case s.Minimum != nil || s.Maximum != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil || s.MultipleOf != nil:
			hint = "number"
		case s.Pattern != "" || s.Format != "" || s.MinLength != nil || s.MaxLength != nil || s.ContentEncoding != "" || s.ContentMediaType != "":
			hint = "string"
		}
	})
	return hint
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
