package payload

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// writer turns the tree of nodes into the flat program.
type writer struct {
	enc   encoding
	ops   []op
	text  []byte // literal text that has no op yet
	pools int    // bytes
}

func (w *writer) emit(o op) {
	o.text = w.text
	w.text = nil
	w.ops = append(w.ops, o)
}

func (w *writer) finish() []op {
	if len(w.text) > 0 {
		w.emit(op{kind: opText})
	}
	return w.ops
}

func (w *writer) node(n *node) {
	switch {
	case n.object:
		w.list(n, '{', '}')
	case n.array:
		w.list(n, '[', ']')
	default:
		w.leaf(n.from)
	}
}

func (w *writer) leaf(from source) {
	switch from := from.(type) {
	case constant:
		w.text = append(w.text, from.json...)
	case constantInt:
		w.text = append(w.text, from.json...)
	case pooled:
		w.emit(op{kind: opColumn, table: uint32(from.table), col: from.column}) //nolint:gosec // tables are few
	case numbered:
		w.emit(op{kind: opColumn, table: uint32(from.table), col: from.column}) //nolint:gosec // tables are few
	case template:
		w.text = append(w.text, '"')
		w.parts(from)
		w.text = append(w.text, '"')
	default:
		w.emit(op{kind: opSource, from: from})
	}
}

// parts writes a template's parts as ops of their own, so that they are made like all others.
func (w *writer) parts(t template) {
	for _, p := range t.parts {
		w.text = append(w.text, p.text...)
		switch from := p.from.(type) {
		case nil:
		case constant:
			w.text = append(w.text, unquote(from.json)...)
		case constantInt:
			w.text = append(w.text, from.json...)
		case pooled:
			if w.pools+from.size() > maxPools {
				w.emit(op{kind: opSource, from: bare{from}})
				continue
			}
			col := from.unquoted()
			w.pools += col.size()
			w.emit(op{kind: opColumn, table: uint32(from.table), col: col}) //nolint:gosec // tables are few
		case numbered:
			w.emit(op{kind: opColumn, table: uint32(from.table), col: from.column}) //nolint:gosec // tables are few
		case template:
			w.parts(from)
		case sequence:
			w.emit(op{kind: opSource, from: from})
		default:
			w.emit(op{kind: opSource, from: bare{from}})
		}
	}
}

// list writes an object or array. Where a member may be left out, every member
// ends in a comma and opClose drops the last one.
func (w *writer) list(n *node, open, end byte) {
	w.text = append(w.text, open)
	children := slices.DeleteFunc(slices.Clone(n.children), func(child *node) bool { return child.hidden })
	loose := n.counts != nil || slices.ContainsFunc(children, (*node).mayBeMissing)
	for i, child := range children {
		if i > 0 && !loose {
			w.text = append(w.text, ',')
		}
		skip := w.skip(n, child)
		if n.object {
			w.text = append(w.enc.appendString(w.text, child.name), ':')
		}
		w.node(child)
		if loose {
			w.text = append(w.text, ',')
		}
		if skip >= 0 {
			w.emit(op{kind: opText})
			w.ops[skip].to = uint32(len(w.ops)) //nolint:gosec // programs are short
		}
	}
	w.text = append(w.text, end)
	if loose {
		w.emit(op{kind: opClose})
	}
}

func (n *node) mayBeMissing() bool { return !n.required && (n.spec.omitRate > 0 || n.sparse != nil) }

// skip emits the decision whether a child is left out, and returns the op's index, or -1.
func (w *writer) skip(n, child *node) int {
	switch {
	case n.counts != nil && child.index >= n.fewest:
		count := numbered{pooled{&n.counts.cols[0].column, n.counts.index}}
		w.emit(op{kind: opSkip, skip: shorter{index: int64(child.index), count: count}})
	case n.object && child.sparse != nil:
		w.emit(op{kind: opSkip, skip: child.sparse})
	case n.object && child.mayBeMissing():
		w.emit(op{kind: opSkip, skip: omission{share: newRate(child.spec.omitRate), key: keyOf(child.path + "#omit"), scope: child.scope}})
	default:
		return -1
	}
	return len(w.ops) - 1
}

// countTable draws how many elements an array has.
func countTable(n *node, counts map[int]float64) *table {
	var sizes []int
	var weights []float64
	for size := range maxUnrolled + 1 {
		if w, ok := counts[size]; ok {
			sizes, weights = append(sizes, size), append(weights, w)
		}
	}
	chance := newWeighted(len(sizes), weights)
	key := keyOf(n.path + "#count")
	return &table{name: n.path, key: key, scope: n.scope, rows: poolRows, index: -1, cols: []*cellMaker{{
		name: "count", pos: n.spec.pos, key: key, used: true,
		make: func(f *gofakeit.Faker, _ *cells) (any, error) { return sizes[chance.pick(f)], nil },
	}}}
}

// proofs is how many payloads a new plan makes and validates before anyone gets it.
const proofs = 64

// prove validates the plan's first payloads against the contract, so that a wrong
// annotation is an error with its place and never an invalid payload.
func (b *builder) prove(p *Plan) error {
	var body []byte
	s := &Subject{}
	for i := range uint64(proofs) {
		s.Number, s.Event, s.Time = i, i, b.o.Time
		body = p.Append(body[:0], s)
		p.size = max(p.size, len(body))
		if b.o.mayViolate() {
			continue
		}
		if violations := b.c.CheckPayload(p.event, nil, body); len(violations) > 0 {
			return b.unproven(violations, body)
		}
	}
	return nil
}

func (b *builder) unproven(violations []contract.Violation, body []byte) error {
	e := &contract.LoadError{}
	for _, v := range violations {
		pos, value := v.Pos, ""
		if n := b.byPath[v.Instance]; n != nil {
			if n.spec.all != nil {
				pos = n.spec.pos
			}
			value = " in " + string(excerpt(body, v.Instance))
		}
		e.Problems = append(e.Problems, contract.Problem{Pos: pos,
			Message: fmt.Sprintf("the payload made from it does not fit the contract: %s: %s%s", first(v.Instance, "/"), v.Message, value)})
	}
	return e
}

// excerpt shows where the payload went wrong, shortened.
func excerpt(body []byte, pointer string) []byte {
	name := pointer[bytes.LastIndexByte([]byte(pointer), '/')+1:]
	at := max(bytes.Index(body, []byte(`"`+name+`"`)), 0)
	return body[at:min(at+80, len(body))]
}
