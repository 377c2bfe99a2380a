package payload

import (
	"errors"
	"fmt"
	"sort"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// poolRows is how many values a pool holds unless the contract says otherwise.
const poolRows = 256

// table is a pool of rows: values of one row belong together.
type table struct {
	name  string
	key   uint64
	scope scope
	rows  int
	index int                                    // among the plan's draws; -1 until something uses the table
	base  func(f *gofakeit.Faker) ([]any, error) // makes the first columns of a row; nil for none
	cols  []*cellMaker
	fixed bool // a named record: it is not merged into another
	// broken tells that something is wrong with the record, so that columns may be missing.
	broken bool
}

// cellMaker is one column of a table while the plan is compiled.
type cellMaker struct {
	name   string
	pos    contract.Position
	make   maker // nil for a column of the table's base
	key    uint64
	column column
	used   bool
	enough func() bool // tells that no more values are worth their making; nil for never
}

func (t *table) find(name string) *cellMaker {
	for _, c := range t.cols {
		if c.name == name {
			return c
		}
	}
	return nil
}

// cells are the values of the row that is being made, as far as they are made.
type cells struct {
	at     map[string]int // by column
	values []any
}

func newCells(cols []*cellMaker) *cells {
	c := &cells{at: make(map[string]int, len(cols)), values: make([]any, 0, len(cols))}
	for i, col := range cols {
		c.at[col.name] = i
	}
	return c
}

// get returns the value of a column that is made already. Outside a pool there is none.
func (c *cells) get(name string) (any, bool) {
	if c == nil {
		return nil, false
	}
	i, ok := c.at[name]
	if !ok || i >= len(c.values) {
		return nil, false
	}
	return c.values[i], true
}

// fill makes all rows. Each column has a generator of its own, so that what one
// event adds to a record does not change what other events see of it.
// There are fewer rows than asked for when they take more than limit bytes.
func (t *table) fill(seed uint64, e encoding, limit int) error {
	base := gofakeit.NewFaker(poolRand(seed, t.key), false)
	fakers := make([]*gofakeit.Faker, len(t.cols))
	for i, c := range t.cols {
		fakers[i] = gofakeit.NewFaker(poolRand(seed, c.key), false)
	}
	cells := newCells(t.cols)
	for row := range t.rows {
		cells.values = cells.values[:0]
		if err := t.fillRow(cells, base, fakers, e); err != nil {
			return err
		}
		if t.size() > limit || len(t.cols) == 1 && t.cols[0].enough != nil && t.cols[0].enough() {
			t.rows = row + 1
			break
		}
	}
	for _, c := range t.cols {
		c.column.compact()
	}
	return nil
}

// size is the number of bytes that the columns take.
func (t *table) size() (n int) {
	for _, c := range t.cols {
		n += c.column.size()
	}
	return n
}

// maxPools is what the pools of a plan may take, in bytes.
const maxPools = 32 << 20

// fill fills the pools. A quarter of the room is kept for tables whose share is
// smaller than one row.
func (b *builder) fill(plan *Plan) error {
	for i, t := range b.tables {
		room := max(0, maxPools/4*3-plan.pools)
		if err := t.fill(plan.seed, b.enc, max(room/(len(b.tables)-i), room/32)); err != nil {
			return err
		}
		plan.pools += t.size()
	}
	if plan.pools > maxPools {
		b.fail(b.root.schema.Pos, "the values of event %s take %d MiB, more than the %d that a plan may take", b.event.Name, plan.pools>>20, maxPools>>20)
	}
	return b.err()
}

func (t *table) fillRow(row *cells, base *gofakeit.Faker, fakers []*gofakeit.Faker, e encoding) error {
	if t.base != nil {
		values, err := t.base(base)
		if err != nil {
			return err
		}
		row.values = append(row.values, values...)
	}
	for i, c := range t.cols {
		if i == len(row.values) {
			v, err := c.make(fakers[i], row)
			if err != nil {
				return at(c.pos, err)
			}
			row.values = append(row.values, v)
		}
		if !c.used {
			continue
		}
		if err := c.column.add(e, row.values[i]); err != nil {
			return at(c.pos, err)
		}
	}
	return nil
}

// at gives an error its place, unless it has one.
func at(pos contract.Position, err error) error {
	if _, ok := errors.AsType[*contract.LoadError](err); ok {
		return err
	}
	return &contract.LoadError{Problems: []contract.Problem{{Pos: pos, Message: "x-faker: " + err.Error()}}}
}

// weighted chooses an index by weights; nil weights are equal ones.
type weighted struct {
	sums []float64
}

func newWeighted(n int, weights []float64) weighted {
	w := weighted{make([]float64, n)}
	sum := 0.0
	for i := range n {
		share := 1.0
		if weights != nil {
			share = weights[i]
		}
		sum += share
		w.sums[i] = sum
	}
	return w
}

func (w weighted) pick(f *gofakeit.Faker) int {
	x := f.Float64() * w.sums[len(w.sums)-1]
	return min(sort.Search(len(w.sums), func(i int) bool { return w.sums[i] > x }), len(w.sums)-1)
}

// records reads x-faker-records. Every record is a table; one that no field uses is never filled.
func (b *builder) readRecords() {
	b.records = map[string]*table{}
	root := b.c.Extension("x-faker-records")
	if root == nil {
		return
	}
	for _, f := range root.Fields {
		t := &table{name: f.Name, key: keyOf("record:" + f.Name), rows: poolRows, index: -1, fixed: true}
		if b.records[f.Name] = t; f.Name == "event" || f.Name == "index" {
			b.fail(f.Pos, "x-faker-records: the name %q is taken", f.Name)
		}
		before := len(b.problems)
		b.readRecord(t, f.Value)
		if t.broken = len(b.problems) > before; len(t.cols) == 0 && !t.broken {
			b.fail(f.Value.Pos, "x-faker-records: %s has no columns: want kind, choose or columns", t.name)
		}
	}
}

func (b *builder) readRecord(t *table, v *contract.Value) {
	for _, f := range v.Fields {
		switch f.Name {
		case "kind":
			b.recordKind(t, f.Value, v.Lookup("countries"))
		case "choose":
			b.recordChoices(t, f.Value)
		case "columns":
			b.recordColumns(t, f.Value)
		case "scope":
			if f.Value.Text == "event" {
				t.scope = perEvent
			} else if f.Value.Text != "subject" {
				b.fail(f.Value.Pos, "scope: want subject or event, found %q", f.Value.Text)
			}
		case "rows":
			n, err := readInt(f.Value)
			if err != nil || n < 1 || n > 1<<16 {
				b.fail(f.Value.Pos, "rows: want a number from 1 to %d", 1<<16)
				continue
			}
			t.rows = int(n)
		case "countries":
		default:
			b.fail(f.Pos, "x-faker-records: unknown option %q%s", f.Name,
				contract.DidYouMean(f.Name, []string{"kind", "choose", "columns", "scope", "rows", "countries"}))
		}
	}
}

func (b *builder) recordKind(t *table, kind, countries *contract.Value) {
	k, ok := kinds[kind.Text]
	if !ok {
		b.fail(kind.Pos, "kind: unknown kind %q: want person, company or address", kind.Text)
		return
	}
	var only []string
	if countries != nil {
		for _, c := range countries.Items {
			if countryNames[c.Text] == "" {
				b.fail(c.Pos, "countries: no places known in %q", c.Text)
				return
			}
			only = append(only, c.Text)
		}
	}
	if b.o.Profile == Boundary && k.unusual != nil {
		k.make = k.unusual
	}
	t.base = func(f *gofakeit.Faker) ([]any, error) { return k.make(f, only), nil }
	for _, name := range k.columns {
		t.cols = append(t.cols, &cellMaker{name: name, pos: kind.Pos})
	}
}

// recordChoices reads weighted rows. Every row must have the columns of the first.
func (b *builder) recordChoices(t *table, v *contract.Value) {
	var weights []float64
	var rows [][]maker
	for _, item := range v.Items {
		weight, row := 1.0, make([]maker, len(t.cols))
		for _, f := range item.Fields {
			if f.Name == "weight" {
				var err error
				if weight, err = readFloat(f.Value); err != nil || weight < 0 {
					b.fail(f.Value.Pos, "weight: want a number that is not negative")
				}
				continue
			}
			at := columnIndex(t, f.Name)
			if at < 0 && rows == nil {
				t.cols = append(t.cols, &cellMaker{name: f.Name, pos: f.Pos})
				at, row = len(row), append(row, nil)
			}
			if at < 0 {
				b.fail(f.Pos, "choose: the first row has no column %q", f.Name)
				continue
			}
			row[at] = b.cellOf(f.Value)
		}
		for i, cell := range row {
			if cell == nil {
				b.fail(item.Pos, "choose: this row lacks the column %q", t.cols[i].name)
			}
		}
		rows, weights = append(rows, row), append(weights, weight)
	}
	if len(rows) == 0 || len(b.problems) > 0 {
		return
	}
	chance := newWeighted(len(rows), weights)
	row := newCells(t.cols)
	t.base = func(f *gofakeit.Faker) ([]any, error) { return makeRow(rows[chance.pick(f)], row, t, f) }
}

func columnIndex(t *table, name string) int {
	for i, c := range t.cols {
		if c.name == name {
			return i
		}
	}
	return -1
}

func makeRow(makers []maker, row *cells, t *table, f *gofakeit.Faker) ([]any, error) {
	row.values = row.values[:0]
	for i, cell := range makers {
		v, err := cell(f, row)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.name, t.cols[i].name, err)
		}
		row.values = append(row.values, v)
	}
	return row.values, nil
}

// cellOf is a literal, or {x-faker: …}.
func (b *builder) cellOf(v *contract.Value) maker {
	if annotation := v.Lookup("x-faker"); annotation != nil {
		if m := b.rowMaker(readSpec(annotation, b.fail)); m != nil {
			return m
		}
	}
	literal := plain(v)
	return func(*gofakeit.Faker, *cells) (any, error) { return literal, nil }
}

func (b *builder) recordColumns(t *table, v *contract.Value) {
	for _, f := range v.Fields {
		if m := b.rowMaker(readSpec(f.Value, b.fail)); m != nil {
			t.cols = append(t.cols, &cellMaker{name: f.Name, pos: f.Pos, make: m, key: keyOf(t.name + "." + f.Name)})
		}
	}
}
