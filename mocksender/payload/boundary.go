package payload

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// longest is the length of the longest string where the schema sets no limit, in characters.
const longest = 4096

// atLimits turns a maker into one that goes through the limits of the schema, with
// an ordinary value after each, so that one payload holds several limits but is
// not made of them alone. A limit that the schema refuses is left out.
func (b *builder) atLimits(n *node, m maker) maker {
	if b.o.Profile != Boundary {
		return m
	}
	g := newSolver(b.c, nil)
	limits := slices.DeleteFunc(append(limitsOf(n.schema), b.structuresOf(n)...), func(v any) bool { return !g.valid(n.written, v) })
	if len(limits) == 0 {
		return m
	}
	turn := int(keyOf(n.path) % uint64(2*len(limits))) //nolint:gosec // fields start at different limits
	return func(f *gofakeit.Faker, row *cells) (any, error) {
		turn++
		if turn%2 == 0 {
			return m(f, row)
		}
		return limits[turn/2%len(limits)], nil
	}
}

// limitsOf lists values at and near the limits of a schema. Not all need satisfy it.
func limitsOf(s *contract.Schema) []any {
	if s.Const != nil || len(s.Enum) > 0 {
		var all []any
		for _, v := range s.Enum {
			all = append(all, plain(v))
		}
		return all
	}
	var limits []any
	for _, t := range s.Types {
		switch t {
		case "null":
			limits = append(limits, nil)
		case "string":
			if s.ContentEncoding == "" && !contract.IsJSON(s.ContentMediaType) { // else it holds a document, and none of these is one
				limits = append(limits, stringLimits(s)...)
			}
		case "integer":
			limits = append(limits, numberLimits(s, true)...)
		case "number":
			limits = append(limits, numberLimits(s, false)...)
		}
	}
	return limits
}

// unusual are texts that break receivers which do not expect them: astral
// characters, right-to-left text, combining marks, and what a query or a page
// would misread, control characters among them, but no NUL: many stores refuse it, and no provider sends it.
var unusual = []string{
	"𝒜strid 🧾 Ünïcøde", "مرحبا بالعالم", "שלום עולם", "Z͑ͫ̓ͪ̂a̴͓l̷g͠o̶", "e\u0301\u0327", "👩‍👩‍👧‍👦", "日本語テキスト",
	"O'Brien \"Bob\" <b>&amp;</b>", "'; DROP TABLE customers; --", "${7*7}{{7*7}}", "..\\..\\etc", "null", "0", "ﬃ ǅ İ ı ß",
	"tab\tline\nreturn\r", "\u0001\u001b[31m\u001f\u007f\u0085", "\u202eoverride\u202c\ufeff\u2028",
}

