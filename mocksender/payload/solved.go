package payload

import (
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

const (
	leafSteps = 400_000   // what the pool of one leaf may cost; then its values repeat
	planSteps = 3_000_000 // what all pools of a plan may cost before they get short
	fewValues = 8         // how many values a pool has at least
)

// placeSolved finds values for a leaf without a maker: UUIDs are made for each
// event, all else comes from a pool that the solver fills.
func (b *builder) placeSolved(n *node) {
	if b.isIdentity(n) {
		n.spec = n.spec.withMaker("uuid")
		return
	}
	seed := poolRand(mix(b.o.Seed), keyOf(n.path+"#first"))
	if _, err := b.solver(gofakeit.NewFaker(seed, false)).find(n.written, n.fieldName()); isImpossible(err) {
		b.giveUp(n, err)
		return
	}
	b.placeAlone(n, withRates(b.atLimits(n, b.solved(n)), n.spec))
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

// solved makes values from the schema alone. Values that are dear to find are
// few, and then repeat.
func (b *builder) solved(n *node) maker {
	var g *solver
	var kept []any
	spent := 0
	return func(f *gofakeit.Faker, _ *cells) (any, error) {
		if len(kept) >= fewValues && (spent > leafSteps || b.spent > planSteps) {
			return kept[f.IntN(len(kept))], nil
		}
		if g == nil {
			g = b.solver(f)
		}
		v, err := g.solve(n.written, n.fieldName())
		spent += solveSteps - g.steps
		b.spent += solveSteps - g.steps
		kept = append(kept, v)
		return v, err
	}
}

// solver makes a solver that knows the annotations below a leaf.
func (b *builder) solver(f *gofakeit.Faker) *solver {
	g := newSolver(b.c, f)
	g.maker, g.examples = b.nestedMaker, b.o.Examples
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
