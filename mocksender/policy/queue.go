package policy

import (
	"fmt"
	"strings"
)

// Ways to send a queue once its endpoint is active.
const (
	DrainCarefully = "one at a time until the first success"
	DrainAtOnce    = "at the usual rate"
)

// OrderKept is the value of [Policy].Order by which the events of an endpoint are sent one after the other;
// OrderNone makes no promise.
const (
	OrderKept = "kept"
	OrderNone = "none"
)

// Orders of a queue.
const (
	ByEventDate = "eventDate"
	ByArrival   = "arrival"
)

// Queue says what happens to the events of an endpoint that is not active. The
// zero Queue is that of a provider that says nothing: it is read as arrival, at the usual rate.
type Queue struct {
	// While lists the states of the endpoint in which its events queue.
	While []string
	// Order is the order in which the queue is sent: [ByEventDate] or [ByArrival].
	Order string
	// Drain says how the queue is sent: [DrainCarefully] or [DrainAtOnce].
	Drain string
}

func (q Queue) String() string {
	if q.Order == "" {
		return ""
	}
	return fmt.Sprintf("while %s, then in order of %s, %s", strings.Join(q.While, " or "), q.Order, q.Drain)
}
