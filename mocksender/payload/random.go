package payload

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
)

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, OOPSLA 2014). It is a bijection, so distinct
// inputs stay distinct.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// keyOf turns a place in the payload into the constant that makes its random
// values independent of every other place's.
func keyOf(place string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(place)) // a hash never fails to write
	return mix(h.Sum64())
}

// below maps a random word to 0 … n-1 without a division (Lemire: Fast Random
// Integer Generation in an Interval, 2019; the bias is under n/2^64).
func below(word, n uint64) uint64 {
	hi, _ := bits.Mul64(word, n)
	return hi
}

// poolRand returns the generator that fills the pools of one place.
func poolRand(seed, key uint64) *rand.PCG { return rand.NewPCG(mix(seed+0x9e3779b97f4a7c15), key) }

// rate is a probability as a threshold on a random word.
type rate uint64

func newRate(p float64) rate {
	switch {
	case p <= 0:
		return 0
	case p >= 1:
		return ^rate(0)
	}
	return rate(p * (1 << 63) * 2)
}

// hits decides with the low bits spread anew, since the high ones already chose a row.
func (r rate) hits(word uint64) bool { return r != 0 && mix(word) < uint64(r) }

// pow10 is 10^n for 0 ≤ n ≤ 18.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
