package payload

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// interval holds the numbers that a schema allows: k × step for low ≤ k ≤ high.
type interval struct {
	step      *big.Rat
	low, high *big.Int
}

// formatBounds are the ranges of OpenAPI's number formats.
var formatBounds = map[string][2]string{
	"int8": {"-128", "127"}, "uint8": {"0", "255"}, "int16": {"-32768", "32767"}, "uint16": {"0", "65535"},
	"int32": {"-2147483648", "2147483647"}, "uint32": {"0", "4294967295"},
	"int64": {"-9223372036854775808", "9223372036854775807"}, "uint64": {"0", "18446744073709551615"},
}

// defaultSpan is how far an unbounded side lies from the bounded one: numbers that people expect.
const defaultSpan = 10000

// numbersOf computes the interval exactly.
func numbersOf(s *contract.Schema, whole bool, formats []string) (interval, error) {
	low, high := boundsOf(s)
	if low == nil && high == nil {
		low = big.NewRat(1, 1)
	}
	if low == nil {
		low = new(big.Rat).Sub(high, spanFrom(high, s.MultipleOf))
	}
	if high == nil {
		high = new(big.Rat).Add(low, spanFrom(low, s.MultipleOf))
	}
	for _, f := range formats {
		if b, ok := formatBounds[f]; ok {
			low, high = within(low, b[0], 1), within(high, b[1], -1)
		}
	}
	step := stepOf(s, whole, low, high)
	if step.Sign() <= 0 {
		return interval{}, impossible(s, "multipleOf is not positive")
	}
	iv := interval{step: step, low: ceil(new(big.Rat).Quo(low, step)), high: floor(new(big.Rat).Quo(high, step))}
	if s.ExclusiveMinimum != nil && iv.at(iv.low).Cmp(ratOf(s.ExclusiveMinimum)) <= 0 {
		iv.low.Add(iv.low, big.NewInt(1))
	}
	if s.ExclusiveMaximum != nil && iv.at(iv.high).Cmp(ratOf(s.ExclusiveMaximum)) >= 0 {
		iv.high.Sub(iv.high, big.NewInt(1))
	}
	if iv.low.Cmp(iv.high) > 0 {
		return interval{}, impossible(s, "no number lies between its bounds")
	}
	return iv, nil
}

// boundsOf returns the bounds, nil where there is none. Exclusive ones are corrected by the caller.
func boundsOf(s *contract.Schema) (low, high *big.Rat) {
	if v := bound(s.Minimum, s.ExclusiveMinimum, 1); v != nil {
		low = ratOf(v)
	}
	if v := bound(s.Maximum, s.ExclusiveMaximum, -1); v != nil {
		high = ratOf(v)
	}
	return low, high
}

// spanFrom is how far the other bound lies: with room for a few numbers, however far apart they are.
func spanFrom(r *big.Rat, multiple *contract.Value) *big.Rat {
	span := new(big.Rat).Abs(r)
	if least := big.NewRat(defaultSpan, 1); span.Cmp(least) < 0 {
		span = least
	}
	if multiple == nil {
		return span
	}
	if few := new(big.Rat).SetInt(new(big.Int).Mul(ratOf(multiple).Num(), big.NewInt(20))); span.Cmp(few) < 0 {
		return few
	}
	return span
}

// stepOf is multipleOf, or 1 for integers, or a hundredth (less in a narrow interval) for numbers.
func stepOf(s *contract.Schema, whole bool, low, high *big.Rat) *big.Rat {
	if s.MultipleOf != nil {
		step := ratOf(s.MultipleOf)
		if whole && !step.IsInt() { // the smallest multiple that is whole
			return new(big.Rat).SetInt(step.Num())
		}
		return step
	}
	if whole {
		return big.NewRat(1, 1)
	}
	step, width := big.NewRat(1, 100), new(big.Rat).Sub(high, low)
	for width.Sign() > 0 && new(big.Rat).Quo(width, step).Cmp(big.NewRat(4, 1)) < 0 {
		step.Quo(step, big.NewRat(10, 1))
	}
	if width.Sign() == 0 && low.Sign() != 0 {
		return new(big.Rat).Abs(low)
	}
	return step
}

func (iv interval) at(k *big.Int) *big.Rat { return new(big.Rat).Mul(new(big.Rat).SetInt(k), iv.step) }

