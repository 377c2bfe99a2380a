package load

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Result is what a run measured.
type Result struct {
	// Closed tells that the connections sent as fast as they were answered; latency is then counted from each
	// sending, since nothing says when an event was due.
	Closed bool `json:"closed,omitempty"`
	// Sending is how long events were sent and waited for.
	Sending time.Duration `json:"sending"`
	// Arriving is how long new events were due, 0 if that is not known; InTime counts the attempts that settled within as
	// long a time, from the first that settled on.
	Arriving time.Duration `json:"arriving,omitempty"`
	InTime   uint64        `json:"inTime,omitempty"`
	Counts
	// Latency counts from the moment at which an attempt was due to the end of its reply. Service counts from the
	// moment at which it was on a connection, Wait is what passed without one, and Slip how late the engine
	// itself was. Failed exchanges count like all others.
	Latency Summary    `json:"latency"`
	Service Summary    `json:"service"`
	Wait    Summary    `json:"wait"`
	Slip    Summary    `json:"slip"`
	Events  []PerEvent `json:"events"`
	// Peak is the most connections that were busy at once, Connections how many there were.
	Peak        int `json:"peak"`
	Connections int `json:"connections"`
	// Transport is the client that sent: "raw" or "nethttp".
	Transport string `json:"transport"`
	// Proxy is the proxy that it sent through, without credentials, "" if there is none.
	Proxy string `json:"proxy,omitempty"`
	// Recovery is set if failed events were sent again.
	Recovery *Recovery `json:"recovery,omitempty"`
	// Abandoned counts attempts that were due and not sent, since the run was stopped.
	Abandoned uint64  `json:"abandoned,omitempty"`
	Checked   Checked `json:"checked"`
	// Interrupted tells that the run was stopped from outside, Aborted why its observer ended it.
	Interrupted bool   `json:"interrupted,omitempty"`
	Aborted     string `json:"aborted,omitempty"`
}

// PerEvent is one event's part of a result.
type PerEvent struct {
	Event    string `json:"event"`
	Attempts uint64 `json:"attempts"`
	// Acknowledged, Undocumented, Refused and Failed are as in [Counts], with the latency of each.
	Acknowledged Summary `json:"acknowledged,omitzero"`
	Undocumented Summary `json:"undocumented,omitzero"`
	Refused      Summary `json:"refused,omitzero"`
	Failed       Summary `json:"failed,omitzero"`
	// Latency is that of all of them.
	Latency Summary `json:"latency"`
}

// Rate is how many attempts settled per second while events were due; what is waited for afterwards, answers and retries, takes
// nothing away from it. Where nobody knows how long events are due, as with a batch, it is that of the whole run.
func (r *Result) Rate() Rate {
	if r.Arriving > 0 {
		return Rate(float64(r.InTime) / r.Arriving.Seconds())
	}
	if r.Sending <= 0 {
		return 0
	}
	return Rate(float64(r.Attempts) / r.Sending.Seconds())
}

// manyBehind is the share of attempts that may settle later than at the rate at which they were due.
const manyBehind = 0.05

// Behind tells that the receiver settled attempts at a lower rate than they were due at, so that more and more were under way. It
// says nothing of closed loops, of runs with retries, which come after the rest, and of those that were ended early.
func (r *Result) Behind() bool {
	return !r.Closed && r.Recovery == nil && !r.Interrupted && r.Aborted == "" && r.Arriving > 0 &&
		float64(r.InTime) < (1-manyBehind)*float64(r.Attempts)
}

// Amplification is how many attempts an event took on average.
func (r *Result) Amplification() float64 {
	if first := r.Attempts - r.Retries; first > 0 {
		return float64(r.Attempts) / float64(first)
	}
	return 0
}

// The shares of late sends above which a run says little about the receiver, and of which it warns.
const (
	tooManyLate = 0.10
	manyLate    = 0.01
	// leastLate keeps one hiccup of the machine from condemning a short run.
	leastLate = 50
)

// Limited says why the numbers are the engine's own rather than the receiver's, or "".
func (r *Result) Limited() string {
	if r.Attempts == 0 {
		return ""
	}
	switch share := float64(r.Late) / float64(r.Attempts); {
	case r.Failures[Local] > 0:
		return fmt.Sprintf("this machine had no ports or file descriptors left for %d of %d attempts", r.Failures[Local], r.Attempts)
	case share > tooManyLate && r.Late >= leastLate:
		return fmt.Sprintf("%d of %d attempts were sent late by hookrig itself: a lower rate, or a faster machine", r.Late, r.Attempts)
	}
	return ""
}

// manyDropped is the share of dropped events above which a run is not the one that was asked for.
const manyDropped = 0.01

