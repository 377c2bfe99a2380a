package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Try is one run of a search.
type Try struct {
	Rate Rate `json:"rate"`
	// Held tells that the run held what it had to.
	Held bool `json:"held"`
	// Confirms tells that the run was made to be sure of a rate that had held already.
	Confirms bool `json:"confirms,omitempty"`
	// Why says what was missed, or "".
	Why string `json:"why,omitempty"`
	// Limited tells that hookrig itself could not send at the rate: a faster one may hold.
	Limited bool `json:"limited,omitempty"`
	// Reached is the rate at which attempts settled, P99 the latency of the slowest hundredth, Success the share that was taken.
	Reached Rate          `json:"reached"`
	P99     time.Duration `json:"p99"`
	Success float64       `json:"success"`
}

// Search finds the highest rate that holds.
type Search struct {
	// From is the first rate that is tried. Required.
	From Rate
	// Precision is the distance between a rate that holds and one that does not, as a share, at which it ends. 0: 5 %.
	Precision float64
	// Confirm is how many more times the rate that was found must hold. 0: twice.
	Confirm int
	// Run makes a run at a rate, and says how it went; Rate and Confirms are filled in. Required.
	Run func(ctx context.Context, r Rate) (Try, error)
}

// The limits of a search.
const (
	maxTries     = 60
	lowestSearch = Rate(0.1)
)

// ErrNoRate says that not even a tenth of an event a second holds.
var ErrNoRate = errors.New("no rate holds")

// Find doubles the rate until it does not hold (or halves it until it does), halves the bracket by its geometric
// mean, and confirms what it found; a rate that does not hold again is an upper end, and the search goes on below. At last the upper
// end is tried again: if it holds then, a hiccup spoilt it before, and the search goes on above.
// It returns the rate and all tries; the error is Run's, ctx's cause or [ErrNoRate].
func (s Search) Find(ctx context.Context) (Rate, []Try, error) {
	if s.Precision <= 0 {
		s.Precision = 0.05
	}
	if s.Confirm <= 0 {
		s.Confirm = 2
	}
	var tries []Try
	b := bracket{high: Rate(math.Inf(1)), doubted: map[Rate]bool{}}
	for r := s.From; len(tries) < maxTries; {
		try, err := s.Run(ctx, r)
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return b.low, tries, err
		}
		try.Rate, try.Confirms = r, r == b.low
		tries = append(tries, try)
		b.take(s, tries)
		if r = s.next(b.low, b.high); r < lowestSearch {
			return 0, tries, ErrNoRate
		}
		if r == b.low && b.confirmed == s.Confirm {
			if b.doubted[b.high] {
				return b.low, tries, nil
			}
			r, b.doubted[b.high] = b.high, true
		}
	}
	return b.low, tries, fmt.Errorf("the search did not end in %d runs: the receiver does not behave the same twice", maxTries)
}

// bracket is what a search knows so far.
type bracket struct {
	low, high Rate // the highest that held, and the lowest above it that did not
	confirmed int  // how often low held again
	doubted   map[Rate]bool
}

// take narrows the bracket by the last of the tries, or widens it again.
func (b *bracket) take(s Search, tries []Try) {
	try := tries[len(tries)-1]
	switch {
	case try.Held && try.Confirms:
		b.confirmed++
	case try.Held:
		if try.Rate == b.high { // it was spoilt before
			b.high = Rate(math.Inf(1))
		}
		b.low, b.confirmed = try.Rate, 0
	case try.Confirms: // it held by luck
		b.low, b.high, b.confirmed = s.below(tries, try.Rate), try.Rate, 0
	default:
		b.high = try.Rate
	}
}

// below is the highest rate under r that held when it was tried last, 0 if there is none.
func (s Search) below(tries []Try, r Rate) (best Rate) {
	held := map[Rate]bool{}
	for _, t := range tries {
		held[t.Rate] = t.Held
	}
	for rate := range held {
		if rate < r && held[rate] {
			best = max(best, rate)
		}
	}
	return best
}

// next is the rate to try, which is low itself once the bracket is narrow enough. Rates have three digits.
func (s Search) next(low, high Rate) Rate {
	var r Rate
	switch {
	case math.IsInf(float64(high), 1):
		return 2 * low
	case low == 0:
		r = high / 2
	case float64(high/low) <= 1+s.Precision:
		return low
	default:
		r = Rate(math.Sqrt(float64(low * high)))
	}
	if r = rounded(r); r <= low || r >= high {
		return low
	}
	return r
}

func rounded(r Rate) Rate {
	unit := Rate(math.Pow(10, math.Floor(math.Log10(float64(r)))-2))
	return Rate(math.Round(float64(r/unit))) * unit
}
