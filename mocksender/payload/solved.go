package payload

import (
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const (
	planSteps = 10_000 // what the pools of a plan's leaves may cost together; then they get short
	fewValues = 8      // how many values a pool has at least
)

// placeSolved finds values for a leaf without a maker: UUIDs are made for each
// event, all else comes from a pool that the solver fills.
func (b *builder) placeSolved(n *node) {
	if b.isIdentity(n) {
		n.spec = n.spec.withMaker("uuid")
		return
	}
	first := b.solver(gofakeit.NewFaker(poolRand(mix(b.o.Seed), keyOf(n.path+"#first")), false))
	first.above, first.around = n.kinAbove(), b.around(n)
	if _, err := first.find(n.written, n.fieldName()); isImpossible(err) {
		b.giveUp(n, err)
		return
	}
	b.leaves++
	own := &solving{b: b, n: n}
	b.placeAlone(n, withRates(b.atLimits(n, own.make), n.spec))
	if b.o.Profile != Boundary && n.spec.nullRate+n.spec.emptyRate+n.spec.stringRate == 0 {
		n.cell.enough = own.enough
	}
}

// isIdentity tells that a leaf is a UUID and nothing else.
func (b *builder) isIdentity(n *node) bool {
	s := n.schema
	return s.Format == "uuid" && slices.Contains(s.Types, "string") && s.Pattern == "" && s.Enum == nil && s.Const == nil &&
		s.MinLength == nil && s.MaxLength == nil && !hasConditions(s) && b.o.Profile != Boundary
}

func (s *spec) withMaker(name string) *spec {
	out := *s
	out.maker = name
	return &out
}

// fieldName is the name that tells what a leaf is about.
func (n *node) fieldName() string {
	if n.index >= 0 && n.parent != nil {
		return singular(n.parent.name)
	}
	return n.name
}

// around are the names of what a leaf stands in, that of the event first.
func (b *builder) around(n *node) []string {
	var names []string
	for p := n.parent; p != nil; p = p.parent {
		if p.parent != nil {
			names = append(names, p.fieldName())
		}
	}
	names = append(names, b.event.Name)
	slices.Reverse(names)
	return names
}

// solving makes values of a leaf from its schema alone. Values that are dear to
// find are few, and then repeat.
type solving struct {
	b     *builder
	n     *node
	g     *solver
	kept  []any
	spent int // steps
}

func (s *solving) make(f *gofakeit.Faker, _ *cells) (any, error) {
	if s.enough() {
		return s.kept[f.IntN(len(s.kept))], nil
	}
	if s.g == nil {
		s.g = s.b.solver(f)
		s.g.above, s.g.around = s.n.kinAbove(), s.b.around(s.n)
	}
	v, err := s.g.find(s.n.written, s.n.fieldName())
	s.spent += solveSteps - s.g.steps
	s.kept = append(s.kept, v)
	return v, s.g.explain(s.n.written, err)
}

// enough tells that the leaf's share of the steps is used up.
func (s *solving) enough() bool {
	share := planSteps / max(1, s.b.leaves)
	return len(s.kept) >= fewValues && s.spent > share || len(s.kept) > 0 && s.spent > fewValues*share
}

// solver makes a solver that knows the annotations below a leaf.
func (b *builder) solver(f *gofakeit.Faker) *solver {
	g := newSolver(b.c, f)
	g.maker, g.examples, g.clock = b.nestedMaker, b.o.Examples, b.o.Time
	if b.known == nil {
		b.known = g
	}
	g.patterns, g.judge.matchers, g.judge.targets = b.known.patterns, b.known.judge.matchers, b.known.judge.targets
	return g
}

// nestedMaker compiles an annotation in a part of a value that is made as a whole.
// Only what looks at nothing else can stand there.
func (b *builder) nestedMaker(v *contract.Value) maker {
	if v == nil {
		return nil
	}
	if m, known := b.nested[v]; known {
		return m
	}
	var m maker
	switch s := readSpec(v, b.fail); s.maker {
	case "":
	case "func", "value", "pool", "integer", "uuid":
		if m = b.plainMaker(s); m != nil {
			m = withRates(m, s)
		}
	case "decimal":
		if m = b.decimalMaker(s, rowNames); m != nil {
			m = withRates(m, s)
		}
	default:
		b.fail(s.pos, "x-faker: %s looks at other values, and cannot stand inside oneOf, anyOf, if, contains or a map", s.maker)
	}
	b.nested[v] = m
	return m
}

// looser judges a pooled value by all but its format, which is dear to check and
// which the proof of the plan looks at.
func (b *builder) looser(s *contract.Schema, v any) bool {
	if b.judge == nil {
		b.judge = newJudge(b.c)
		b.judge.looser = true
	}
	return b.judge.accepts(s, v)
}

// excerptOf shows a value in an error, shortened.
func excerptOf(v any) string {
	data, err := encoding{}.appendValue(nil, v)
	if err != nil {
		return err.Error()
	}
	return string(data[:min(60, len(data))])
}
