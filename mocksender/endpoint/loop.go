package endpoint

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// LoopConfig says what a [Loop] runs.
type LoopConfig struct {
	// Sender sends. Required. Its time scale holds for Settings.FailAfterTime too.
	Sender *mocksender.Sender
	// Settings are those of the endpoint. Zero: see [Settings].
	Settings Settings
	// Counts tells whether an attempt that was not acknowledged counts against the endpoint
	// (policy.Disable.Counts). Nil: each does.
	Counts func(*mocksender.Attempt) bool
	// Pause tells for how long the endpoint is sent nothing after an attempt, in the provider's time
	// (policy.Policy.Throttled). Nil: never.
	Pause func(*mocksender.Attempt) time.Duration
	// Slots limits the exchanges that are under way over all loops that share it, by its capacity. Nil: no limit.
	Slots chan struct{}
	// Watch sees every fact with what followed from it, from one goroutine, before the effects are
	// carried out. Nil: nobody watches.
	Watch func(Fact, State, []Effect)
}

// ConfigOf returns the configuration of a loop that goes by a policy.
func ConfigOf(sender *mocksender.Sender, p *policy.Policy) LoopConfig {
	c := LoopConfig{Sender: sender, Settings: SettingsOf(p), Pause: p.Throttled}
	if d := p.Disable.Value; d != nil {
		c.Counts = d.Counts
	}
	return c
}

// Loop delivers many events to one endpoint, as long as the endpoint's state
// allows it. Its methods may be called by several goroutines and take turns.
type Loop struct {
	config  LoopConfig
	mu      sync.Mutex
	machine *Machine
	open    map[string]*mocksender.Delivery // not settled, held ones among them
	touched []string                        // deliveries that a running call has begun to move, in order
	posts   []string                        // to be started
	due     map[string]time.Time            // when waits end
	results chan stepped
	posted  int
	fault   error // the first fault of ours
	serving *serving
}

// stepped is the end of one attempt.
type stepped struct {
	delivery mocksender.Delivery
	err      error
}

// NewLoop returns a loop for an endpoint that is active.
func NewLoop(config LoopConfig) (*Loop, error) {
	if config.Sender == nil {
		return nil, errors.New("endpoint: no sender")
	}
	config.Settings.FailAfterTime = config.Sender.TimeScale().Wait(config.Settings.FailAfterTime)
	return &Loop{
		config:  config,
		machine: NewMachine(config.Settings, time.Now()),
		open:    map[string]*mocksender.Delivery{},
		due:     map[string]time.Time{},
		results: make(chan stepped),
	}, nil
}

// State returns the endpoint's state.
func (l *Loop) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.machine.State()
}

// Deliver sends the events and returns when nothing more can be done: each is
// settled or held. The result is in the order of ds. IDs must differ from each other and from those of held
// deliveries. An error is a fault of ours or ctx's cause, as in [mocksender.Sender.Deliver].
func (l *Loop) Deliver(ctx context.Context, ds ...mocksender.Delivery) ([]mocksender.Delivery, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range ds {
		if l.open[ds[i].ID] != nil || slices.ContainsFunc(ds[:i], func(d mocksender.Delivery) bool { return d.ID == ds[i].ID }) {
			return nil, errors.New("delivery " + ds[i].ID + ": it is under way already")
		}
	}
	l.touched = nil
	all := map[string]*mocksender.Delivery{}
	for i := range ds {
		d := ds[i]
		all[d.ID] = &d
		l.arrive(&d)
	}
	return l.run(ctx, all)
}

// arrive takes a delivery. One that is continued waits for its next attempt.
func (l *Loop) arrive(d *mocksender.Delivery) {
	l.open[d.ID] = d
	l.touched = append(l.touched, d.ID)
	fact := Fact{Kind: Arrived, Delivery: d.ID, Date: d.Message.Event.Time}
	if d.Next != nil && time.Until(d.Next.At) > 0 {
		fact.Later, l.due[d.ID] = true, d.Next.At
	}
	l.apply(fact)
}

// Restart restarts the endpoint, sends what was held, and returns it in the order in which it was
// queued. Errors are those of [Loop.Deliver].
func (l *Loop) Restart(ctx context.Context) ([]mocksender.Delivery, error) {
	return l.command(ctx, Restart)
}

// Enable ends a pause, and otherwise does what [Loop.Restart] does.
func (l *Loop) Enable(ctx context.Context) ([]mocksender.Delivery, error) {
	return l.command(ctx, Enable)
}

// Disable pauses the endpoint: events that come now are held.
func (l *Loop) Disable() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.apply(Fact{Kind: Disable})
}

func (l *Loop) command(ctx context.Context, kind FactKind) ([]mocksender.Delivery, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.touched = l.machine.Queue()
	all := map[string]*mocksender.Delivery{}
	for _, id := range l.touched {
		all[id] = l.open[id]
	}
	l.apply(Fact{Kind: kind})
	return l.run(ctx, all)
}

// run carries out effects until none is left, and returns the deliveries that the call is about.
func (l *Loop) run(ctx context.Context, all map[string]*mocksender.Delivery) ([]mocksender.Delivery, error) {
	l.work(ctx)
	results := make([]mocksender.Delivery, len(l.touched))
	for i, id := range l.touched {
		results[i] = *all[id]
	}
	return results, l.fault
}

