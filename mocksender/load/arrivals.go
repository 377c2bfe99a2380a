package load

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Arrivals say when events are due, whatever the receiver does. They are not safe for concurrent use.
type Arrivals interface {
	// Next returns when the next event is due, counted from the start and never before the one before
	// it; ok is false after the last one.
	Next() (at time.Duration, ok bool)
}

// Even returns arrivals that are as far apart as the shape's rate says; the first is due at once.
func Even(shape Shape) Arrivals { return &even{cursor: walk(shape)} }

type even struct {
	cursor
	n uint64
}

func (e *even) Next() (time.Duration, bool) {
	at, ok := e.at(float64(e.n))
	e.n++
	return at, ok
}

// Poisson returns arrivals that are independent of each other, as those of many customers are, at the
// shape's rate on average: a Poisson process of unit rate whose time is bent by the shape
// (Çınlar, Introduction to Stochastic Processes, 1975, chapter 4.7). The same seed gives the same times.
func Poisson(shape Shape, seed uint64) Arrivals {
	return &poisson{cursor: walk(shape), random: rand.New(rand.NewPCG(seed, poissonStream))}
}

// poissonStream keeps the draws apart from others of the same seed.
const poissonStream = 0x706f6973736f6e

type poisson struct {
	cursor
	random *rand.Rand
	sum    float64
}

func (p *poisson) Next() (time.Duration, bool) {
	p.sum += p.random.ExpFloat64()
	return p.at(p.sum)
}

// Replayed returns arrivals at recorded moments, the first at once, with gaps as they were.
func Replayed(moments []time.Time) Arrivals {
	sorted := slices.SortedFunc(slices.Values(moments), time.Time.Compare)
	return &replayed{sorted: sorted}
}

type replayed struct {
	sorted []time.Time
	n      int
}

func (r *replayed) lasts() time.Duration {
	if len(r.sorted) == 0 {
		return 0
	}
	return r.sorted[len(r.sorted)-1].Sub(r.sorted[0])
}

func (r *replayed) Next() (time.Duration, bool) {
	if r.n == len(r.sorted) {
		return 0, false
	}
	r.n++
	return r.sorted[r.n-1].Sub(r.sorted[0]), true
}
