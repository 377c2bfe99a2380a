package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// useExamples lets a place have the values that the document gives for it, where no
// annotation says how its values are made: what belongs together stays together.
func (b *builder) useExamples(n *node) {
	if !b.o.Examples || n.spec.maker != "" || b.annotated(n.written) {
		return
	}
	if values := b.examplesOf(n); len(values) > 0 {
		n.spec = n.spec.withMaker("pool")
		n.spec.pos, n.spec.arg = values[0].Pos, &contract.Value{Kind: contract.Array, Pos: values[0].Pos, Items: values}
	}
}

// examplesOf are the examples of a place that its schema accepts, or else its default.
// Those of the whole payload stand beside its schema, too.
func (b *builder) examplesOf(n *node) []*contract.Value {
	var values []*contract.Value
	if n.parent == nil {
		values = b.c.Examples(b.event.Name)
	}
	return b.fitting(n.written, append(values, documented(n.schema)...))
}

// documented are the examples that a schema has, or else its default.
func documented(s *contract.Schema) []*contract.Value {
	if len(s.Examples) == 0 && s.Default != nil {
		return []*contract.Value{s.Default}
	}
	return s.Examples
}

func (b *builder) fitting(s *contract.Schema, values []*contract.Value) []*contract.Value {
	strict := newJudge(b.c)
	return slices.DeleteFunc(slices.Clone(values), func(v *contract.Value) bool { return !strict.accepts(s, plain(v)) })
}

// exampleOf chooses an example for a value that is made as a whole.
func (g *solver) exampleOf(gl *goal) (any, bool) {
	if !g.examples {
		return nil, false
	}
	var fit []any
	for _, r := range gl.rules {
		for _, example := range documented(r.s) {
			v := plain(example)
			if !slices.ContainsFunc(gl.want, func(s *contract.Schema) bool { return !g.judge.accepts(s, v) }) {
				fit = append(fit, v)
			}
		}
	}
	if len(fit) == 0 {
		return nil, false
	}
	return fit[g.f.IntN(len(fit))], true
}
