package scenarios

import (
	"fmt"
	"net/http"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// variety is a kind of payloads that fit the contract and are not typical.
type variety struct {
	profile   payload.Profile
	text, why string
}

func varieties() []variety {
	return []variety{
		{
			payload.Boundary, "its values are at the limits of what the contract allows",
			"the longest name, the smallest amount and a name in another script come on some day, and that event is lost",
		},
		{
			payload.Sparse, "some of its optional fields are missing, in any combination",
			"a field that was there in every example is missing for one customer, and all of that customer's events are lost",
		},
	}
}

// payloadsOfVariety is how many payloads of one kind are sent.
const payloadsOfVariety = 3

// tolerance judges how payloads are taken that are valid and rare, or that the provider may send tomorrow.
func tolerance(b *book) {
	b.table("tolerance", subject.hasBody, func(s subject) {
		for _, v := range varieties() {
			b.variety(s, v)
		}
		b.drift(s)
	})
}

func (b *book) variety(s subject, v variety) {
	r := rule{
		name: "tolerance-" + string(v.profile), theme: "tolerance",
		text: "is acknowledged when " + v.text, source: "the contract: " + s.event.Name, why: v.why,
	}
	b.it(r, s, patience(s, payloadsOfVariety+1)+reduceBudget, func(t *trial) {
		t.needControl()
		for range payloadsOfVariety {
			m, err := s.rig.Variant(s.event.Name, t.number(), v.profile)
			t.check(err)
			d := t.once(m)
			t.reduce(d)
			t.acknowledged(d)
		}
	})
}

// kindsOfDrift and driftTries bound the search for one payload of each kind.
const (
	kindsOfDrift = 4
	driftTries   = 200
)

func (b *book) drift(s subject) {
	r := rule{
		name: "tolerance-drift", theme: "tolerance",
		text:   "is acknowledged, or refused with a 4xx where it breaks the contract, when the provider changed something",
		source: adviceOnDrift,
		why:    "providers add fields, values and event types without notice; a 5xx has them sent again until the endpoint is given up",
	}
	b.it(r, s, patience(s, kindsOfDrift+2)+reduceBudget, func(t *trial) {
		t.needControl()
		for _, drifted := range t.drifts() {
			d := t.once(drifted.message)
			if drifted.change.Keyword == "unknown-field" {
				t.notForAnotherReason(d)
				t.acknowledged(d)
			}
			t.takenOrRefused(d, drifted.change)
		}
	})
}

// notForAnotherReason fails when a changed event that was refused is refused without the change, too.
func (t *trial) notForAnotherReason(changed harness.Delivery) {
	if a := changed.Last(); a.Reply == nil || a.Acknowledged != mocksender.Unacknowledged {
		return
	}
	plain, err := t.subject.rig.Message(t.subject.event.Name, changed.Message.Event.Number)
	t.check(err)
	d := t.once(plain)
	t.reduce(d)
	t.acknowledged(d)
}

// adviceOnDrift says which changes a receiver has to expect.
const adviceOnDrift = "https://www.rfc-editor.org/rfc/rfc9413#section-4"

type drifted struct {
	message mocksender.Message
	change  payload.Mutation
}

// drifts makes one payload of each kind of drift that the contract leaves room for.
func (t *trial) drifts() []drifted {
	var all []drifted
	seen := map[string]bool{}
	first := t.number()
	for n := first; n < first+driftTries && len(seen) < kindsOfDrift; n++ {
		m, change, err := t.subject.rig.Drifted(t.subject.event.Name, n)
		if err != nil {
			t.inconclusive("a payload of tomorrow", err.Error(), "")
		}
		if !seen[change.Keyword] {
			seen[change.Keyword] = true
			all = append(all, drifted{m, change})
		}
	}
	return all
}

// takenOrRefused fails when a payload was neither acknowledged nor refused as the sender's fault.
func (t *trial) takenOrRefused(d harness.Delivery, change payload.Mutation) {
	a := d.Last()
	if a.Reply != nil && (a.Acknowledged != mocksender.Unacknowledged || a.Reply.Status >= 400 && a.Reply.Status < 500) {
		return
	}
	got := "no answer"
	if a.Reply != nil {
		got = fmt.Sprintf("%d %s", a.Reply.Status, http.StatusText(a.Reply.Status))
	}
	t.fail(&d, harness.Judgement{Want: change.Expect, Got: fmt.Sprintf("%s to %s (%s at %s)", got, change.Note, change.Keyword, change.Pointer)})
}
