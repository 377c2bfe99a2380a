package scenarios

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// trial is one spec under way: it sends, judges, and keeps the evidence.
type trial struct {
	ctx     context.Context
	book    *book
	rule    rule
	subject subject
	text    string
	limit   time.Duration

	used     uint64
	sent     []harness.Delivery
	findings []harness.Finding
	// smallest is the text about a payload that was refused and reduced, see [trial.reduce].
	smallest string
}

// margin is what a spec may take beyond the provider's timeouts, on a machine that has other things to do.
const margin = time.Minute

// patience is the limit of a spec with n exchanges in a row.
func patience(s subject, n int) time.Duration {
	return time.Duration(n)*s.rig.Policy().Timeout.Value + margin
}

// numberBits leaves room for the events of one spec below the part that comes from its text.
const numberBits = 6

// number gives the spec event numbers of its own, which depend on nothing but its
// text: so a single spec repeats with the events that it had in the whole run,
// and parallel processes do not send each other's events.
func (t *trial) number() uint64 {
	n := firstNumber(t.text) + t.used
	t.used++
	return n
}

// firstNumber is below 2^26, so that sequences made from it stay plausible identifiers.
func firstNumber(text string) uint64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // a hash takes everything
	return uint64(h.Sum32()&0xFFFFF) << numberBits
}

// message makes an event that no other spec sends.
func (t *trial) message() mocksender.Message {
	m, err := t.subject.rig.Message(t.subject.event.Name, t.number())
	t.check(err)
	return m
}

// send delivers and keeps the delivery as evidence. What a receiver does with a connection that it knows is met by the
// rules that are about it, and by no other: else one defect would be found under many names.
func (t *trial) send(m mocksender.Message, how harness.Shipping) harness.Delivery {
	how.Alone = true
	d, err := t.subject.rig.Send(t.ctx, m, how)
	t.check(err)
	t.sent = append(t.sent, d)
	if u := d.Unreachable(); u != nil {
		t.book.lose(u)
		ginkgo.AbortSuite(u.Error())
	}
	return d
}

// once delivers with a single attempt.
func (t *trial) once(m mocksender.Message) harness.Delivery {
	return t.send(m, harness.Shipping{Once: true})
}

// check ends everything on a fault of ours. The end of the spec's own time is none, and the receiver's neither.
func (t *trial) check(err error) {
	switch {
	case err == nil:
		return
	case errors.Is(context.Cause(t.ctx), errTooLong):
		t.inconclusive(fmt.Sprintf("to come to an end within %v", t.limit), "everything was in time, and all together was not", "")
	case t.ctx.Err() != nil:
		ginkgo.Fail(fmt.Sprintf("stopped: %v", context.Cause(t.ctx)), 2)
	}
	t.book.blame(fmt.Errorf("%s: %w", t.text, err))
	ginkgo.AbortSuite(err.Error(), 2)
}

// control is how the receiver takes a good delivery, the measure for all that
// must be taken otherwise.
type control struct {
	good bool
	got  string
	// lag is how long the effect took to show, when there is a probe; shown is false when none came.
	lag   time.Duration
	shown bool
}

// needControl ends the spec as inconclusive when the receiver does not acknowledge
// a good delivery of the event: then a refusal says nothing. It returns the lag of its effect.
func (t *trial) needControl() time.Duration { return t.controlled().lag }

// needEffect is [trial.needControl] for rules about an effect that must come: it also ends the spec when the probe shows
// no effect of a good delivery.
func (t *trial) needEffect() {
	t.needProbe()
	c := t.controlled()
	if !c.shown {
		t.inconclusive("an effect of a good delivery, as the measure", fmt.Sprintf("the probe shows none after %v", c.lag.Round(time.Millisecond)), howLate)
	}
}

// controlled sends the good delivery of the event, once in a run.
func (t *trial) controlled() control {
	key := t.subject.rig.Contract().Name() + " " + t.subject.event.Name
	t.book.mu.Lock()
	c, known := t.book.controls[key]
	t.book.mu.Unlock()
	if !known {
		c = t.control(key)
		t.book.mu.Lock()
		t.book.controls[key] = c
		t.book.mu.Unlock()
	}
	if !c.good {
		t.inconclusive("a good delivery of the event to be acknowledged, as the measure", c.got,
			"the scenarios of theme responses say what is wrong with it")
	}
	return c
}

// control numbers its event by key, so that it does not depend on which spec asked first.
func (t *trial) control(key string) control {
	m, err := t.subject.rig.Message(t.subject.event.Name, firstNumber("control "+key))
	t.check(err)
	before := t.effectsOf(m)
	d := t.once(m)
	for _, j := range t.subject.rig.JudgeReply(d) {
		if j.Verdict == harness.Fail && j.Rule != harness.RuleReply {
			return control{got: j.Got}
		}
	}
	c := control{good: true}
	if t.subject.rig.Probed() {
		c.lag, c.shown = t.awaitEffect(m, before)
	}
	return c
}
