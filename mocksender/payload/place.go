package payload

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// reference is what a REF of the annotation language names.
type reference struct {
	node  *node      // another place of the payload,
	table *table     // or a column of a record,
	cell  *cellMaker //
	fact  string     // or a fact of the event,
	index bool       // or the index of the array element around it.
}

// refer resolves a REF as seen from a leaf.
func (b *builder) refer(n *node, ref string) (reference, error) {
	if strings.HasPrefix(ref, "/") {
		if to := b.byPath[ref]; to != nil {
			return reference{node: to}, nil
		}
		return reference{}, fmt.Errorf("the payload has no %q%s", ref, contract.DidYouMean(ref, slices.Sorted(maps.Keys(b.byPath))))
	}
	record, column, dotted := cutColumn(ref)
	switch {
	case dotted && record == "event":
		if !slices.Contains(eventFacts, column) {
			return reference{}, fmt.Errorf("unknown fact %q%s", ref, contract.DidYouMean(column, eventFacts))
		}
		return reference{fact: column}, nil
	case dotted:
		t := b.records[record]
		if t == nil {
			return reference{}, fmt.Errorf("unknown record %q%s", record, contract.DidYouMean(record, slices.Sorted(maps.Keys(b.records))))
		}
		if cell := t.find(column); cell != nil {
			return reference{table: t, cell: cell}, nil
		}
		if t.broken { // its mistake is reported where it is
			return reference{fact: "type"}, nil
		}
		return reference{}, fmt.Errorf("record %s has no column %q%s", record, column, contract.DidYouMean(column, t.columnNames()))
	}
	if n.parent != nil {
		if to := n.parent.child(ref); to != nil {
			return reference{node: to}, nil
		}
	}
	if ref == "index" {
		return reference{index: true}, nil
	}
	return reference{}, fmt.Errorf("no field %q beside this one%s", ref, contract.DidYouMean(ref, n.siblings()))
}

var eventFacts = []string{"id", "time", "type", "number", "secret"}

// cutColumn splits "record.column".
func cutColumn(ref string) (record, column string, ok bool) {
	if strings.HasPrefix(ref, "/") {
		return "", "", false
	}
	return strings.Cut(ref, ".")
}

func (t *table) columnNames() []string {
	var names []string
	for _, c := range t.cols {
		if !strings.HasPrefix(c.name, "/") {
			names = append(names, c.name)
		}
	}
	return names
}

func (n *node) siblings() []string {
	var names []string
	if n.parent != nil {
		for _, c := range n.parent.children {
			names = append(names, c.name)
		}
	}
	return names
}

// use gives a table its place among the plan's draws.
func (b *builder) use(t *table) {
	if t.index < 0 {
		t.index = len(b.tables)
		b.tables = append(b.tables, t)
	}
}

// place decides where a leaf's values come from. A leaf that is left without a
// cell is made anew for each event by sourceOf.
func (b *builder) place(n *node) {
	switch n.state {
	case placed:
		return
	case beingPlaced:
		b.fail(n.spec.pos, "x-faker: %s refers to itself", n.path)
		n.state = placed
		return
	}
	n.state = beingPlaced
	b.placeLeaf(n)
	n.state = placed
}

func (b *builder) placeLeaf(n *node) {
	s := n.spec
	switch s.maker {
	case "same":
		b.placeSame(n)
	case "expr":
		b.placeTogether(n, s.arg)
	case "decimal":
		b.placeDecimal(n)
	case "template":
		b.placeTemplate(n)
	case "":
		b.placeSolved(n)
	case "time":
		b.touch(n, s.arg.Pos, timeRefs(s.arg)...)
	case "digits":
		if v := s.arg.Lookup("prefix"); v != nil {
			_, refs := splitTemplate(v.Text)
			b.touch(n, v.Pos, refs...)
		}
	case "func", "integer", "pool":
		if s.unique || s.byIndex {
			return
		}
		if m := b.plainMaker(s); m != nil {
			if s.maker == "func" {
				m = b.atLimits(n, m)
			}
			b.placeAlone(n, withRates(m, s))
		}
	}
}

// placeAlone gives a leaf a pool of its own.
func (b *builder) placeAlone(n *node, m maker) {
	t := &table{name: n.path, key: keyOf(n.path), scope: n.scope, rows: poolRows, index: -1}
	b.addCell(n, t, m)
}

func (b *builder) addCell(n *node, t *table, m maker) {
	pos := n.spec.pos
	if n.spec.all == nil {
		pos = n.schema.Pos
	}
	checked := func(f *gofakeit.Faker, row *cells) (any, error) {
		v, err := m(f, row)
		if err != nil {
			return nil, err
		}
		if v, err = conform(n.schema, v); err == nil && !b.looser(n.written, v) {
			err = fmt.Errorf("it made %v for %s, which does not fit %s", excerptOf(v), n.path, n.written.Pointer)
		}
		return v, err
	}
	n.table, n.cell = t, &cellMaker{name: n.path, pos: pos, make: checked, key: keyOf(n.path), used: true}
	t.cols = append(t.cols, n.cell)
	b.use(t)
}