func stringLimits(s *contract.Schema) []any {
	var limits []any
	switch s.Format {
	case "":
		limits = append(limits, "", " ")
		for _, u := range unusual {
			limits = append(limits, u)
		}
		low, high := 0, longest
		if s.MinLength != nil {
			low = *s.MinLength
		}
		if s.MaxLength != nil {
			high = *s.MaxLength
		}
		limits = append(limits, strings.Repeat("é", low), strings.Repeat("w", high), cutRunes(strings.Repeat("𝒳", min(high, 64)), high))
	case "date-time":
		limits = []any{"2024-02-29T23:59:59Z", "2025-03-30T02:30:00+01:00", "2016-12-31T23:59:60Z", "1969-12-31T23:59:59Z",
			"2038-01-19T03:14:08Z", "2026-01-15T03:00:00.000000001Z", "9999-12-31T23:59:59-12:00"}
	case "date":
		limits = []any{"2024-02-29", "1900-03-01", "1969-12-31", "9999-12-31"}
	case "email":
		limits = []any{"a@b.test", strings.Repeat("x", 64) + "@" + strings.Repeat("y", 60) + ".example.com", "first.last+tag@sub.example.com"}
	case "uri", "url":
		limits = []any{"https://example.com", "https://example.com/" + strings.Repeat("p", 2000), "https://example.com/?a=1&b=%20#f"}
	case "uuid":
		limits = []any{"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}
	}
	return limits
}

const (
	manyItems  = 64 // how many elements the longest array has where the schema sets no limit,
	mostItems  = 500
	deepLevels = 32 // and how often a schema that refers to itself stands in itself
)

// structuresOf are arrays of the least and the most elements, and deep nesting where the schema refers to itself.
func (b *builder) structuresOf(n *node) []any {
	g := b.solver(gofakeit.NewFaker(poolRand(mix(b.o.Seed), keyOf(n.path+"#limits")), false))
	g.above, g.around = n.kinAbove(), b.around(n)
	var all []any
	if slices.Contains(n.schema.Types, "array") {
		low, high := 0, manyItems
		if n.schema.MinItems != nil {
			low, high = *n.schema.MinItems, max(high, *n.schema.MinItems)
		}
		if n.schema.MaxItems != nil {
			high = min(*n.schema.MaxItems, mostItems)
		}
		for _, count := range []int{low, high} {
			exactly := &contract.Schema{Pos: n.schema.Pos, Pointer: n.schema.Pointer, MinItems: &count, MaxItems: &count}
			v, err := g.find(&contract.Schema{Pos: n.schema.Pos, Pointer: n.schema.Pointer, AllOf: []*contract.Schema{n.written, exactly}}, n.fieldName())
			if err == nil {
				all = append(all, v)
			}
		}
	}
	for _, s := range n.kinAbove() { // what the leaf stands in
		if v := b.nestedIn(g, n, s); v != nil {
			all = append(all, v)
		}
	}
	return all
}

// nestedIn is a value of a leaf in which a schema stands in itself many times, nil where it does not refer to itself.
func (b *builder) nestedIn(g *solver, n *node, s *contract.Schema) any {
	direct := leadsTo(b.c, n.written, s)
	listed := n.schema.Items != nil && leadsTo(b.c, n.schema.Items, s)
	flat, err := flatten(b.c, s)
	if err != nil || !direct && !listed {
		return nil
	}
	at := slices.IndexFunc(flat.Properties, func(p contract.Property) bool { return p.Name == n.name })
	v, err := g.find(s, n.fieldName())
	inner, isObject := v.(object)
	if err != nil || !isObject || at < 0 {
		return nil
	}
	wrap := func(v any) any {
		if direct {
			return v
		}
		return []any{v}
	}
	for range deepLevels {
		inner = append(slices.DeleteFunc(slices.Clone(inner), func(m member) bool { return m.name == n.name }), member{n.name, wrap(inner)})
	}
	return wrap(inner)
}

// leadsTo tells whether a schema's references lead to another one.
func leadsTo(c *contract.Contract, s, to *contract.Schema) bool {
	return slices.Contains(kinOf(c, s), to)
}

func cutRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// numberLimits are the bounds, and where there are none the numbers at which
// common types end: 2^31, 2^53 and 2^63, and for fractions exponents and -0.
func numberLimits(s *contract.Schema, whole bool) []any {
	var limits []any
	if iv, err := numbersOf(s, whole, []string{s.Format}); err == nil {
		limits = append(limits, json.Number(decimalText(iv.at(iv.low))), json.Number(decimalText(iv.at(iv.high))))
	}
	if b, ok := formatBounds[s.Format]; ok {
		limits = append(limits, json.Number(b[0]), json.Number(b[1]))
	}
	texts := []string{"0", "-0", "1", "-1", "2147483647", "2147483648", "9007199254740991", "9007199254740993"}
	if !whole {
		texts = []string{"0", "-0", "0.1", "-0.01", "1e-7", "1E+2", "9007199254740991", "9007199254740993", "123456789.123456789"}
	}
	bounds, bounded := formatBounds[s.Format]
	for _, text := range texts {
		if bounded && whole && outside(text, bounds) {
			continue
		}
		limits = append(limits, json.Number(text))
	}
	return limits
}

func outside(text string, bounds [2]string) bool {
	n, low, high := new(big.Rat), new(big.Rat), new(big.Rat)
	n.SetString(text)
	low.SetString(bounds[0])
	high.SetString(bounds[1])
	return n.Cmp(low) < 0 || n.Cmp(high) > 0
}

// unusualPerson gives names that real people have and many programs refuse.
func unusualPerson(f *gofakeit.Faker, countries []string) []any {
	values := person(f, countries)
	names := [][2]string{
		{"Ó", "Ü"}, {"Zoë-Marie", "O'Connor-Łukasiewicz"}, {"José María", "de la Cruz y Fernández"}, {"نور", "الهاشمي"},
		{"𝒜strid", "Þórðardóttir"}, {"明", "王"}, {"Nguyễn", "Thị Ánh"}, {"Wolfeschlegelsteinhausenbergerdorff", strings.Repeat("Van der ", 8) + "Berg"},
		{"Null", "Void"}, {"<b>Bo</b>", "\"Quote\""},
	}
	if f.Bool() {
		name := names[f.IntN(len(names))]
		values[0], values[2], values[3] = name[0], name[1], name[0]+" "+name[1]
	}
	return values
}

// unusualCompany is unusual in half of the rows; the domain stays plain.
func unusualCompany(f *gofakeit.Faker, countries []string) []any {
	values := company(f, countries)
	if f.Bool() {
		values[0] = unusual[f.IntN(len(unusual))]
	}
	return values
}
