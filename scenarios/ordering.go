package scenarios

import (
	"cmp"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
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
			before := t.effectsOf(older)
			t.acknowledged(t.once(newer))
			d := t.once(older)
			t.acknowledged(d)
			_, _ = t.awaitEffect(older, before) // whether it shows is theme idempotency's
			t.pause(max(lag, firstLook))
			got, want, err := s.rig.StateAfter(t.ctx, newer)
			if err != nil {
				t.inconclusive("the state after the newer event", err.Error(), howToSeeState)
			}
			if got != want {
				t.fail(&d, harness.Judgement{
					Want: "the state that the newer event left: " + want,
					Got:  "another one, " + got + ", after an event that happened " + time.Hour.String() + " before",
				})
			}
		})
	})
}

// howToSeeState tells what would make the state observable.
const howToSeeState = "give the probe a state: where in its answer the newest value is, and which value of the payload it should equal"
