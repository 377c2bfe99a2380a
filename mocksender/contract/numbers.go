package contract

import (
	"math/big"
	"strconv"
	"strings"
)

// maxExponent bounds the exponents that are computed with: 1e999999999 is a short text and a huge number.
const maxExponent = 4096

// count reads a number that counts something; 2.0 and 2e0 are 2. It returns nil for anything else,
// and the largest int for what no int can hold.
func count(v *Value) *int {
	if v == nil || v.Kind != Number {
		return nil
	}
	n, err := strconv.Atoi(v.Text)
	if err == nil {
		return nonNegative(n)
	}
	if !computable(v.Text) {
		return nil
	}
	r, ok := new(big.Rat).SetString(v.Text)
	if !ok || !r.IsInt() || r.Sign() < 0 {
		return nil
	}
	if !r.Num().IsInt64() {
		n = int(^uint(0) >> 1)
		return &n
	}
	return nonNegative(int(r.Num().Int64()))
}

func nonNegative(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

// computable tells whether a JSON number's exponent is small enough to compute with.
func computable(number string) bool {
	i := strings.IndexAny(number, "eE")
	if i < 0 {
		return true
	}
	exponent, err := strconv.Atoi(strings.TrimPrefix(number[i+1:], "+"))
	return err == nil && exponent >= -maxExponent && exponent <= maxExponent
}
