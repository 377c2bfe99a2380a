package scenarios

import (
	"fmt"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

// transitions judges how a receiver comes through the life of its endpoint at a
// provider that stops sending after failures. The failures are made by an outage
// in front of the receiver.
func transitions(b *book) {
	stops := func(s subject) bool {
		d := s.rig.Policy().Disable.Value
		return s.first && d != nil && d.After > 0 && len(d.Statuses) == 0 && endpoint.SettingsOf(s.rig.Policy()).FailTo != endpoint.Deleted
	}
	b.table("transitions", stops, func(s subject) {
		if backlogSize(s) > 0 {
			b.backlog(s)
		}
		if s.rig.Policy().Disable.Value.RestoreAfter > 0 && len(s.rig.Policy().Retry.Value.Schedule(1)) > 0 {
			b.recovery(s)
		}
	})
}

func (b *book) backlog(s subject) {
	after := s.rig.Policy().Disable.Value.After
	count := backlogSize(s)
	r := rule{
		name: "backlog", theme: "transitions",
		text: fmt.Sprintf("is acknowledged, in order and with one effect, when its endpoint stopped after %d failures, "+
			"queued it, and is restarted", after),
		source: origin(s.rig.Policy().Disable),
		why:    "after an outage all that queued comes at once, some of it for the second time",
	}
	b.it(r, s, patience(s, 2*count), func(t *trial) {
		lag := t.needControl()
		outage, e := t.endpoint(after)
		defer func() { t.check(outage.Close()) }()

		t.deliver(e, t.messages(count)...)
		if st := e.State(); st.Status == endpoint.Active || st.Failures < after || st.Queued != count {
			t.check(fmt.Errorf("the endpoint should have stopped with %d events queued: %+v", count, st))
		}
		seen := outage.Requests()
		t.deliver(e, t.messages(2)...)
		if st := e.State(); st.Queued != count+2 || outage.Requests() != seen {
			t.check(fmt.Errorf("an endpoint that is %s should queue and not post: %+v", st.Status, st))
		}
		drained, err := e.Restart(t.ctx)
		t.check(err)
		t.drained(drained, lag)
		if st := e.State(); st.Status != endpoint.Active || st.Failures != 0 || st.Queued != 0 {
			t.check(fmt.Errorf("the endpoint should be active, with nothing queued and no failures: %+v", st))
		}
	})
}

// drained judges what a restart sent.
func (t *trial) drained(ds []harness.Delivery, lag time.Duration) {
	t.sent = append(t.sent, ds...)
	for i := range ds {
		t.acknowledged(ds[i])
		if i > 0 && ds[i].Last().Sent.Before(ds[i-1].Last().Sent) {
			t.check(fmt.Errorf("delivery %s was sent before %s, which queued first", ds[i].ID, ds[i-1].ID))
		}
	}
	if !t.subject.rig.TellsApart() {
		return // the effects of all are in each count
	}
	for i := range ds {
		t.atMostOne(&ds[i], 0, lag)
	}
}

func (b *book) recovery(s subject) {
	restore := s.rig.Policy().Disable.Value.RestoreAfter
	r := rule{
		name: "failures-forgotten", theme: "transitions",
		text:   fmt.Sprintf("is acknowledged so often that the endpoint's failures are forgotten after %d successes", restore),
		source: origin(s.rig.Policy().Disable),
		why:    "failures that are never forgotten add up, and the endpoint stops on a day when nothing is wrong",
	}
	b.it(r, s, patience(s, restore+2), func(t *trial) {
		t.needControl()
		outage, e := t.endpoint(1)
		defer func() { t.check(outage.Close()) }()
		for n := 1; n <= restore; n++ {
			for _, d := range t.deliver(e, t.message()) {
				t.acknowledged(d)
			}
			if st := e.State(); n < restore && st.Failures == 0 || n == restore && st.Failures != 0 {
				t.check(fmt.Errorf("after %d of %d successes the endpoint counts %d failures", n, restore, st.Failures))
			}
		}
	})
}

// endpoint puts an outage before the target, and an endpoint before the outage.
func (t *trial) endpoint(failures int) (*fault.Outage, *harness.Endpoint) {
	outage, err := t.subject.rig.Outage(failures)
	t.check(err)
	e, err := t.subject.rig.Endpoint(harness.Shipping{To: outage.URL, Scale: t.quickly()})
	t.check(err)
	return outage, e
}

func (t *trial) deliver(e *harness.Endpoint, messages ...mocksender.Message) []harness.Delivery {
	ds, err := e.Deliver(t.ctx, messages...)
	t.check(err)
	for i := range ds {
		if ds[i].Outcome != mocksender.Held {
			t.sent = append(t.sent, ds[i])
		}
	}
	return ds
}

func (t *trial) messages(n int) []mocksender.Message {
	out := make([]mocksender.Message, n)
	for i := range out {
		out[i] = t.message()
	}
	return out
}

// backlogSize is how many events it takes to stop the endpoint, when each fails
// as often as the policy tries again and none is given up; at least three. 0: no
// number of them does it that way.
func backlogSize(s subject) int {
	d := s.rig.Policy().Disable.Value
	tries := len(s.rig.Policy().Retry.Value.Schedule(d.After))
	if d.PerEvent || tries == 0 {
		return 0
	}
	return max(3, (d.After+tries-1)/tries)
}
