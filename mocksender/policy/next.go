package policy

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Next implements [mocksender.Policy]. A schedule's place is the number of attempts that it made, those
// apart that were made again at once; the period of [Repeat] counts the schedule's own waits, so it
// does not depend on how long the exchanges took.
func (p *Policy) Next(attempts []mocksender.Attempt, random float64) (time.Duration, bool) {
	retry, last := &p.Retry.Value, &attempts[len(attempts)-1]
	if p.final(last) {
		return 0, false
	}
	place, quick := retry.place(attempts)
	if quick {
		return 0, true
	}
	var waited time.Duration
	for n := 1; n < place; n++ {
		wait, _ := retry.Wait(n, waited)
		waited += wait
	}
	wait, again := retry.Wait(place, waited)
	if !again {
		return 0, false
	}
	if retry.Jitter.Kind == decorrelated && retry.Exponential != nil {
		wait = retry.Exponential.decorrelated(waitBefore(attempts), random)
	}
	return max(retry.Jitter.Apply(wait, random), p.Pause(last)), true
}

// waitBefore is the wait before the last attempt of the schedule, 0 if there was none.
func waitBefore(attempts []mocksender.Attempt) time.Duration {
	for i := len(attempts) - 1; i >= 0; i-- {
		if attempts[i].Wait > 0 { // those that were made again at once have none
			return attempts[i].Wait
		}
	}
	return 0
}

// final tells whether a reply ends the delivery.
func (p *Policy) final(a *mocksender.Attempt) bool {
	if a.Reply == nil {
		return false
	}
	d := p.Disable.Value
	return within(p.Retry.Value.Final, a.Reply.Status) || d != nil && within(d.Statuses, a.Reply.Status)
}

// place returns the number of the schedule's next retry, or that the last attempt is made again at once.
func (r *Retry) place(attempts []mocksender.Attempt) (place int, quick bool) {
	row := 0
	for i := range attempts {
		if quick = row < r.Immediate && connectionFailed(&attempts[i]); quick {
			row++
			continue
		}
		row = 0
		place++
	}
	return place, quick
}

// connectionFailed tells that the attempt ended below HTTP. A timeout is none of these: the receiver is there.
func connectionFailed(a *mocksender.Attempt) bool {
	if a.Failure == nil {
		return false
	}
	switch a.Failure.Kind {
	case mocksender.FailureResolve, mocksender.FailureRefused, mocksender.FailureConnect, mocksender.FailureTLS, mocksender.FailureReset:
		return true
	default:
		return false
	}
}

// Pause returns for how long the provider sends nothing to the endpoint after an attempt: the throttle's
// wait, and what Retry-After asks for. Without either it is 0.
func (p *Policy) Pause(a *mocksender.Attempt) time.Duration {
	r := &p.Retry.Value
	if a.Reply == nil || a.Acknowledged == mocksender.Acknowledged || a.Acknowledged == mocksender.Undocumented {
		return 0
	}
	var pause time.Duration
	if r.Throttle != nil && within(r.Throttle.Statuses, a.Reply.Status) {
		pause = r.Throttle.Wait
	}
	if r.RetryAfter {
		pause = max(pause, min(retryAfter(a.Reply.Header, a.Settled), cmp.Or(r.RetryAfterMax, day)))
	}
	return pause
}

// Throttled returns [Policy.Pause] for replies that throttle the whole endpoint, and 0 for others, whose
// Retry-After is about their own delivery only.
func (p *Policy) Throttled(a *mocksender.Attempt) time.Duration {
	t := p.Retry.Value.Throttle
	if t == nil || a.Reply == nil || !within(t.Statuses, a.Reply.Status) {
		return 0
	}
	return p.Pause(a)
}

// retryAfter reads the Retry-After of RFC 9110, section 10.2.3: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		return time.Duration(min(n, uint64(longest/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// longest is more than any policy waits.
const longest = 36500 * day
