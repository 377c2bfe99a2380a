package k6

import (
	"fmt"
	"math/big"
	"math/bits"
	"strings"

	"go.k6.io/k6/lib"
)

// segment is an instance's share of all events. Event n belongs to the segment that holds the point whose binary digits are
// those of n mirrored (the sequence of van der Corput, https://en.wikipedia.org/wiki/Van_der_Corput_sequence). Segments that
// do not overlap so have no event in common, whatever their number and sizes, and each gets its share of any run of events.
type segment struct{ first, last uint64 } // of the mirrored numbers

// newSegment reads an execution segment of k6; nil is all there is.
func newSegment(s *lib.ExecutionSegment) (*segment, error) {
	if s == nil {
		return &segment{0, ^uint64(0)}, nil
	}
	from, to, _ := strings.Cut(s.String(), ":")
	first, err := mirrored(from)
	if err != nil {
		return nil, fmt.Errorf("execution segment %s: %w", s, err)
	}
	end, err := mirrored(to)
	if err != nil {
		return nil, fmt.Errorf("execution segment %s: %w", s, err)
	}
	end.Sub(end, big.NewInt(1))
	if first.Cmp(end) > 0 {
		return nil, fmt.Errorf("execution segment %s: holds nothing", s)
	}
	return &segment{first.Uint64(), end.Uint64()}, nil
}

// mirrored is the least of 2^64 equal steps from 0 to 1 that is not below a fraction.
func mirrored(text string) (*big.Int, error) {
	at, ok := new(big.Rat).SetString(text)
	if !ok || at.Sign() < 0 || at.Cmp(big.NewRat(1, 1)) > 0 {
		return nil, fmt.Errorf("%q is no fraction", text)
	}
	steps := new(big.Int).Lsh(at.Num(), 64)
	steps.Add(steps, at.Denom()).Sub(steps, big.NewInt(1))
	return steps.Div(steps, at.Denom()), nil
}

// holds tells whether the segment has event number n.
func (s *segment) holds(n uint64) bool {
	at := bits.Reverse64(n)
	return s.first <= at && at <= s.last
}

// whole tells that there is no other instance.
func (s *segment) whole() bool { return s.first == 0 && s.last == ^uint64(0) }

// take returns the number of an event that nobody else of the test sends.
func (x *Extension) take(s *segment) uint64 {
	for {
		if n := x.taken.Add(1) - 1; s.holds(n) {
			return n
		}
	}
}
