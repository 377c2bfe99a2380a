package harness

import (
	"cmp"
	"context"
	"strconv"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

// Endpoint is the target as the provider keeps it: it stops after too many
// failures, its events queue then, and it goes on when it is restarted. Its
// methods take turns.
type Endpoint struct {
	rig  *Rig
	loop *endpoint.Loop
	to   string
}

// Endpoint returns the target's endpoint at the provider, active and with no
// failures counted, which takes messages the given way (Once is ignored).
func (r *Rig) Endpoint(how Shipping) (*Endpoint, error) {
	sender, err := r.sender(how)
	if err != nil {
		return nil, err
	}
	config := endpoint.ConfigOf(sender, r.policy)
	config.Watch = r.watch(how.Watch)
	config.Settings.Parallel = max(config.Settings.Parallel, cmp.Or(how.Line, r.config.Line).Parallel())
	loop, err := endpoint.NewLoop(config)
	if err != nil {
		return nil, err
	}
	return &Endpoint{rig: r, loop: loop, to: cmp.Or(how.To, r.config.Target)}, nil
}

// watch records the endpoint's changes of state, and passes every fact on to also.
func (r *Rig) watch(also func(endpoint.Fact, endpoint.State, []endpoint.Effect)) func(endpoint.Fact, endpoint.State, []endpoint.Effect) {
	if r.config.Recorder == nil {
		return also
	}
	name := r.contract.Name() + " " + strconv.FormatUint(r.next("\x00endpoint")+1, 10)
	return func(f endpoint.Fact, s endpoint.State, effects []endpoint.Effect) {
		for _, e := range effects {
			if e.Kind == endpoint.Changed {
				r.config.Recorder.Change(Change{Endpoint: name, At: s.Since, From: e.From, To: e.To,
					Cause: f.Kind, Delivery: f.Delivery, Failures: s.Failures, Queued: s.Queued})
			}
		}
		if also != nil {
			also(f, s, effects)
		}
	}
}

// State returns the endpoint's state.
func (e *Endpoint) State() endpoint.State { return e.loop.State() }

// Deliver sends messages until each is settled or held, and returns them in
// their order. The error is a fault of ours, or the cause of a cancelled ctx.
func (e *Endpoint) Deliver(ctx context.Context, messages ...mocksender.Message) ([]Delivery, error) {
	raw := make([]mocksender.Delivery, len(messages))
	for i := range messages {
		raw[i] = e.rig.Plan(messages[i])
		raw[i].URL = e.to
	}
	return e.Continue(ctx, raw...)
}

// Continue delivers what was planned, or what [Rig.Resume] prepared, as [Endpoint.Deliver] does messages.
func (e *Endpoint) Continue(ctx context.Context, planned ...mocksender.Delivery) ([]Delivery, error) {
	return e.settled(e.loop.Deliver(ctx, planned...))
}

// Restart restarts the endpoint, sends what was held, and returns it in the order
// of the queue. Errors are those of [Endpoint.Deliver].
func (e *Endpoint) Restart(ctx context.Context) ([]Delivery, error) {
	return e.settled(e.loop.Restart(ctx))
}

// settled records what has settled; what is held is recorded when it is sent.
func (e *Endpoint) settled(raw []mocksender.Delivery, err error) ([]Delivery, error) {
	out := make([]Delivery, len(raw))
	for i := range raw {
		out[i] = Delivery{Delivery: raw[i], rig: e.rig}
		if raw[i].Outcome != mocksender.Held {
			e.rig.record(&out[i])
		}
	}
	return out, err
}
