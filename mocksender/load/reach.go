package load

import (
	"cmp"
	"time"
)

// reach counts what settled while events were due, moved by how long the first took: a receiver that keeps up settles everything
// within it, however long each attempt takes, and one that does not is not flattered by what it works off afterwards.
type reach struct {
	seen     bool
	first    time.Duration // when the first attempt settled
	arriving time.Duration // how long events are due, 0 if nobody knows
	inTime   uint64
}

func (r *reach) count(done time.Duration, c *Config) {
	if !r.seen {
		r.seen, r.first, r.arriving = true, done, c.arriving()
	}
	if done-r.first <= r.arriving {
		r.inTime++
	}
}

// sum is the time so far and what settled in it; both are 0 if they are not known.
func (r *reach) sum(now time.Duration) (time.Duration, uint64) {
	passed := min(r.arriving, now-r.first)
	if !r.seen || passed <= 0 {
		return 0, 0
	}
	return passed, r.inTime
}

// mostUneven is by how much the last attempts may take longer than the first, and still be in time.
const mostUneven = 250 * time.Millisecond

// whole is sum when all of attempts settled before ended, and no event is missing.
func (r *reach) whole(ended time.Duration, attempts uint64) (time.Duration, uint64) {
	if ended-r.first <= r.arriving+min(mostUneven, r.arriving/20) {
		return r.arriving, attempts
	}
	return r.arriving, r.inTime
}

// arriving is how long new events are due, 0 if that is not known before.
func (c *Config) arriving() time.Duration {
	known, ok := c.Arrivals.(interface{ lasts() time.Duration })
	if !ok {
		return c.Duration
	}
	return min(known.lasts(), cmp.Or(c.Duration, known.lasts()))
}
