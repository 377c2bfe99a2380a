package payload

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maxNodes is from how many places on a payload does not follow optional references.
const maxNodes = 1000

// maxUnrolled is how many elements an annotated array may have.
const maxUnrolled = 16

// Compile compiles the payload of an event. What the contract gets wrong comes as
// a [*contract.LoadError] with every place; an unknown event as
// [*contract.UnknownEventError]. An event without a body compiles to a plan that
// appends nothing.
func Compile(c *contract.Contract, event string, o Options) (*Plan, error) {
	if o.Time.IsZero() {
		return nil, errors.New("payload: Options.Time is missing")
	}
	e, err := c.Event(event)
	if err != nil {
		return nil, err
	}
	schema, err := c.Payload(e.Name)
	if err != nil {
		return nil, err
	}
	b := newBuilder(c, e, o)
	plan := &Plan{event: e.Name, seed: mix(o.Seed), key: keyOf("event:" + e.Name), start: o.Time.Unix()}
	if schema == nil {
		return plan, nil
	}
	if err := sound(c, schema); err != nil {
		return nil, err
	}
	if err := b.build(schema, plan); err != nil {
		return nil, err
	}
	return plan, b.prove(plan)
}

// sound reports what is wrong with a schema itself, by which nothing can be judged.
func sound(c *contract.Contract, s *contract.Schema) error {
	var problems []contract.Problem
	for _, v := range c.ValidateAt(s, []byte("null")) {
		if v.Rule == "schema" {
			problems = append(problems, contract.Problem{Pos: v.Pos, Message: v.Message})
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &contract.LoadError{Problems: problems}
}

// builder holds what is known while a plan is compiled.
type builder struct {
	c        *contract.Contract
	event    contract.EventType
	o        Options
	enc      encoding
	records  map[string]*table
	root     *node
	byPath   map[string]*node
	tables   []*table // those that something uses, in the order of their draws
	problems []contract.Problem
	nested   map[*contract.Value]maker // annotations inside values that are made as a whole
	judge    *judge
	// unannotated are schemas from which no x-faker is reached.
	unannotated map[*contract.Schema]bool
	leaves      int     // how many leaves are solved from their schema alone
	known       *solver // the first solver, whose patterns and references the others know
	settings    *SettingError
}

func newBuilder(c *contract.Contract, e contract.EventType, o Options) *builder {
	return &builder{c: c, event: e, o: o, byPath: map[string]*node{},
		nested: map[*contract.Value]maker{}, unannotated: map[*contract.Schema]bool{}}
}

// build goes through the stages: read the annotations, lay out the payload's
// tree, find for each leaf where its values come from, fill the pools, and write
// the program.
func (b *builder) build(schema *contract.Schema, plan *Plan) error {
	b.readOptions()
	b.readRecords()
	b.root = b.layOut(nil, "", -1, schema, perEvent, true)
	b.applySettings()
	if b.settings != nil {
		return cmp.Or(b.err(), error(b.settings))
	}
	b.infer()
	b.applyProfile()
	b.placeAccounts()
	b.root.each(func(n *node) {
		if givenUp := len(b.problems) > 0 && n.from != nil; !givenUp && (!n.again || !n.hidden) { // dear to make, and nobody may ask for it
			b.place(n)
		}
	})
	if err := b.err(); err != nil {
		return err
	}
	if err := b.fill(plan); err != nil {
		return err
	}
	for _, t := range b.tables {
		plan.draws = append(plan.draws, draw{key: t.key | 1, rows: uint64(t.rows), scope: t.scope}) //nolint:gosec // rows is positive
	}
	b.root.each(func(n *node) {
		if n.state == placed {
			b.sourceOf(n)
		}
	})
	if err := b.err(); err != nil {
		return err
	}
	w := &writer{enc: b.enc, pools: plan.pools}
	w.node(b.root)
	plan.ops, plan.pools = w.finish(), w.pools
	plan.finish()
	return nil
}

func (b *builder) readOptions() {
	v := b.c.Extension("x-faker-options")
	if v == nil {
		return
	}
	for _, f := range v.Fields {
		switch f.Name {
		case "escape_slashes":
			b.enc.escapeSlashes = f.Value.Text == "true"
		case "subject":
		default:
			b.fail(f.Pos, "x-faker-options: unknown option %q%s", f.Name, contract.DidYouMean(f.Name, []string{"escape_slashes", "subject"}))
		}
	}
}

// layOut makes the tree of nodes for a schema.
func (b *builder) layOut(parent *node, name string, index int, s *contract.Schema, sc scope, required bool) *node {
	n := &node{name: name, parent: parent, index: index, scope: sc, required: required, schema: s, written: s}
	if parent != nil {
		n.path = parent.path + "/" + escapeStep(name)
	}
	b.byPath[n.path] = n
	n.kin = kinOf(b.c, s)
	flat, err := flatten(b.c, s)
	if err != nil {
		n.spec = &spec{}
		b.giveUp(n, err)
		return n
	}
	n.schema, n.spec = flat, readSpec(flat.Faker, b.fail)
	switch n.spec.scope {
	case "subject":
		n.scope = perSubject
	case "event":
		n.scope = perEvent
	}
	b.useExamples(n)
	switch {
	case n.spec.maker != "":
	case b.isPlainObject(flat) && n.depth() < maxReach:
		if n.again = n.repeats(); !n.again {
			b.layOutObject(n)
		}
	case b.isAnnotatedArray(flat, n.spec):
		b.layOutArray(n)
	}
	return n
}

// escapeStep writes a name as a step of a JSON pointer (RFC 6901).
func escapeStep(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// giveUp leaves out a value that cannot exist, with the optional one that it is a
// part of, or records why there is none.
func (b *builder) giveUp(n *node, err error) {
	n.from = constant{json: []byte("null")}
	for p := n; p != nil && isImpossible(err); p = p.parent {
		if !p.required && p.parent != nil && p.parent.object {
			p.hidden = true
			return
		}
	}
	b.failErr(n.schema.Pos, err)
}

func (n *node) depth() (d int) {
	for p := n.parent; p != nil; p = p.parent {
		d++
	}
	return d
}

// propertyOf returns the schema that properties has for a name, or nil.
func propertyOf(s *contract.Schema, name string) *contract.Schema {
	for _, p := range s.Properties {
		if p.Name == name {
			return p.Schema
		}
	}
	return nil
}

// hasConditions tells whether a schema's other schemas decide together what is allowed.
func hasConditions(s *contract.Schema) bool {
	return len(s.OneOf) > 0 || len(s.AnyOf) > 0 || len(s.AllOf) > 0 || s.Not != nil || s.If != nil || len(s.DependentSchemas) > 0
}

func (b *builder) layOutObject(n *node) {
	n.object = true
	always := alwaysThere(n.schema)
	for _, p := range n.schema.Properties {
		required := slices.Contains(always, p.Name)
		if !required && isNever(p.Schema) || writeOnly(b.c, p.Schema) {
			continue // a member that must not be there, or that a provider never sends
		}
		if !required && len(b.byPath) > maxNodes && len(kinOf(b.c, p.Schema)) > 1 {
			continue // schemas that refer to each other in all directions would never end
		}
		n.children = append(n.children, b.layOut(n, p.Name, -1, p.Schema, n.scope, required))
	}
}

// isAnnotatedArray tells whether an array is written element by element, because
// its elements carry annotations or its length does.
func (b *builder) isAnnotatedArray(s *contract.Schema, sp *spec) bool {
	if !slices.Contains(s.Types, "array") || s.Contains != nil || s.UniqueItems {
		return false
	}
	if sp.counts != nil {
		return true
	}
	annotated := func(e *contract.Schema) bool { return e != nil && b.annotated(e) }
	return annotated(s.Items) || slices.ContainsFunc(s.PrefixItems, annotated)
}

// annotated tells whether a schema or what is below it carries x-faker.
func (b *builder) annotated(s *contract.Schema) bool {
	seen := map[*contract.Schema]bool{}
	if b.reachesAnnotation(s, seen) {
		return true
	}
	for visited := range seen { // nor does anything that it leads to
		b.unannotated[visited] = true
	}
	return false
}

func (b *builder) reachesAnnotation(s *contract.Schema, seen map[*contract.Schema]bool) bool {
	kin := kinOf(b.c, s)
	if last := kin[len(kin)-1]; seen[last] || b.unannotated[last] {
		return false
	} else if seen[last] = true; len(seen) > maxNodes {
		return false
	}
	flat, err := flatten(b.c, s)
	if err != nil || flat.Faker != nil {
		return err == nil
	}
	return slices.ContainsFunc(flat.Properties, func(p contract.Property) bool { return b.reachesAnnotation(p.Schema, seen) })
}

func (b *builder) layOutArray(n *node) {
	counts := n.spec.counts
	if counts == nil {
		low := len(n.schema.PrefixItems)
		if n.schema.MinItems != nil {
			low = *n.schema.MinItems
		}
		counts = map[int]float64{max(low, 1): 1}
	}
	most := 0
	n.fewest = maxUnrolled
	for count, weight := range counts {
		if weight > 0 {
			most, n.fewest = max(most, count), min(n.fewest, count)
		}
	}
	n.array = true
	for i := range most {
		element := itemAt(n.schema, i)
		if element == nil {
			b.fail(n.schema.Pos, "%s: the array has no schema for element %d", n.schema.Pointer, i)
			return
		}
		n.children = append(n.children, b.layOut(n, fmt.Sprint(i), i, element, n.scope, true))
	}
	if n.fewest < most {
		n.counts = countTable(n, counts)
		b.use(n.counts)
	}
}
