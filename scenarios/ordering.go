package scenarios

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
)

// ordering judges whether events that come in the wrong order leave the right
// state. Events that do not say when they happened cannot be put in order.
func ordering(b *book) {
	dated := func(s subject) bool {
		facts, err := receiver.FactsOf(s.rig.Contract(), s.event.Name)
		return err == nil && facts.Time != "" && facts.Subject != ""
	}
	b.table("ordering", dated, func(s subject) {
		r := rule{
			name: "older-after-newer", theme: "ordering",
			text:   "leaves the newer state alone when it comes after a newer event of its subject",
			source: cmp.Or(origin(s.rig.Policy().Order), adviceOnRepeats),
			why:    "a delivery that was retried arrives after later ones; whoever stores what came last goes back in time",
		}
		b.it(r, s, patience(s, 3), func(t *trial) {
			if !s.rig.SeesState() {
				t.inconclusive("to see the state that events leave behind", "no probe shows it", howToSeeState)
			}
			lag := t.needControl()
			older, newer := t.pair()
			earlier := t.effectsOf(older)
			t.acknowledged(t.once(newer))
			if earlier == 0 {
				t.awaitState(newer)
			}
			before := t.effectsOf(older)
			d := t.once(older)
			t.acknowledged(d)
			if earlier == 0 { // else it was there in an earlier run with this seed
				_, _ = t.awaitMore(older, before) // whether it shows is theme idempotency's
			}
			if got, want := t.watchState(newer, lag); got != want {
				if _, left := t.stateAfter(older); earlier > 0 && got != left {
					t.inconclusive("the state that one of two events left", "both were there in an earlier run with this seed, and it is of neither: "+got, "another --seed")
				}
				t.fail(&d, harness.Judgement{
					Want: "the state that the newer event left: " + want,
					Got:  "another one, " + got + ", after an event that happened " + time.Hour.String() + " before",
				})
			}
		})
	})
}

// awaitState waits until the state is what a message's event should leave behind. Who looks at what the older event does
// to it before that would blame a receiver that is only slow.
func (t *trial) awaitState(m mocksender.Message) {
	var got, want string
	var err error
	lag, shown := t.poll(t.book.config.Patience, func() bool {
		got, want, err = t.subject.rig.StateAfter(t.ctx, m)
		return err == nil && got == want
	})
	if shown {
		return
	}
	if err != nil {
		got = err.Error()
	}
	t.inconclusive("the state that the newer event leaves", fmt.Sprintf("none such after %v: %s", lag.Round(time.Millisecond), got), howToSeeState)
}

// watchState looks for another state than a message's event left, for as long as an effect would take to show, twice
// over, and returns the last one and what it should be.
func (t *trial) watchState(m mocksender.Message, lag time.Duration) (got, want string) {
	t.poll(quiet(lag), func() bool {
		got, want = t.stateAfter(m)
		return got != want
	})
	return got, want
}

// stateAfter reads the state. A probe that answers nonsense makes the spec inconclusive.
func (t *trial) stateAfter(m mocksender.Message) (got, want string) {
	got, want, err := t.subject.rig.StateAfter(t.ctx, m)
	if err != nil {
		if t.ctx.Err() != nil {
			t.check(err)
		}
		t.inconclusive("the state after the newer event", err.Error(), howToSeeState)
	}
	return got, want
}

// howToSeeState tells what would make the state observable.
const howToSeeState = "give the probe a state: where in its answer the newest value is, and which value of the payload it should equal"
