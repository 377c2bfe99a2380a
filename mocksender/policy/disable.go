package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Disable says when and how a provider stops sending to an endpoint. Of several
// limits the first that is reached counts.
type Disable struct {
	// After is the number of failures, 0 if their number alone does not matter.
	After int
	// AfterTime is for how long every attempt must have failed. 0: no matter.
	AfterTime time.Duration
	// Rate is the share of failures among the last Of results, in (0,1], at which the endpoint is given
	// up. 0: no matter.
	Rate float64
	Of   int
	// Statuses, if there are any, are the only replies that count as failures here; they also end
	// the retries of their delivery.
	Statuses []Statuses
	// Consecutive counts failures in a row only; otherwise all since the last reset.
	Consecutive bool
	// PerEvent counts events that were given up; otherwise failed attempts.
	PerEvent bool
	// Action is what the endpoint becomes: failed, disabled or deleted.
	Action string
	// RestoreAfter is the number of successes that set the failure count to zero. 0: none does, a person has to.
	RestoreAfter int
}

// Counts tells whether a failed attempt counts as a failure of the endpoint.
func (d *Disable) Counts(a *mocksender.Attempt) bool {
	return len(d.Statuses) == 0 || a.Reply != nil && within(d.Statuses, a.Reply.Status)
}

func (d *Disable) String() string {
	if d == nil {
		return "never"
	}
	text := d.Action + " after " + strings.Join(d.limits(), " or ")
	if len(d.Statuses) > 0 {
		text += " with " + join(d.Statuses)
	}
	if d.RestoreAfter > 0 {
		text += fmt.Sprintf("; %d successes reset the count", d.RestoreAfter)
	}
	return text
}

// limits puts each limit into words.
func (d *Disable) limits() []string {
	what, row := "attempts", "in total"
	if d.PerEvent {
		what = "events"
	}
	if d.Consecutive {
		row = "in a row"
	}
	var limits []string
	if d.After > 0 {
		limits = append(limits, fmt.Sprintf("%d failed %s %s", d.After, what, row))
	}
	if d.AfterTime > 0 {
		limits = append(limits, fmt.Sprintf("%s of failed attempts only", FormatDuration(d.AfterTime)))
	}
	if d.Rate > 0 {
		limits = append(limits, fmt.Sprintf("%g %% of the last %d %s failed", d.Rate*100, d.Of, what))
	}
	return limits
}
