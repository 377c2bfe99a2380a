package load

import (
	"cmp"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Endpoint is what became of the target at a provider whose policy slows an endpoint down or gives it up.
type Endpoint struct {
	Policy string `json:"policy"`
	// Throttled counts the replies that asked the provider for a rest, Paused is how long it sent nothing because of them.
	Throttled uint64        `json:"throttled,omitempty"`
	Paused    time.Duration `json:"paused,omitempty"`
	// Status is what the endpoint became, "" while it is active, Stopped when, since the start, and Rule by which rule of the policy.
	Status  endpoint.Status `json:"status,omitempty"`
	Stopped time.Duration   `json:"stopped,omitempty"`
	Rule    string          `json:"rule,omitempty"`
	// Held counts the events that the provider keeps for an endpoint that it stopped, Lost those that it does not keep. Neither
	// were delivered.
	Held uint64 `json:"held,omitempty"`
	Lost uint64 `json:"lost,omitempty"`
}

// gate holds back what a provider does not send to an endpoint for now, or any more. It is safe for concurrent use.
type gate struct {
	policy   *policy.Policy
	scale    mocksender.Scale
	settings endpoint.Settings
	until    atomic.Int64 // since the start: nothing is sent before; stopped if nothing will be
	eager    atomic.Bool  // a success changes something

	mu      sync.Mutex
	machine *endpoint.Machine
	tail    Endpoint
}

// stopped is the value of gate.until when nothing is sent any more.
const stopped = time.Duration(math.MaxInt64)

// newGate returns nil for a policy that sends to an endpoint whatever it answers.
func newGate(p *policy.Policy, scale mocksender.Scale) *gate {
	g := &gate{policy: p, scale: scale, settings: endpoint.SettingsOf(p), tail: Endpoint{Policy: p.Name}}
	if p.Disable.Value == nil && p.Retry.Value.Throttle == nil {
		return nil
	}
	g.settings.FailAfterTime = scale.Wait(g.settings.FailAfterTime)
	g.machine = endpoint.NewMachine(g.settings, time.Time{})
	g.eager.Store(g.settings.FailRateOf > 0)
	return g
}

// opens is when something may be sent again, which may be past. No gate is always open.
func (g *gate) opens() time.Duration {
	if g == nil {
		return 0
	}
	return time.Duration(g.until.Load())
}

// succeeded takes an attempt that the receiver took. While no failure is on record it changes nothing.
func (g *gate) succeeded(now time.Time) {
	if g == nil || !g.eager.Load() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	state := g.machine.Count(now, endpoint.Fact{Kind: endpoint.Succeeded})
	g.eager.Store(state.Failures > 0 || g.settings.FailRateOf > 0)
}

// missed takes an attempt that failed at done, which is now; final tells that its event is given up. It tells whether that was what
// stopped the endpoint.
func (g *gate) missed(now time.Time, done time.Duration, a *mocksender.Attempt, final bool) (stops bool) {
	if g == nil {
		return false
	}
	pause := g.scale.Wait(g.policy.Throttled(a))
	d := g.policy.Disable.Value
	g.mu.Lock()
	defer g.mu.Unlock()
	before := g.machine.State()
	state := g.machine.Count(now, endpoint.Fact{Kind: endpoint.Missed, Final: final, Pause: pause, Spared: d != nil && !d.Counts(a)})
	g.eager.Store(true)
	if before.Status != endpoint.Active {
		return false
	}
	if state.Status != endpoint.Active {
		g.tail.Status, g.tail.Stopped, g.tail.Rule = state.Status, done, d.String()
		g.until.Store(int64(stopped))
		return true
	}
	if pause > 0 {
		end := done + pause
		g.tail.Throttled++
		g.tail.Paused += max(0, end-max(done, g.opens()))
		g.until.Store(int64(end))
	}
	return false
}

// hold counts events that are not sent any more.
func (g *gate) hold(n uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.settings.Keeps(g.tail.Status) {
		g.tail.Held += n
	} else {
		g.tail.Lost += n
	}
}

func (g *gate) report() Endpoint {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tail
}

// gate makes the gates of the events, one for each policy that needs one.
func (e *engine) gate() {
	if !e.config.Retries {
		return
	}
	made := map[string]*gate{}
	for _, p := range e.events {
		g, ok := made[p.Policy.Name]
		if !ok {
			g = newGate(p.Policy, e.config.TimeScale)
			made[p.Policy.Name] = g
			if g != nil {
				e.gates = append(e.gates, g)
			}
		}
		p.gate = g
	}
}

// admit tells whether an attempt may be sent now. One that has to wait comes back when its provider goes on, and one that the provider
// does not send any more is counted.
func (e *engine) admit(j *job, now time.Duration) bool {
	g := e.events[e.pick(j.number)].gate
	switch at := g.opens(); {
	case at <= now:
		return true
	case at == stopped:
		g.hold(1)
		e.book.hold(1)
	default:
		if e.backlog.push(retry{at: at, number: j.number, past: j.past}) {
			e.sleeper.wake()
		}
	}
	return false
}

// permitted is [engine.admit] for an attempt that is about to be sent. In a closed loop a new event is waited for, as a connection
// sends nothing else.
func (w *worker) permitted(j *job, g *gate) bool {
	e := w.e
	for {
		now := e.now()
		w.last = now
		at := g.opens()
		if at <= now {
			return true
		}
		if e.config.Arrivals != nil || j.attempt > 1 || at == stopped {
			return e.admit(j, now)
		}
		rest := time.NewTimer(at - now)
		select {
		case <-rest.C:
		case <-e.ctx.Done():
			rest.Stop()
			e.abandoned.Add(1)
			return false
		}
	}
}

// refresh has the body of a retry made anew, as of its own moment in the provider's time, if the policy does so.
func (s *shot) refresh(p *prepared, past []past) {
	s.waited = 0
	if len(past) == 0 || !p.Policy.Identity.Value.RefreshBody {
		return
	}
	for i := range past {
		s.waited += past[i].wait
	}
}

// clear takes what waits for a retry out of the backlog when its provider has stopped.
func (e *engine) clear(g *gate) {
	n := e.backlog.remove(func(number uint64) bool { return e.events[e.pick(number)].gate == g })
	if n > 0 {
		g.hold(n)
		e.book.hold(n)
	}
}

// shut tells that no provider sends anything any more.
func (e *engine) shut() bool {
	if len(e.gates) == 0 {
		return false
	}
	for _, p := range e.events {
		if p.gate.opens() != stopped {
			return false
		}
	}
	return true
}

// endpoints are those of which there is something to say.
func (e *engine) endpoints() []Endpoint {
	var all []Endpoint
	for _, g := range e.gates {
		if r := g.report(); r != (Endpoint{Policy: r.Policy}) {
			all = append(all, r)
		}
	}
	return all
}

// Unfollowed says in words what of the events' policies a run with Retries does not do, one line each; nil if there is nothing.
func (c *Config) Unfollowed() []string {
	if !c.Retries {
		return nil
	}
	var all []string
	said := map[string]bool{}
	for _, e := range c.Events {
		if !said[e.Policy.Name] && e.Policy.Order.Value == policy.OrderKept {
			all = append(all, cmp.Or(e.Policy.Title, e.Policy.Name)+": the policy sends an event only when the one before it has settled; load sends each when it is due")
		}
		said[e.Policy.Name] = true
	}
	return all
}
