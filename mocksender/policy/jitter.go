package policy

import (
	"fmt"
	"time"
)

// Jitter spreads waits so that many retries do not come at once.
type Jitter struct {
	// Kind is none (or ""), full, equal, decorrelated, proportional or additive; the first four after
	// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. Decorrelated is for
	// [Exponential] schedules only, and does not look at their factor.
	Kind string
	// Share is the part of the wait by which proportional jitter changes it at most, either way, and
	// additive jitter lengthens it at most.
	Share float64
}

const decorrelated = "decorrelated"

// growth is how many times as long as the last a decorrelated wait can be.
const growth = 3

// decorrelated draws a wait between the first one and three times the one before, which is 0 if there was
// none; random is uniform in [0,1).
func (e *Exponential) decorrelated(before time.Duration, random float64) time.Duration {
	first := float64(e.First)
	w := first + (growth*max(float64(before), first)-first)*random
	if e.Max > 0 {
		w = min(w, float64(e.Max))
	}
	return time.Duration(min(w, float64(longest)))
}

// Apply returns the wait with jitter; random is uniform in [0,1). Decorrelated jitter needs the wait
// before too, and leaves this one as it is.
func (j Jitter) Apply(wait time.Duration, random float64) time.Duration {
	w := float64(wait)
	switch j.Kind {
	case "full":
		w *= random
	case "equal":
		w = w/2 + w/2*random
	case "proportional":
		w *= 1 + j.Share*(2*random-1)
	case "additive":
		w *= 1 + j.Share*random
	default:
		return wait
	}
	return time.Duration(w)
}

func (j Jitter) String() string {
	switch j.Kind {
	case "", "none":
		return ""
	case "proportional":
		return fmt.Sprintf("jitter ±%g %%", j.Share*100)
	case "additive":
		return fmt.Sprintf("jitter up to +%g %%", j.Share*100)
	}
	return j.Kind + " jitter"
}
