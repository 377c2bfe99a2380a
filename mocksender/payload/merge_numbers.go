package payload

import (
	"math/big"

	"github.com/hookrig/hookrig/mocksender/contract"
)

func larger(a, b *int) *int {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func smaller(a, b *int) *int {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

// bound returns the stricter of two bounds: the larger for sign 1, the smaller for -1.
func bound(a, b *contract.Value, sign int) *contract.Value {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	if ratOf(a).Cmp(ratOf(b)) == sign {
		return a
	}
	return b
}

// ratOf reads a number exactly; a nil value is 0.
func ratOf(v *contract.Value) *big.Rat {
	r := new(big.Rat)
	if v != nil {
		r.SetString(v.Text)
	}
	return r
}

// commonMultiple returns the least common multiple of two steps.
func commonMultiple(a, b *contract.Value) *contract.Value {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	x, y := ratOf(a), ratOf(b)
	if x.Sign() <= 0 || y.Sign() <= 0 {
		return a
	}
	// lcm(p/q, r/s) = lcm(p·s, r·q) / (q·s)
	ps, rq := new(big.Int).Mul(x.Num(), y.Denom()), new(big.Int).Mul(y.Num(), x.Denom())
	gcd := new(big.Int).GCD(nil, nil, ps, rq)
	lcm := ps.Mul(ps.Div(ps, gcd), rq)
	out := new(big.Rat).SetFrac(lcm, new(big.Int).Mul(x.Denom(), y.Denom()))
	return &contract.Value{Kind: contract.Number, Pos: a.Pos, Text: decimalText(out)}
}

// equalValues compares by JSON's meaning: 1 and 1.0 are equal, and the order of members is not looked at.
func equalValues(a, b *contract.Value) bool {
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	if a.Kind == contract.Number {
		return ratOf(a).Cmp(ratOf(b)) == 0
	}
	for i := range a.Items {
		if !equalValues(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, f := range a.Fields {
		if other := b.Lookup(f.Name); other == nil || !equalValues(f.Value, other) {
			return false
		}
	}
	return a.Text == b.Text
}
