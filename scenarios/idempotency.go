package scenarios

import (
	"bytes"
	"cmp"
	"fmt"
	"sync"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
)

// idempotency judges whether one event has one effect, and two have two.
func idempotency(b *book) {
	b.table("idempotency", nil, func(s subject) {
		b.repeatAtOnce(s)
		if len(s.rig.Policy().Retry.Value.Schedule(1)) > 0 {
			b.lostAck(s)
		}
		if toldApart(s) {
			b.secondEvent(s)
		}
	})
}

// toldApart tells whether two events of one subject differ by more than chance: in
// an identifier, or in when they happened.
func toldApart(s subject) bool {
	facts, err := receiver.FactsOf(s.rig.Contract(), s.event.Name)
	return err == nil && facts.Subject != "" && (facts.ID != "" || facts.Time != "")
}

func (b *book) repeatAtOnce(s subject) {
	r := rule{
		name: "repeat-at-once", theme: "idempotency",
		text:   "has one effect when the same delivery comes twice at once",
		source: cmp.Or(origin(s.rig.Policy().Order), adviceOnRepeats),
		why:    "a receiver that looks first and books a moment later books both of two that come together",
	}
	b.it(r, s, patience(s, 3), func(t *trial) {
		t.needProbe()
		lag := t.needControl()
		m, before := t.unknown()
		ds := t.together(m, t.recognizable(m))
		for i := range ds {
			if ds[i].Acknowledged() == mocksender.Unacknowledged {
				t.inconclusive("two deliveries at once to be acknowledged", "one was not", "the scenarios of themes timing and retries say more")
			}
		}
		t.atMostOne(&ds[1], before, lag, m)
	})
}

func (b *book) lostAck(s subject) {
	r := rule{
		name: "lost-ack", theme: "idempotency",
		text:   "has one effect when the acknowledgement got lost and the provider tries again",
		source: cmp.Or(origin(s.rig.Policy().Order), adviceOnRepeats),
		why:    "the receiver did its work and the provider cannot know: the second attempt comes on a new connection, at some providers with a new delivery id",
	}
	b.it(r, s, patience(s, 4), func(t *trial) {
		t.needProbe()
		lag := t.needControl()
		if !s.rig.Direct() {
			t.inconclusive("to lose an acknowledgement", "the target is behind a proxy", "verify it without a proxy as well")
		}
		line, err := fault.New(0, "lost-ack")
		t.check(err)
		m, before := t.unknown()
		t.recognizable(m)
		d := t.send(m, harness.Shipping{Line: line, Scale: t.quickly()})
		if d.Acknowledged() == mocksender.Unacknowledged {
			t.inconclusive("a second attempt to be acknowledged", "it was not", "the scenarios of theme retries say more")
		}
		t.atMostOne(&d, before, lag)
	})
}

func (b *book) secondEvent(s subject) {
	r := rule{
		name: "second-event", theme: "idempotency",
		text:   "has an effect of its own when it is the second about the same subject",
		source: cmp.Or(origin(s.rig.Policy().Order), adviceOnRepeats),
		why:    "a receiver that takes it for a repeat acknowledges it, and loses it for good",
	}
	b.it(r, s, patience(s, 4), func(t *trial) {
		t.needEffect()
		first, second := t.pair()
		if bytes.Equal(first.Body, second.Body) {
			t.inconclusive("two events of one subject that differ", "their payloads are the same", "")
		}
		earlier := t.effectsOf(second)
		none := t.effectsOf(first)
		t.acknowledged(t.once(first))
		if lag, shown := t.awaitEffect(first, none); !shown {
			t.inconclusive("an effect of the first event", fmt.Sprintf("the probe shows none after %v", lag.Round(time.Millisecond)), howLate)
		}
		before := t.effectsOf(second)
		d := t.once(second)
		t.acknowledged(d)
		if earlier == 0 {
			t.due(&d, before, "an effect of the second event")
		} else if _, shown := t.awaitMore(second, before); !shown {
			t.remembered()
		}
	})
}

// pair makes two events of one subject, the second an hour after the first, that the receiver does not know yet.
func (t *trial) pair() (first, second mocksender.Message) {
	for range newTries {
		n, next := t.number(), t.number()
		var err error
		first, err = t.subject.rig.About(t.subject.event.Name, n, n, 0)
		t.check(err)
		second, err = t.subject.rig.About(t.subject.event.Name, next, n, time.Hour)
		t.check(err)
		if t.effectsOf(first) == 0 && t.effectsOf(second) == 0 {
			break
		}
	}
	return first, second
}

// together delivers messages at once, each with a single attempt.
func (t *trial) together(messages ...mocksender.Message) []harness.Delivery {
	ds, errs := make([]harness.Delivery, len(messages)), make([]error, len(messages))
	var all sync.WaitGroup
	for i := range messages {
		all.Go(func() {
			ds[i], errs[i] = t.subject.rig.Send(t.ctx, messages[i], harness.Shipping{Once: true, Alone: true})
		})
	}
	all.Wait()
	for i := range ds {
		t.check(errs[i])
	}
	t.sent = append(t.sent, ds...)
	return ds
}
