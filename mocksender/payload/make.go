package payload

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// rowMaker compiles an annotation inside a record: names are the row's own columns.
func (b *builder) rowMaker(s *spec) maker {
	var m maker
	switch s.maker {
	case "expr":
		m = b.exprMaker(s, s.arg, rowNames)
	case "decimal":
		m = b.decimalMaker(s, rowNames)
	case "template":
		m = b.rowTemplate(s)
	default:
		m = b.plainMaker(s)
	}
	if m == nil {
		return nil
	}
	return withRates(m, s)
}

// plainMaker compiles the makers that look at nothing else.
func (b *builder) plainMaker(s *spec) maker {
	switch s.maker {
	case "func":
		return funcMaker(s, b.fail)
	case "value":
		v := plain(s.arg)
		return func(*gofakeit.Faker, *cells) (any, error) { return v, nil }
	case "pool":
		return b.poolMaker(s)
	case "integer":
		return b.integerMaker(s)
	case "uuid":
		return func(f *gofakeit.Faker, _ *cells) (any, error) {
			return string(appendUUID(nil, f.Uint64(), f.Uint64())), nil
		}
	}
	b.fail(s.pos, "x-faker: %s needs the event and cannot stand here: want func, value, pool, integer, decimal, expr, template or uuid", s.maker)
	return nil
}

func (b *builder) poolMaker(s *spec) maker {
	if s.arg.Kind != contract.Array || len(s.arg.Items) == 0 {
		b.fail(s.arg.Pos, "x-faker: pool: want a list of values")
		return nil
	}
	if s.weights != nil && len(s.weights) != len(s.arg.Items) {
		b.fail(s.arg.Pos, "x-faker: pool has %d values and weight %d", len(s.arg.Items), len(s.weights))
		return nil
	}
	values := plain(s.arg).([]any) // the kind was checked
	chance := newWeighted(len(values), s.weights)
	return func(f *gofakeit.Faker, _ *cells) (any, error) { return values[chance.pick(f)], nil }
}

func (b *builder) integerMaker(s *spec) maker {
	low, high := b.intOption(s.arg, "min", 0), b.intOption(s.arg, "max", defaultSpan)
	if high < low {
		b.fail(s.arg.Pos, "x-faker: integer: min %d is above max %d", low, high)
		return nil
	}
	return func(f *gofakeit.Faker, _ *cells) (any, error) {
		if b.o.Profile == Boundary {
			return []int64{low, high}[f.IntN(2)], nil
		}
		return low + int64(below(f.Uint64(), uint64(high-low+1))), nil //nolint:gosec // high ≥ low
	}
}

func (b *builder) intOption(v *contract.Value, name string, fallback int64) int64 {
	option := v.Lookup(name)
	if option == nil {
		return fallback
	}
	n, err := readInt(option)
	if err != nil {
		b.fail(option.Pos, "x-faker: %s: %v", name, err)
	}
	return n
}

// decimalMaker draws from min to max, both of which may be expressions over other values.
func (b *builder) decimalMaker(s *spec, names nameResolver) maker {
	low, high := b.amount(s, "min", 0, names), b.amount(s, "max", defaultSpan, names)
	places, whole := int(b.intOption(s.arg, "places", 2)), 0.0
	if v := s.arg.Lookup("whole"); v != nil {
		var err error
		if whole, err = readRate(v); err != nil {
			b.fail(v.Pos, "x-faker: whole: %v", err)
		}
	}
	if low == nil || high == nil || places < 0 || places > 9 {
		return nil
	}
	unit := pow10(places)
	return func(f *gofakeit.Faker, row *cells) (any, error) {
		from, err := low(f, row)
		if err != nil {
			return nil, err
		}
		to, err := high(f, row)
		if err != nil {
			return nil, err
		}
		lowest, highest := toFloat(from), toFloat(to)
		if b.o.Profile == Boundary && f.Bool() { // one end of the range in half of the rows
			lowest = []float64{lowest, highest}[f.IntN(2)]
			highest = lowest
		}
		return drawDecimal(f, lowest, highest, unit, places, whole)
	}
}

func drawDecimal(f *gofakeit.Faker, from, to float64, unit int64, places int, whole float64) (any, error) {
	a, z := int64(math.Ceil(from*float64(unit)-1e-6)), int64(math.Floor(to*float64(unit)+1e-6))
	if z < a {
		return nil, fmt.Errorf("decimal: min %v is above max %v", from, to)
	}
	n := a + int64(below(f.Uint64(), uint64(z-a+1))) //nolint:gosec // z ≥ a
	if f.Float64() < whole && (n/unit)*unit >= a {
		n = n / unit * unit
	}
	return json.Number(decimal(int(n), places)), nil
}

// amount is a number of the annotation, or an expression.
func (b *builder) amount(s *spec, name string, fallback float64, names nameResolver) maker {
	v := s.arg.Lookup(name)
	if v != nil && v.Kind == contract.String {
		return b.exprMaker(s, v, names)
	}
	n := fallback
	if v != nil {
		var err error
		if n, err = readFloat(v); err != nil {
			b.fail(v.Pos, "x-faker: %s: %v", name, err)
			return nil
		}
	}
	return func(*gofakeit.Faker, *cells) (any, error) { return n, nil }
}

func toFloat(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case json.Number:
		n, _ := v.Float64() // 0 for a number out of range
		return n
	}
	n, _ := asInt(v)
	return float64(n)
}

// rowTemplate fills {column} marks from the row.
func (b *builder) rowTemplate(s *spec) maker {
	texts, refs := splitTemplate(s.arg.Text)
	return func(_ *gofakeit.Faker, row *cells) (any, error) {
		var out strings.Builder
		for i, text := range texts {
			out.WriteString(text)
			if i == len(refs) {
				break
			}
			v, ok := row.get(refs[i])
			if !ok {
				return nil, fmt.Errorf("template: unknown column %q", refs[i])
			}
			out.WriteString(textOf(v))
		}
		return out.String(), nil
	}
}

// textOf prints a value as it stands inside a text.
func textOf(v any) string {
	if v == nil {
		return ""
	}
	if n, ok := asInt(v); ok {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprint(v)
}

// splitTemplate splits "a{x}b{y}c" into a, b, c and x, y.
func splitTemplate(text string) (texts, refs []string) {
	for {
		before, rest, ok := strings.Cut(text, "{")
		ref, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return append(texts, text), refs
		}
		texts, refs = append(texts, before), append(refs, ref)
		text = after
	}
}

// withRates applies null_rate, empty_rate, string_rate and format to a pool's values.
func withRates(m maker, s *spec) maker {
	if s.nullRate == 0 && s.emptyRate == 0 && s.stringRate == 0 && s.format == "" {
		return m
	}
	return func(f *gofakeit.Faker, row *cells) (any, error) {
		v, err := m(f, row)
		x := f.Float64()
		switch {
		case err != nil:
			return nil, err
		case x < s.nullRate:
			return nil, nil //nolint:nilnil // null is the value
		case x < s.nullRate+s.emptyRate:
			return "", nil
		case s.format != "":
			v = printf(s.format, v)
		}
		if f.Float64() < s.stringRate {
			return textOf(v), nil
		}
		return v, nil
	}
}

func printf(format string, v any) string {
	if n, ok := asInt(v); ok {
		return fmt.Sprintf(format, n)
	}
	if n, ok := v.(json.Number); ok {
		return fmt.Sprintf(format, toFloat(n))
	}
	return fmt.Sprintf(format, v)
}