func (b *builder) placeSame(n *node) {
	r, err := b.refer(n, n.spec.arg.Text)
	if err != nil {
		b.fail(n.spec.arg.Pos, "x-faker: same: %v", err)
		return
	}
	if r.node != nil {
		if r.node.object || r.node.array {
			b.fail(n.spec.arg.Pos, "x-faker: same: %s is no single value", r.node.path)
			return
		}
		b.place(r.node)
		n.target = r.node
		r.table, r.cell = r.node.table, r.node.cell
	}
	if r.cell == nil {
		return // made anew for each event
	}
	n.target = nil
	b.addCell(n, r.table, withRates(fromRow(r.cell.name), n.spec))
}

func fromRow(key string) maker {
	return func(_ *gofakeit.Faker, row *cells) (any, error) {
		v, _ := row.get(key) // the column stands before this one
		return v, nil
	}
}

// placeDecimal keeps a decimal with plain bounds alone, and one whose bounds are
// expressions beside the values that it looks at.
func (b *builder) placeDecimal(n *node) {
	s := n.spec
	for _, name := range []string{"min", "max"} {
		if v := s.arg.Lookup(name); v != nil && v.Kind == contract.String {
			b.placeTogether(n, v)
			return
		}
	}
	if m := b.decimalMaker(s, rowNames); m != nil {
		b.placeAlone(n, withRates(m, s))
	}
}

var errApart = errors.New("its values cannot be drawn together")

// placeTogether puts a computed leaf into the table that holds what it is
// computed from. Where there is no such table it is computed for each event.
func (b *builder) placeTogether(n *node, text *contract.Value) {
	e, err := compileExpr(text.Text)
	if err != nil {
		b.fail(text.Pos, "x-faker: expr %q: %v", text.Text, err)
		return
	}
	t, keys, err := b.joined(n, e.refs)
	if errors.Is(err, errApart) && n.spec.maker == "expr" {
		b.touch(n, text.Pos, e.refs...)
		return
	}
	if err != nil {
		b.fail(text.Pos, "x-faker: expr %q: %v", text.Text, err)
		return
	}
	names := func(ref string) (string, error) { return keys[ref], nil }
	var m maker
	if n.spec.maker == "expr" {
		m = b.exprMaker(n.spec, text, names)
	} else {
		m = b.decimalMaker(n.spec, names)
	}
	if m != nil {
		b.addCell(n, t, withRates(m, n.spec))
	}
}

// placeTemplate pools a template whose parts all come from one table.
func (b *builder) placeTemplate(n *node) {
	texts, refs := splitTemplate(n.spec.arg.Text)
	t, keys, err := b.joined(n, refs)
	if errors.Is(err, errApart) {
		b.touch(n, n.spec.arg.Pos, refs...)
		return
	}
	if err != nil {
		b.fail(n.spec.arg.Pos, "x-faker: template: %v", err)
		return
	}
	m := func(_ *gofakeit.Faker, row *cells) (any, error) {
		var out strings.Builder
		for i, text := range texts {
			out.WriteString(text)
			if i < len(refs) {
				v, _ := row.get(keys[refs[i]])
				out.WriteString(textOf(v))
			}
		}
		return out.String(), nil
	}
	b.addCell(n, t, withRates(m, n.spec))
}

// joined finds or makes the one table that holds all references, and the row keys of each.
func (b *builder) joined(n *node, refs []string) (*table, map[string]string, error) {
	keys := map[string]string{}
	var tables []*table
	apart := false
	for _, ref := range refs {
		r, err := b.refer(n, ref)
		if err != nil {
			return nil, nil, err
		}
		if r.node != nil {
			if r.node.object || r.node.array {
				return nil, nil, fmt.Errorf("%s is no single value", r.node.path)
			}
			b.place(r.node)
			r.table, r.cell = r.node.table, r.node.cell
		}
		if r.cell == nil {
			apart = true
			continue
		}
		keys[ref] = r.cell.name
		if !slices.Contains(tables, r.table) {
			tables = append(tables, r.table)
		}
	}
	if apart || len(tables) == 0 {
		return nil, nil, errApart
	}
	t, err := b.join(tables)
	return t, keys, err
}

// join moves the columns of the leaves' own tables into one. Named records stay
// apart, since each draws its row alone.
func (b *builder) join(tables []*table) (*table, error) {
	into := tables[0]
	for _, t := range tables[1:] {
		if t.fixed {
			into, t = t, into
		}
		if t.fixed || t.scope != into.scope {
			return nil, errApart
		}
		into.cols = append(into.cols, t.cols...)
		into.key = min(into.key, t.key)
		b.root.each(func(n *node) {
			if n.table == t {
				n.table = into
			}
		})
		b.drop(t)
	}
	b.use(into)
	return into, nil
}

func (b *builder) drop(t *table) {
	b.tables = slices.DeleteFunc(b.tables, func(u *table) bool { return u == t })
	for i, u := range b.tables {
		u.index = i
	}
	t.index = -1
}
