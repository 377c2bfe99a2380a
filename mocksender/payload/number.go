package payload

import (
	"encoding/json"
	"math/big"
	"slices"
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
func numbersOf(s *contract.Schema, whole bool) (interval, error) {
	low, high := boundsOf(s, whole)
	if low == nil && high == nil {
		low = big.NewRat(1, 1)
	}
	if low == nil {
		low = new(big.Rat).Sub(high, spanFrom(high))
	}
	if high == nil {
		high = new(big.Rat).Add(low, spanFrom(low))
	}
	step := stepOf(s, whole, low, high)
	if step.Sign() <= 0 {
		return interval{}, problem(s, "multipleOf is not positive")
	}
	iv := interval{step: step, low: ceil(new(big.Rat).Quo(low, step)), high: floor(new(big.Rat).Quo(high, step))}
	if s.ExclusiveMinimum != nil && iv.at(iv.low).Cmp(ratOf(s.ExclusiveMinimum)) <= 0 {
		iv.low.Add(iv.low, big.NewInt(1))
	}
	if s.ExclusiveMaximum != nil && iv.at(iv.high).Cmp(ratOf(s.ExclusiveMaximum)) >= 0 {
		iv.high.Sub(iv.high, big.NewInt(1))
	}
	if iv.low.Cmp(iv.high) > 0 {
		return interval{}, problem(s, "no number lies between its bounds")
	}
	return iv, nil
}

// boundsOf returns the bounds, nil where there is none. Exclusive ones are corrected by the caller.
func boundsOf(s *contract.Schema, whole bool) (low, high *big.Rat) {
	if v := bound(s.Minimum, s.ExclusiveMinimum, 1); v != nil {
		low = ratOf(v)
	}
	if v := bound(s.Maximum, s.ExclusiveMaximum, -1); v != nil {
		high = ratOf(v)
	}
	if b, ok := formatBounds[s.Format]; ok && whole {
		min, max := ratOf(&contract.Value{Text: b[0]}), ratOf(&contract.Value{Text: b[1]})
		if low != nil && high == nil && new(big.Rat).Add(low, spanFrom(low)).Cmp(max) > 0 {
			high = max
		}
		if high != nil && low == nil && new(big.Rat).Sub(high, spanFrom(high)).Cmp(min) < 0 {
			low = min
		}
	}
	return low, high
}

func spanFrom(r *big.Rat) *big.Rat {
	span := new(big.Rat).Abs(r)
	if least := big.NewRat(defaultSpan, 1); span.Cmp(least) < 0 {
		return least
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

// number makes a number for the schema; name helps to choose a plausible one.
func (g *solver) number(s *contract.Schema, name string, whole bool) (any, error) {
	bounded := slices.ContainsFunc([]*contract.Value{s.Minimum, s.Maximum, s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf},
		func(v *contract.Value) bool { return v != nil })
	if !bounded {
		if v := guessNumber(g.f, name, whole); v != nil {
			return v, nil
		}
	}
	iv, err := numbersOf(s, whole)
	if err != nil {
		return nil, err
	}
	return iv.pick(g.f), nil
}
