package scenarios

import (
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
		t.acknowledged(t.once(m))
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
		t.acknowledged(t.once(m))
		lag, shown := t.awaitEffect(m, before)
		if !shown {
			t.inconclusive("an effect of an acknowledged event", fmt.Sprintf("the probe shows none after %v", lag.Round(time.Millisecond)),
				howLate)
		}
		d := t.once(m)
		t.acknowledged(d)
		t.atMostOne(&d, before, lag)
	})
}

// atMostOne fails when a delivery's event had more than one effect. What was
// counted before is of an earlier run with this seed, or of a probe that counts more; when nothing was added to it, the rule
// was not put to the test.
func (t *trial) atMostOne(d *harness.Delivery, before int, lag time.Duration) {
	if !t.subject.rig.Probed() {
		return
	}
	limit := before + 1
	n := t.watch(d.Message, limit, lag)
	if n > limit {
		t.fail(d, harness.Judgement{Want: "one effect of one event", Got: fmt.Sprintf("%d effects", n-before)})
	}
	if before > 0 && n == before {
		t.remembered()
	}
}

// quickly is the time scale for waits that are not what is judged: the user's, or an hour in a tenth of a second.
func (t *trial) quickly() *mocksender.Scale {
	scale := t.subject.rig.TimeScale()
	if scale == (mocksender.Scale{}) {
		scale = mocksender.Scale{From: time.Hour, To: time.Second / 10}
	}
	return &scale
}