// work carries out effects until none is left and, while it serves, no more deliveries come.
func (l *Loop) work(ctx context.Context) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	l.fault = nil
	for {
		if l.fault != nil {
			stop(l.fault)
		}
		if ctx.Err() != nil {
			l.blame(context.Cause(ctx))
			l.stop(ctx)
			return
		}
		l.start(ctx)
		if l.idle() {
			return
		}
		l.await(ctx)
	}
}

// idle tells that nothing will happen any more.
func (l *Loop) idle() bool {
	state := l.machine.State()
	resumes := state.Status == Active && state.Queued > 0 && !state.PausedUntil.IsZero()
	return l.posted == 0 && len(l.due) == 0 && !resumes && (l.serving == nil || l.serving.in == nil)
}

// start begins the posts. Each goroutine ends with its attempt, which ctx ends.
func (l *Loop) start(ctx context.Context) {
	for _, id := range l.posts {
		d := l.open[id]
		if d.Outcome == mocksender.Held {
			d.Outcome = ""
		}
		l.posted++
		go func(d mocksender.Delivery) {
			d, err := l.step(ctx, d)
			l.results <- stepped{d, err}
		}(*d)
	}
	l.posts = nil
}

// step makes one attempt once there is a slot for it.
func (l *Loop) step(ctx context.Context, d mocksender.Delivery) (mocksender.Delivery, error) {
	if l.config.Slots != nil {
		select {
		case l.config.Slots <- struct{}{}:
			defer func() { <-l.config.Slots }()
		case <-ctx.Done():
			d.Next = nil
			return l.config.Sender.Wait(ctx, d)
		}
	}
	return l.config.Sender.Step(ctx, d)
}

// await waits for the next thing to happen, and applies it.
func (l *Loop) await(ctx context.Context) {
	fact, at := l.earliest()
	var timer <-chan time.Time
	if fact.Kind != "" {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		timer = t.C
	}
	select {
	case r := <-l.results:
		l.settle(r)
	case <-timer:
		delete(l.due, fact.Delivery)
		l.apply(fact)
	case d, more := <-l.intake():
		l.admit(d, more)
	case <-ctx.Done():
	}
}

// earliest returns what the clock will bring next, and when; a zero fact if nothing.
func (l *Loop) earliest() (next Fact, when time.Time) {
	for id, at := range l.due {
		if next.Kind == "" || at.Before(when) || at.Equal(when) && id < next.Delivery {
			next, when = Fact{Kind: Due, Delivery: id}, at
		}
	}
	if until := l.machine.State().PausedUntil; !until.IsZero() && (next.Kind == "" || until.Before(when)) {
		return Fact{Kind: Resumed}, until
	}
	return next, when
}

// settle applies the end of an attempt.
func (l *Loop) settle(r stepped) {
	l.posted--
	id := r.delivery.ID
	*l.open[id] = r.delivery
	if r.err != nil {
		l.blame(r.err)
		l.finish(r.delivery)
		l.withdraw(id)
		return
	}
	last := &r.delivery.Attempts[len(r.delivery.Attempts)-1]
	fact := Fact{Kind: Succeeded, Delivery: id}
	if last.Acknowledged == mocksender.Unacknowledged {
		fact = Fact{Kind: Missed, Delivery: id, Final: r.delivery.Outcome != ""}
		fact.Spared = l.config.Counts != nil && !l.config.Counts(last)
		if l.config.Pause != nil {
			fact.Pause = l.config.Sender.TimeScale().Wait(l.config.Pause(last))
		}
	}
	if r.delivery.Next != nil {
		l.due[id] = r.delivery.Next.At
	}
	if r.delivery.Outcome != "" {
		delete(l.open, id)
		l.finish(r.delivery)
	}
	l.apply(fact)
}

// apply tells the machine, and takes note of what is to be done.
func (l *Loop) apply(f Fact) {
	state, effects := l.machine.Apply(time.Now(), f)
	if l.config.Watch != nil {
		l.config.Watch(f, state, effects)
	}
	for _, e := range effects {
		switch e.Kind {
		case Post:
			l.posts = append(l.posts, e.Delivery)
		case Hold, Drop:
			l.hold(e)
		}
	}
}

func (l *Loop) hold(e Effect) {
	d := l.open[e.Delivery]
	delete(l.due, e.Delivery)
	var err error
	if *d, err = l.config.Sender.Hold(*d); err != nil {
		l.blame(err)
	}
	if e.Kind == Drop {
		delete(l.open, e.Delivery)
	}
	l.finish(*d)
}

// stop ends the run: attempts under way are waited for, and everything else that is not held is cancelled.
func (l *Loop) stop(ctx context.Context) {
	for l.posted > 0 {
		l.settle(<-l.results)
	}
	for _, id := range slices.Clone(l.touched) {
		d := l.open[id]
		if d == nil || d.Outcome == mocksender.Held {
			continue
		}
		var err error
		if *d, err = l.config.Sender.Wait(ctx, *d); err != nil && !errors.Is(err, context.Cause(ctx)) {
			l.blame(err)
		}
		l.finish(*d)
		l.withdraw(id)
	}
	l.posts = nil
}

// withdraw forgets a delivery that this call cannot finish.
func (l *Loop) withdraw(id string) {
	delete(l.open, id)
	delete(l.due, id)
	l.apply(Fact{Kind: Withdrawn, Delivery: id})
}

// blame keeps the first fault.
func (l *Loop) blame(err error) {
	if l.fault == nil {
		l.fault = err
	}
}
