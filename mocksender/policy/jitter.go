package policy

import (
	"fmt"
	"time"
)

// Jitter spreads waits so that many retries do not come at once.
type Jitter struct {
	// Kind is none (or ""), full, equal, proportional or additive; the first three after
	// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
	Kind string
	// Share is the part of the wait by which proportional jitter changes it at most, either way, and
	// additive jitter lengthens it at most.
	Share float64
}

// Apply returns the wait with jitter; random is uniform in [0,1).
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
