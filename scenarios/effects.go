package scenarios

import (
	"fmt"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// howToProbe tells what would make an effect observable.
const howToProbe = "give hookrig a probe: --probe-url with the address of an endpoint that shows the receiver's effects, and --probe-count"

// needProbe ends the spec as inconclusive when effects cannot be seen.
func (t *trial) needProbe() {
	if !t.subject.rig.Probed() {
		t.inconclusive("to see the effects of an event", "no probe is configured", howToProbe)
	}
}

// effectsOf counts the effects of a message's event, which came in all the messages, 0 without a probe. A probe
// that answers nonsense makes the spec inconclusive.
func (t *trial) effectsOf(messages ...mocksender.Message) int {
	if !t.subject.rig.Probed() {
		return 0
	}
	n, err := t.subject.rig.EffectsOf(t.ctx, messages...)
	if err != nil {
		if t.ctx.Err() != nil {
			t.check(err)
		}
		t.inconclusive("a count of the event's effects", err.Error(), "the probe must answer with JSON that holds the count")
	}
	return n
}

// newTries is how many events are looked at to find one that the receiver does not know yet.
const newTries = 12

// unknown makes an event that has had no effect yet: one that a receiver remembers from an earlier run with this seed shows
// nothing. When all are known, the last one comes back with its effects.
func (t *trial) unknown() (m mocksender.Message, before int) {
	for range newTries {
		m = t.message()
		if before = t.effectsOf(m); before == 0 {
			break
		}
	}
	return m, before
}

// remembered ends the spec as inconclusive when the receiver knew the event already, and so did nothing with it.
func (t *trial) remembered() {
	t.inconclusive("an event that is new to the receiver", "it had its effect in an earlier run with this seed", "another --seed")
}

const (
	firstLook   = 2 * time.Millisecond
	longestLook = 250 * time.Millisecond
	// leastQuiet is the least time for which a second effect is watched for.
	leastQuiet = 20 * time.Millisecond
)

// awaitEffect waits until the event has an effect, and returns how long it took. Shown is false when none came in time.
// An event that had effects before it was sent is one of an earlier run with this seed: nothing more is due.
func (t *trial) awaitEffect(m mocksender.Message, before int) (lag time.Duration, shown bool) {
	if before > 0 {
		return 0, true
	}
	return t.awaitMore(m, before)
}

// awaitMore is [trial.awaitEffect] where the probe may count other events of the subject too: it waits for more effects
// than there were.
func (t *trial) awaitMore(m mocksender.Message, before int) (lag time.Duration, shown bool) {
	return t.poll(t.book.config.Patience, func() bool { return t.effectsOf(m) > before })
}

// poll looks until there is something to see, or for as long as limit, and returns how long that took.
func (t *trial) poll(limit time.Duration, seen func() bool) (took time.Duration, ok bool) {
	start := time.Now()
	for wait := firstLook; ; wait = min(2*wait, longestLook) {
		ok, took = seen(), time.Since(start)
		if ok || took >= limit {
			return took, ok
		}
		t.pause(wait)
	}
}

// howLate tells what may be wrong when effects do not show.
const howLate = "the probe may count something else, or the receiver may be slower than that"

// due fails when an acknowledged event has no effect although one that was sent later has. No clock decides that: a
// receiver that is busy, or a hookrig that is, is late with both, and then the rule is inconclusive.
func (t *trial) due(d *harness.Delivery, before int, want string) {
	lag, shown := t.awaitMore(d.Message, before)
	if shown {
		return
	}
	later := t.message()
	beforeLater := t.effectsOf(later)
	t.acknowledged(t.once(later))
	if _, shown := t.awaitEffect(later, beforeLater); !shown {
		t.inconclusive(want, fmt.Sprintf("none after %v, and none of a later event either", lag.Round(time.Millisecond)), howLate)
	}
	if t.effectsOf(d.Message) <= before {
		t.fail(d, harness.Judgement{Want: want, Got: fmt.Sprintf("none after %v, though it was acknowledged, and one of an event that came later", lag.Round(time.Millisecond))})
	}
}

// watch looks for effects beyond limit for as long as an effect would take to
// show, twice over, and returns the last count.
func (t *trial) watch(limit int, lag time.Duration, messages ...mocksender.Message) (n int) {
	t.poll(quiet(lag), func() bool {
		n = t.effectsOf(messages...)
		return n > limit
	})
	return n
}

// quiet is for how long nothing may show before nothing is taken to come.
func quiet(lag time.Duration) time.Duration { return max(2*lag, leastQuiet) }

// noEffect fails when a delivery that was refused had an effect all the same.
func (t *trial) noEffect(d harness.Delivery, before int, lag time.Duration) {
	if !t.subject.rig.Probed() {
		return
	}
	if n := t.watch(before, lag, d.Message); n > before {
		t.fail(&d, harness.Judgement{
			Rule: "refuse-without-effect", Verdict: harness.Fail,
			Want: "no effect of a delivery that must be refused", Got: fmt.Sprintf("%d effects", n-before),
		})
	}
}

func (t *trial) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.ctx.Done():
		t.check(t.ctx.Err())
	}
}
