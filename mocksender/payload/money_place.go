package payload

import (
	"slices"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// placeAccounts makes the amounts of each object agree: what has no annotation and is there in every payload is drawn
// together, and then the total is what the parts add up to. A schema that wants other amounts gets them.
func (b *builder) placeAccounts() {
	if b.o.Profile == Boundary || b.o.Examples {
		return
	}
	b.root.walk(func(n *node) {
		if n.object {
			b.placeAccount(n)
		}
	})
}

func (b *builder) placeAccount(n *node) {
	members, names := map[string]*node{}, []string(nil)
	for _, c := range n.children {
		if c.isAlways() && !c.object && !c.array {
			members[c.name] = c
			names = append(names, c.name)
		}
	}
	a := accountOf(names, func(name string) string { return kindOfSchema(members[name].schema) }, b.event.Name)
	if a == nil {
		return
	}
	m := &ledgerMaker{account: a, lines: -1, judge: b.looser}
	for _, name := range a.names {
		if name != "" {
			m.members = append(m.members, members[name])
		}
	}
	m.addLines(b, n)
	m.currency = len(m.members)
	if at := slices.IndexFunc(names, func(name string) bool { return isCurrency(name) && kindOfSchema(members[name].schema) == "string" }); at >= 0 && m.lines >= 0 {
		m.members = append(m.members, members[names[at]])
	}
	if b.joinLeaves(m.members) {
		m.take()
	}
}

// joinLeaves puts leaves into one table, unless one of them has none.
func (b *builder) joinLeaves(leaves []*node) bool {
	var tables []*table
	for _, c := range leaves {
		b.place(c)
		if c.cell == nil {
			return false // it is left out, or has problems
		}
		tables = append(tables, c.table)
	}
	_, err := b.join(tables)
	return err == nil
}

// isAlways tells that a leaf without an annotation is there in every payload.
func (n *node) isAlways() bool {
	return n.spec.maker == "" && n.spec.all == nil && !n.hidden && n.sparse == nil && n.state == unplaced
}

// kindOfSchema is the one type of an amount, "" for what is no amount.
func kindOfSchema(s *contract.Schema) string {
	types := slices.DeleteFunc(slices.Clone(s.Types), func(t string) bool { return t == "null" })
	if len(types) != 1 || s.Format != "" && types[0] == "string" && s.Format != "decimal" {
		return ""
	}
	if t := types[0]; t == "integer" || t == "number" || t == "string" {
		return t
	}
	return ""
}

// ledgerMaker makes the values of several columns at once, in the first of them.
type ledgerMaker struct {
	*account
	judge   func(*contract.Schema, any) bool
	members []*node // those with amounts, and then the array of lines, if there is one
	lines   int     // where that is, -1 for none
	line    *account
	// currency is where the code of the currency is, which the lines show too; there is none there when it is len(members).
	currency int
	made     []any
}

// addLines finds the array beside the amounts whose elements have amounts of their own.
func (m *ledgerMaker) addLines(b *builder, n *node) {
	for _, c := range n.children {
		if c.object && len(nameWords(c.name)) > 0 { // {lines: {data: […]}}
			for _, inner := range c.children {
				m.addArray(b, inner)
			}
		}
		m.addArray(b, c)
	}
}

func (m *ledgerMaker) addArray(b *builder, c *node) {
	if m.lines >= 0 || c.object || c.array || !c.isAlways() || c.schema.Items == nil || !slices.Contains(c.schema.Types, "array") {
		return
	}
	item, err := flatten(b.c, c.schema.Items)
	if err != nil {
		return
	}
	if a := lineAccount(item, c); a != nil {
		m.lines, m.line = len(m.members), a
		m.members = append(m.members, c)
	}
}

// lineAccount is the account of an element of lines: a quantity times a price, or an amount alone.
func lineAccount(item *contract.Schema, array *node) *account {
	names := make([]string, 0, len(item.Properties))
	for _, p := range item.Properties {
		names = append(names, p.Name)
	}
	kind := func(name string) string { return kindOfSchema(propertyOf(item, name)) }
	if a := accountOf(names, kind, ""); a != nil {
		return a
	}
	at := field{array.name, []string{array.parent.name}}
	for _, name := range names {
		if moneyRoleOf(name) == amount && kind(name) != "" && at.isIn([]string{"line", "item", "lineitem"}) {
			a := &account{kind: kind(name)}
			a.names[amount] = name
			return a
		}
	}
	return nil
}

// sumOf is the amount of a line that goes into the sum before tax.
func (a *account) sumOf(line object) (money, bool) {
	for _, role := range []moneyRole{subtotal, amount, total} {
		if v, ok := line.get(a.names[role]); ok && a.has(role) {
			return moneyOf(v, a.kind)
		}
	}
	return 0, false
}

// take lets the maker fill the columns of its members in place of their own makers.
func (m *ledgerMaker) take() {
	order := m.members[0].table.cols
	makers := make([]maker, len(m.members))
	first := len(order)
	for i, c := range m.members {
		makers[i] = c.cell.make
		first = min(first, slices.Index(order, c.cell))
	}
	for i, c := range m.members {
		leads := order[first] == c.cell
		c.cell.make = func(f *gofakeit.Faker, row *cells) (any, error) {
			if leads {
				if err := m.draw(makers, f, row); err != nil {
					return nil, err
				}
			}
			return m.made[i], nil
		}
	}
}

func (m *ledgerMaker) draw(makers []maker, f *gofakeit.Faker, row *cells) error {
	m.made = m.made[:0]
	values := map[string]any{}
	schemas := map[string]*node{}
	for i, make := range makers {
		v, err := make(f, row)
		if err != nil {
			return err
		}
		m.made = append(m.made, v)
		values[m.members[i].name], schemas[m.members[i].name] = v, m.members[i]
	}
	accept := func(name string, v any) bool {
		return m.judge(schemas[name].written, v) && fitsNumberFormat(schemas[name].schema, v)
	}
	settled := m.settle(f, values, m.sum(), accept)
	if settled == nil {
		settled = m.settle(f, values, nil, accept) // without the lines
	}
	for i, c := range m.members {
		if v, ok := settled[c.name]; ok && i != m.lines {
			m.made[i] = v
		}
	}
	m.spreadCurrency()
	return nil
}

// spreadCurrency gives the lines the currency of the object.
func (m *ledgerMaker) spreadCurrency() {
	if m.lines < 0 || m.currency >= len(m.members) {
		return
	}
	code, _ := m.made[m.currency].(string)
	list, _ := m.made[m.lines].([]any)
	changed := make([]any, len(list))
	for i, item := range list {
		line, ok := item.(object)
		if changed[i] = item; !ok {
			continue
		}
		line = slices.Clone(line)
		for k, member := range line {
			if was, isText := member.value.(string); isText && isCurrency(member.name) && len(was) == len(code) {
				line[k].value = code
			}
		}
		changed[i] = line
	}
	if m.judge(m.members[m.lines].written, changed) {
		m.made[m.lines] = changed
	}
}

// fitsNumberFormat tells whether a number lies within the range that its format has.
func fitsNumberFormat(s *contract.Schema, v any) bool {
	bounds, known := formatBounds[s.Format]
	return !known || !outside(textOf(v), bounds)
}

// sum adds up the amounts of the lines, nil where there are none.
func (m *ledgerMaker) sum() *money {
	if m.lines < 0 {
		return nil
	}
	list, _ := m.made[m.lines].([]any)
	var sum money
	for _, item := range list {
		line, _ := item.(object)
		n, ok := m.line.sumOf(line)
		if !ok {
			return nil
		}
		sum += n
	}
	if sum == 0 || sum > largest {
		return nil
	}
	return &sum
}