// pick draws one of the interval's numbers.
func (iv interval) pick(f *gofakeit.Faker) json.Number {
	n := new(big.Int).Add(new(big.Int).Sub(iv.high, iv.low), big.NewInt(1))
	k := new(big.Int).SetUint64(f.Uint64())
	for n.BitLen() > 60 && k.BitLen() < n.BitLen()+64 {
		k.Lsh(k, 64).Add(k, new(big.Int).SetUint64(f.Uint64()))
	}
	return json.Number(decimalText(iv.at(k.Mod(k, n).Add(k, iv.low))))
}

// decimalText prints a rational that is a finite decimal, exactly; any other to 12 places.
func decimalText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	if places, exact := r.FloatPrec(); exact {
		return r.FloatString(places)
	}
	return strings.TrimRight(r.FloatString(12), "0")
}

func ceil(r *big.Rat) *big.Int {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	if m.Sign() != 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }

// within returns the stricter of a bound and a format's: the larger for sign 1, the smaller for -1.
func within(r *big.Rat, format string, sign int) *big.Rat {
	if b := ratOf(&contract.Value{Text: format}); b.Cmp(r) == sign {
		return b
	}
	return r
}

// maxEnumerated is how many numbers are looked at one by one before saying that none fits.
const maxEnumerated = 2000

// number makes a number for the rules; name helps to choose a plausible one.
func (g *solver) number(gl *goal, name string, whole bool, try int) (any, error) {
	s, formats := made(gl.place(), ""), []string(nil)
	gl.each(func(r *contract.Schema) {
		mergeNumbers(s, s, r)
		if r.Format != "" {
			formats = append(formats, r.Format)
			whole = whole || r.Format == "int32" || r.Format == "int64"
		}
	})
	iv, err := numbersOf(s, whole, formats)
	if err != nil {
		return nil, err
	}
	if try < 3 {
		if v := g.plausible(s, iv, formats, name, whole); v != nil {
			return v, nil
		}
	}
	if try != 4 || new(big.Int).Sub(iv.high, iv.low).Cmp(big.NewInt(maxEnumerated)) > 0 {
		return iv.pick(g.f), nil
	}
	low, high := boundsOf(s)
	return g.enumerated(gl, iv, low != nil && high != nil && (whole || s.MultipleOf != nil))
}

// plausible is a number such as the name calls for, nil where the name says nothing or the schema wants another.
func (g *solver) plausible(s *contract.Schema, iv interval, formats []string, name string, whole bool) any {
	for range 4 {
		v := g.instant(name, whole)
		if v == nil {
			v = guessNumber(g.f, g.field(name), whole)
		}
		if v == nil || !bounded(s) && len(formats) == 0 {
			return v
		}
		r, ok := new(big.Rat).SetString(textOf(v))
		if k := new(big.Rat).Quo(r, iv.step); ok && (s.MultipleOf == nil || k.IsInt()) && inside(r, s, formats) {
			return v
		}
	}
	return nil
}

// inside tells whether a number lies between a schema's bounds.
func inside(r *big.Rat, s *contract.Schema, formats []string) bool {
	within := func(v *contract.Value, ok func(sign int) bool) bool { return v == nil || ok(r.Cmp(ratOf(v))) }
	for _, format := range formats {
		if b, known := formatBounds[format]; known && outside(r.RatString(), b) {
			return false
		}
	}
	return within(s.Minimum, func(c int) bool { return c >= 0 }) && within(s.ExclusiveMinimum, func(c int) bool { return c > 0 }) &&
		within(s.Maximum, func(c int) bool { return c <= 0 }) && within(s.ExclusiveMaximum, func(c int) bool { return c < 0 })
}

// instant is a moment in Unix seconds, for integers that are named like one: created, expires_at.
func (g *solver) instant(name string, whole bool) any {
	if !whole || !tellsTime(name) {
		return nil
	}
	return int(g.recent(name).Unix()) * unixScale(name)
}

// enumerated looks at all numbers of a short interval, from a random one on.
func (g *solver) enumerated(gl *goal, iv interval, all bool) (any, error) {
	count := new(big.Int).Sub(iv.high, iv.low).Int64() + 1
	from := int64(g.f.IntN(int(count)))
	for i := range count {
		k := big.NewInt((from + i) % count)
		if v := json.Number(decimalText(iv.at(k.Add(k, iv.low)))); g.fits(gl, v) {
			return v, nil
		}
	}
	if all {
		return nil, impossible(gl.place(), "none of the %d numbers between its bounds satisfies the rest", count)
	}
	return nil, unsolved(gl.place(), "no number found that satisfies the rest")
}
