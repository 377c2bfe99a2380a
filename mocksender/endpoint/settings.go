package endpoint

import (
	"slices"
	"time"

	"github.com/hookrig/hookrig/mocksender/policy"
)

// Status is the state of an endpoint.
type Status string

// The states. Deleted is reached only where [Settings] say so, and never left.
const (
	Active   Status = "active"
	Disabled Status = "disabled" // paused by a person, or by a provider that says "disabled" for failed
	Failed   Status = "failed"   // stopped after too many failures
	Deleted  Status = "deleted"
)

// Counting is how a number of failures or successes is read.
type Counting struct {
	// PerEvent counts events: an event fails when it is given up. Otherwise every attempt counts.
	PerEvent bool
	// InARow counts those in a row only: one of the other kind sets the count to zero. Otherwise all
	// count since the last reset.
	InARow bool
}

// Settings are how a provider reads its own rules. The zero Settings are those
// of an endpoint that never fails and whose queue, after a pause, is sent in
// order of arrival and one at a time.
type Settings struct {
	// FailAfter is the number of failures after which the endpoint stops. 0: their number does not matter.
	FailAfter int
	// FailAfterTime is for how long every attempt must have failed until it stops. 0: does not matter.
	FailAfterTime time.Duration
	// Failures is how failures are counted, Successes how successes are.
	Failures, Successes Counting
	// FailTo is what a failing endpoint becomes: [Failed] (also if empty), [Disabled] or [Deleted].
	FailTo Status
	// RestoreAfter is the number of successes that sets the failures to zero. 0: none does.
	RestoreAfter int
	// ByDate orders the queue by the events' time; otherwise by arrival.
	ByDate bool
	// Careful sends the queue one at a time until the first success after a restart, and waits for a
	// failed one's retry before the next.
	Careful bool
	// Parallel is how many posts may be under way at once. 0: one.
	Parallel int
}

// SettingsOf reads the settings from a policy. A success per attempt, in a row, is what restores.
func SettingsOf(p *policy.Policy) Settings {
	s := Settings{
		Successes: Counting{InARow: true},
		ByDate:    p.Queue.Value.Order == policy.ByEventDate,
		Careful:   p.Queue.Value.Drain == policy.DrainCarefully,
	}
	if d := p.Disable.Value; d != nil {
		s.FailAfter, s.FailAfterTime, s.RestoreAfter = d.After, d.AfterTime, d.RestoreAfter
		s.Failures = Counting{PerEvent: d.PerEvent, InARow: d.Consecutive}
		s.FailTo = Failed
		if to := Status(d.Action); slices.Contains([]Status{Disabled, Deleted}, to) {
			s.FailTo = to
		}
	}
	return s
}
