package load

import (
	"strconv"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// sample is one settled exchange. Times are since the start of the run.
type sample struct {
	event   int
	attempt int
	answer  mocksender.Answer
	x       *exchange
	due     time.Duration // when it was meant to be sent
	sent    time.Duration // when the engine handed it to a connection
	done    time.Duration
	waited  time.Duration // for a free connection
}

// slip is how late the engine was by its own fault.
func (s *sample) slip() time.Duration { return max(0, s.sent-s.due-s.waited) }

// outcomes are what can become of an exchange, as histograms tell them apart.
const (
	outcomeAcknowledged = iota
	outcomeUndocumented
	outcomeRefused // a reply that the policy does not take
	outcomeFailed  // no whole reply
	outcomes
)

func (s *sample) outcome() int {
	switch {
	case s.x.failure != "":
		return outcomeFailed
	case s.answer == mocksender.Acknowledged:
		return outcomeAcknowledged
	case s.answer == mocksender.Undocumented:
		return outcomeUndocumented
	}
	return outcomeRefused
}

// Counts are how many events and exchanges of each kind there were.
type Counts struct {
	// Due counts events that the arrivals asked for; Dropped those of them that were not sent, because more
	// than the most allowed were under way.
	Due     uint64 `json:"due"`
	Dropped uint64 `json:"dropped,omitempty"`
	// Held counts events that were due, or due again, when their provider had given the endpoint up: they were not sent.
	Held uint64 `json:"held,omitempty"`
	// Attempts counts settled exchanges; Retries those of them that were not an event's first.
	Attempts uint64 `json:"attempts"`
	Retries  uint64 `json:"retries,omitempty"`
	// Acknowledged, Undocumented (a status of which the provider says nothing), Refused (any other) and
	// Failed (no whole reply) are what became of the attempts.
	Acknowledged uint64 `json:"acknowledged"`
	Undocumented uint64 `json:"undocumented,omitempty"`
	Refused      uint64 `json:"refused,omitempty"`
	Failed       uint64 `json:"failed,omitempty"`
	// Late counts exchanges that the engine itself began later than allowed.
	Late uint64 `json:"late,omitempty"`
	// Opened counts connections that were made.
	Opened uint64 `json:"opened"`
	// Bytes counts those of bodies that were sent.
	Bytes uint64 `json:"bytes"`
	// Statuses and Failures break the attempts down.
	Statuses map[string]uint64  `json:"statuses,omitempty"`
	Failures map[Failure]uint64 `json:"failures,omitempty"`
}

// Add counts everything of o too.
func (c *Counts) Add(o *Counts) {
	c.Due, c.Dropped, c.Held = c.Due+o.Due, c.Dropped+o.Dropped, c.Held+o.Held
	c.Attempts, c.Retries = c.Attempts+o.Attempts, c.Retries+o.Retries
	c.Acknowledged, c.Undocumented = c.Acknowledged+o.Acknowledged, c.Undocumented+o.Undocumented
	c.Refused, c.Failed, c.Late = c.Refused+o.Refused, c.Failed+o.Failed, c.Late+o.Late
	c.Opened, c.Bytes = c.Opened+o.Opened, c.Bytes+o.Bytes
	for status, n := range o.Statuses {
		if c.Statuses == nil {
			c.Statuses = map[string]uint64{}
		}
		c.Statuses[status] += n
	}
	for failure, n := range o.Failures {
		if c.Failures == nil {
			c.Failures = map[Failure]uint64{}
		}
		c.Failures[failure] += n
	}
}

// Success is the share of what was due or tried again that the receiver took, from 0 to 1.
func (c *Counts) Success() float64 {
	tried := c.Attempts + c.Dropped + c.Held
	if tried == 0 {
		return 0
	}
	return float64(c.Acknowledged+c.Undocumented) / float64(tried)
}

// Delivered is the share of the events that were due which the receiver has taken, at whichever attempt, from 0 to 1.
func (c *Counts) Delivered() float64 {
	if c.Due == 0 {
		return 0
	}
	return float64(c.Acknowledged+c.Undocumented) / float64(c.Due)
}

// tally is what happened in a span of time. It is not safe for concurrent use.
type tally struct {
	Counts
	statuses                     [1000]uint64
	latency, service, slip, wait histogram
	events                       []eventTally
}

// eventTally is one event's part of a tally.
type eventTally struct {
	attempts uint64
	latency  [outcomes]histogram
}

func newTally(events int) *tally { return &tally{events: make([]eventTally, events)} }

// count takes an exchange in. allowed is how late the engine may be.
func (t *tally) count(s *sample, allowed time.Duration, bytes int) {
	t.Attempts++
	t.Bytes += uint64(bytes) //nolint:gosec // a size
	if s.attempt > 1 {
		t.Retries++
	}
	if s.x.opened {
		t.Opened++
	}
	outcome := s.outcome()
	*[outcomes]*uint64{&t.Acknowledged, &t.Undocumented, &t.Refused, &t.Failed}[outcome]++
	if outcome == outcomeFailed {
		if t.Failures == nil {
			t.Failures = map[Failure]uint64{}
		}
		t.Failures[s.x.failure]++
	} else {
		t.statuses[s.x.status]++
	}
	slip := s.slip()
	if slip > allowed {
		t.Late++
	}
	t.latency.record(s.done - s.due)
	t.service.record(s.done - s.sent - s.x.dialled)
	t.slip.record(slip)
	t.wait.record(s.waited + s.x.dialled)
	e := &t.events[s.event]
	e.attempts++
	e.latency[outcome].record(s.done - s.due)
}

// counts returns the counters with the statuses that occurred.
func (t *tally) counts() Counts {
	var c Counts
	c.Add(&t.Counts)
	for status, n := range &t.statuses {
		if n > 0 {
			if c.Statuses == nil {
				c.Statuses = map[string]uint64{}
			}
			c.Statuses[strconv.Itoa(status)] = n
		}
	}
	return c
}

// add counts everything of o too.
func (t *tally) add(o *tally) {
	t.Add(&o.Counts)
	for i, n := range &o.statuses {
		t.statuses[i] += n
	}
	t.latency.add(&o.latency)
	t.service.add(&o.service)
	t.slip.add(&o.slip)
	t.wait.add(&o.wait)
	for i := range o.events {
		t.events[i].attempts += o.events[i].attempts
		for k := range o.events[i].latency {
			t.events[i].latency[k].add(&o.events[i].latency[k])
		}
	}
}

// reset makes the tally empty and keeps its memory.
func (t *tally) reset() {
	t.Counts, t.statuses = Counts{}, [1000]uint64{}
	for _, h := range []*histogram{&t.latency, &t.service, &t.slip, &t.wait} {
		h.reset()
	}
	for i := range t.events {
		t.events[i].attempts = 0
		for k := range t.events[i].latency {
			t.events[i].latency[k].reset()
		}
	}
}