// Unreached says that much of what was due was dropped, or "": the times are then those of the rest, and thresholds that they hold
// say nothing of the load that was asked for.
func (r *Result) Unreached() string {
	if r.Due == 0 || float64(r.Dropped)/float64(r.Due) <= manyDropped {
		return ""
	}
	return fmt.Sprintf("%d of %d events that were due were dropped, since too many were under way: the receiver, or --max-connections and --max-in-flight, do not do for this load",
		r.Dropped, r.Due)
}

// Warning says what makes the numbers less sure, or "".
func (r *Result) Warning() string {
	if r.Attempts > 0 && float64(r.Late)/float64(r.Attempts) > manyLate && r.Limited() == "" {
		return fmt.Sprintf("%d of %d attempts were sent late by hookrig itself", r.Late, r.Attempts)
	}
	return ""
}

// summary is the run so far. Only the summing goroutine calls it while the run goes on.
func (e *engine) summary(now time.Duration) *Result {
	t := e.book.total
	r := &Result{Closed: e.config.Arrivals == nil, Sending: now, Counts: t.counts(), Latency: t.latency.summary(),
		Service: t.service.summary(), Wait: t.wait.summary(), Slip: t.slip.summary(), Transport: "raw",
		Abandoned: e.abandoned.Load(), Checked: e.checker.result()}
	if e.config.Transport == "nethttp" {
		r.Transport = e.config.Transport
	}
	if e.config.Proxy != nil {
		r.Proxy = e.config.Proxy.Redacted()
	}
	if e.config.Retries {
		recovery := e.backlog.recovery()
		recovery.Endpoints, recovery.Unfollowed = e.endpoints(), e.config.Unfollowed()
		r.Recovery = &recovery
	}
	e.book.mu.Lock()
	r.Arriving, r.InTime = e.book.reach.sum(now)
	e.book.mu.Unlock()
	e.crew.mu.Lock()
	r.Peak, r.Connections = e.crew.peak, e.crew.size
	if r.Closed {
		r.Peak = r.Connections
	}
	e.crew.mu.Unlock()
	for i := range t.events {
		event, _ := t.events[i].result(e.events[i].Name, func(h *histogram) (Summary, error) { return h.summary(), nil }) // there is no error
		r.Events = append(r.Events, event)
	}
	return r
}

// parts are the summaries of an event, those of its outcomes first, in their order.
func (e *PerEvent) parts() [outcomes + 1]*Summary {
	return [outcomes + 1]*Summary{&e.Acknowledged, &e.Undocumented, &e.Refused, &e.Failed, &e.Latency}
}

// result sums an event up by summarize, such as histogram.summary.
func (t *eventTally) result(name string, summarize func(h *histogram) (Summary, error)) (PerEvent, error) {
	e := PerEvent{Event: name, Attempts: t.attempts}
	var problems [outcomes + 1]error
	for i, part := range e.parts() {
		if i < outcomes {
			*part, problems[i] = summarize(&t.latency[i])
		} else {
			*part, problems[i] = summarize(t.all())
		}
	}
	return e, errors.Join(problems[:]...)
}

// all is the latency of all outcomes. Mostly there is one.
func (t *eventTally) all() *histogram {
	sum, shared := &histogram{}, false
	for i := range t.latency {
		h := &t.latency[i]
		switch {
		case h.count() == 0:
		case sum.count() == 0:
			sum, shared = h, true
		default:
			if shared {
				first := sum
				sum, shared = &histogram{}, false
				sum.add(first)
			}
			sum.add(h)
		}
	}
	return sum
}

// result is the whole run, with its distributions.
func (e *engine) result(ctx context.Context, ended time.Duration) (*Result, error) {
	r := e.summary(ended)
	t := e.book.total
	problems := make([]error, 4+len(t.events))
	r.Latency, problems[0] = t.latency.whole()
	r.Service, problems[1] = t.service.whole()
	r.Wait, problems[2] = t.wait.whole()
	r.Slip, problems[3] = t.slip.whole()
	for i := range t.events {
		r.Events[i], problems[4+i] = t.events[i].result(r.Events[i].Event, (*histogram).whole)
	}
	cause := context.Cause(e.ctx)
	var aborted *AbortedError
	switch {
	case errors.As(cause, &aborted):
		r.Aborted = aborted.Err.Error()
	case ctx.Err() != nil:
		r.Interrupted = true
	case !errors.Is(cause, errOver):
		return r, cause
	case r.Attempts > 0:
		r.Arriving, r.InTime = e.book.reach.whole(ended, r.Attempts)
	}
	return r, errors.Join(problems...)
}
