package scenarios

import (
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// backlogEvents is how many events a provider sends in a row once a receiver is back.
const backlogEvents = 40

// recovery judges how a receiver comes back: what it does with all that queued, and what it still knows.
func recovery(b *book) {
	b.table("recovery", func(s subject) bool { return s.first }, func(s subject) {
		b.drain(s)
		if s.rig.Restarts() {
			b.restart(s)
		}
	})
}

func (b *book) drain(s subject) {
	r := rule{
		name: "drained-backlog", theme: "recovery",
		text:   fmt.Sprintf("is acknowledged as the last of %d that come one behind the other", backlogEvents),
		source: origin(s.rig.Policy().Retry),
		why:    "after an outage all that queued comes without a pause; who stops answering then has the next outage",
	}
	b.it(r, s, patience(s, backlogEvents+3), func(t *trial) {
		t.needControl()
		for range backlogEvents {
			d := t.once(t.message())
			if d.Acknowledged() == mocksender.Unacknowledged {
				t.needTaken(d.Message)
			}
			t.acknowledged(d)
		}
	})
}

// breath is how long a receiver has to get over what came at once.
const breath = time.Second

// needTaken ends the spec as inconclusive when a message is not acknowledged alone either: then it is not the number of them.
func (t *trial) needTaken(m mocksender.Message) {
	t.pause(breath)
	if d := t.once(m); d.Acknowledged() == mocksender.Unacknowledged {
		t.inconclusive("events that are acknowledged one by one", "one is not acknowledged alone either",
			"the scenarios of themes responses and tolerance say more")
	}
}

func (b *book) restart(s subject) {
	r := rule{
		name: "survives-restart", theme: "recovery", slow: true,
		text:   "has its effect after the receiver was restarted",
		source: adviceOnRepeats,
		why:    "what was acknowledged never comes again: if it was only in memory, a deployment loses it for good",
	}
	b.it(r, s, patience(s, 5)+harness.RestartPatience, func(t *trial) {
		t.needEffect()
		m, before := t.unknown()
		d := t.once(m)
		t.acknowledged(d)
		if err := s.rig.Restart(t.ctx); err != nil {
			if u, down := unreachable(err); down {
				t.book.lose(u)
				ginkgo.AbortSuite(u.Error())
			}
			t.inconclusive("the receiver to be restarted", err.Error(), "--restart-url is posted to, and answers with a success")
		}
		if before > 0 {
			t.remembered()
		}
		t.due(&d, before, "the effect of the event that was acknowledged before the restart")
	})
}
