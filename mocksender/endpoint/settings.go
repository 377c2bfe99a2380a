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
	// FailRate is the share of failures among the last FailRateOf results at which it stops. 0: does not matter.
	FailRate   float64
	FailRateOf int
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
	// InOrder keeps the queue's order: nothing is posted before the delivery ahead of it has settled,
	// its retries included.
	InOrder bool
	// DropFailed and DropDisabled tell that events are lost, and not queued, while the endpoint is in that state.
	DropFailed, DropDisabled bool
	// Spares tells that not every failure counts, see [Fact].Spared. The machine asks the facts; the
	// transition table asks here.
	Spares bool
	// Pauses tells that some replies ask for a pause, see [Fact].Pause; it is for the table too.
	Pauses bool
	// Parallel is how many posts may be under way at once. 0: one.
	Parallel int
}

// SettingsOf reads the settings from a policy. A success per attempt, in a row, is what restores. A
// policy that says nothing of a queue queues in every state.
func SettingsOf(p *policy.Policy) Settings {
	queue := p.Queue.Value
	s := Settings{
		Successes: Counting{InARow: true},
		ByDate:    queue.Order == policy.ByEventDate,
		Careful:   queue.Drain == policy.DrainCarefully,
		InOrder:   p.Order.Value == policy.OrderKept,
		Pauses:    p.Retry.Value.Throttle != nil,
		Parallel:  p.Parallel.Value,
	}
	if p.Queue.Grade != "" {
		s.DropFailed = !slices.Contains(queue.While, string(Failed))
		s.DropDisabled = !slices.Contains(queue.While, string(Disabled))
	}
	if d := p.Disable.Value; d != nil {
		s.FailAfter, s.FailAfterTime, s.RestoreAfter = d.After, d.AfterTime, d.RestoreAfter
		s.FailRate, s.FailRateOf = d.Rate, d.Of
		s.Spares = len(d.Statuses) > 0
		s.Failures = Counting{PerEvent: d.PerEvent, InARow: d.Consecutive}
		s.FailTo = Failed
		if to := Status(d.Action); slices.Contains([]Status{Disabled, Deleted}, to) {
			s.FailTo = to
		}
	}
	return s
}

// drops tells whether events are lost in a state.
func (s *Settings) drops(in Status) bool {
	return in == Deleted || in == Failed && s.DropFailed || in == Disabled && s.DropDisabled
}
