package scenarios

import (
	"bytes"
	"cmp"
	"fmt"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// adviceOnRepeats stands in where a provider says nothing about events that come twice.
const adviceOnRepeats = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"

// retries judges how deliveries are taken that were made before.
func retries(b *book) {
	b.table("retries", nil, func(s subject) {
		if len(s.rig.Policy().Retry.Value.Schedule(2)) == 2 {
			b.thirdAttempt(s)
		}
		b.repeatAcknowledged(s)
		b.repeatOnce(s)
	})
}

func (b *book) thirdAttempt(s subject) {
	r := rule{
		name: "third-attempt", theme: "retries",
		text:   "is acknowledged on its third attempt, with one effect, when two failed on the way",
		source: origin(s.rig.Policy().Retry),
		why:    "providers deliver late and more than once; what comes on the third attempt is as good as on the first",
	}
	b.it(r, s, patience(s, 4), func(t *trial) {
		lag := t.needControl()
		outage, err := s.rig.Outage(2)
		t.check(err)
		defer func() { t.check(outage.Close()) }()
		m, before := t.unknown()
		d := t.send(m, harness.Shipping{To: outage.URL, Scale: t.quickly()})
		if len(d.Attempts) != 3 || d.Outcome != mocksender.Delivered {
			t.fail(&d, harness.Judgement{
				Want: "the third attempt to be acknowledged",
				Got:  fmt.Sprintf("%d attempts, %s", len(d.Attempts), d.Outcome),
			})
		}
		t.atMostOne(&d, before, lag)
	})
}

func (b *book) repeatAcknowledged(s subject) {
	r := rule{
		name: "repeat-acknowledged", theme: "retries",
		text:   "is acknowledged again when the same delivery comes twice",
		source: origin(s.rig.Policy().Retry),
		why:    "a provider that lost the first acknowledgement sends again until it gets one, and an endpoint that refuses then is taken for broken",
	}
	b.it(r, s, patience(s, 3), func(t *trial) {
		t.needControl()
		m := t.message()
		t.acknowledged(t.once(m))
		t.acknowledged(t.once(t.again(m)))
	})
}

func (b *book) repeatOnce(s subject) {
	r := rule{
		name: "repeat-one-effect", theme: "retries",
		text:   "has one effect when the same delivery comes twice",
		source: cmp.Or(origin(s.rig.Policy().Order), adviceOnRepeats),
		why:    "a repeated delivery that is booked twice charges, ships or mails twice",
	}
	b.it(r, s, patience(s, 3), func(t *trial) {
		t.needProbe()
		t.needControl()
		m, before := t.unknown()
		repeat := t.recognizable(m)
		t.acknowledged(t.once(m))
		lag, shown := t.awaitEffect(m, before)
		if !shown {
			t.inconclusive("an effect of an acknowledged event", fmt.Sprintf("the probe shows none after %v", lag.Round(time.Millisecond)),
				howLate)
		}
		d := t.once(repeat)
		t.acknowledged(d)
		t.atMostOne(&d, before, lag, m)
	})
}

// atMostOne fails when a delivery's event had more than one effect. What was
// counted before is of an earlier run with this seed, or of a probe that counts more; when nothing was added to it, the rule
// was not put to the test. The event may have come in other messages too.
func (t *trial) atMostOne(d *harness.Delivery, before int, lag time.Duration, others ...mocksender.Message) {
	if !t.subject.rig.Probed() {
		return
	}
	limit := before + 1
	for i := range d.Attempts {
		others = append(others, d.Sent(&d.Attempts[i]))
	}
	n := t.watch(limit, lag, append(others, d.Message)...)
	if n > limit {
		t.fail(d, harness.Judgement{Want: "one effect of one event", Got: fmt.Sprintf("%d effects", n-before)})
	}
	if before > 0 && n == before {
		t.remembered()
	}
}

// again is a message as the provider sends it once more.
func (t *trial) again(m mocksender.Message) mocksender.Message {
	wait := time.Minute
	if waits := t.subject.rig.Policy().Retry.Value.Schedule(1); len(waits) > 0 {
		wait = max(wait, waits[0])
	}
	repeat, err := t.subject.rig.Again(m, wait)
	t.check(err)
	return repeat
}

// recognizable is [trial.again] for rules about what an event that comes again does. It ends the spec as inconclusive when
// another body comes and nothing says which event it is: no receiver can know then.
func (t *trial) recognizable(m mocksender.Message) mocksender.Message {
	repeat := t.again(m)
	if !bytes.Equal(repeat.Body, m.Body) && !t.subject.rig.Recognizable(repeat) {
		t.inconclusive("an event that can be recognized when it comes again",
			"the policy makes the body of a retry anew, and neither that nor a header has the event's identity",
			"say in the contract which field identifies the event (x-faker: {same: event.id}), or in the policy which header ({event.id})")
	}
	return repeat
}

// quickly is the time scale for waits that are not what is judged: the user's, or an hour in a tenth of a second.
func (t *trial) quickly() *mocksender.Scale {
	scale := t.subject.rig.TimeScale()
	if scale == (mocksender.Scale{}) {
		scale = mocksender.Scale{From: time.Hour, To: time.Second / 10}
	}
	return &scale
}
