package endpoint

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
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
	// Watch sees every fact with what followed from it, from one goroutine, before the effects are
	// carried out. Nil: nobody watches.
	Watch func(Fact, State, []Effect)
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
		l.open[d.ID], all[d.ID] = &d, &d
		l.touched = append(l.touched, d.ID)
		l.apply(Fact{Kind: Arrived, Delivery: d.ID, Date: d.Message.Event.Time})
	}
	return l.run(ctx, all)
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
			break
		}
		l.start(ctx)
		if l.posted == 0 && len(l.due) == 0 {
			break
		}
		l.await(ctx)
	}
	results := make([]mocksender.Delivery, len(l.touched))
	for i, id := range l.touched {
		results[i] = *all[id]
	}
	return results, l.fault
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
			d, err := l.config.Sender.Step(ctx, d)
			l.results <- stepped{d, err}
		}(*d)
	}
	l.posts = nil
}

// await waits for the next thing to happen, and applies it.
func (l *Loop) await(ctx context.Context) {
	id, at := l.earliest()
	var timer <-chan time.Time
	if id != "" {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		timer = t.C
	}
	select {
	case r := <-l.results:
		l.settle(r)
	case <-timer:
		delete(l.due, id)
		l.apply(Fact{Kind: Due, Delivery: id})
	case <-ctx.Done():
	}
}

func (l *Loop) earliest() (string, time.Time) {
	var first string
	for id, at := range l.due {
		if first == "" || at.Before(l.due[first]) || at.Equal(l.due[first]) && id < first {
			first = id
		}
	}
	return first, l.due[first]
}

// settle applies the end of an attempt.
func (l *Loop) settle(r stepped) {
	l.posted--
	id := r.delivery.ID
	*l.open[id] = r.delivery
	if r.err != nil {
		l.blame(r.err)
		l.withdraw(id)
		return
	}
	last := &r.delivery.Attempts[len(r.delivery.Attempts)-1]
	fact := Fact{Kind: Succeeded, Delivery: id}
	if last.Acknowledged == mocksender.Unacknowledged {
		fact = Fact{Kind: Missed, Delivery: id, Final: r.delivery.Outcome != ""}
		fact.Spared = l.config.Counts != nil && !l.config.Counts(last)
	}
	if r.delivery.Next != nil {
		l.due[id] = r.delivery.Next.At
	}
	if r.delivery.Outcome != "" {
		delete(l.open, id)
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
}

// stop ends the run: attempts under way are waited for, and everything else that is not held is cancelled.
func (l *Loop) stop(ctx context.Context) {
	for l.posted > 0 {
		l.settle(<-l.results)
	}
	for _, id := range l.touched {
		d := l.open[id]
		if d == nil || d.Outcome == mocksender.Held {
			continue
		}
		var err error
		if *d, err = l.config.Sender.Wait(ctx, *d); err != nil && !errors.Is(err, context.Cause(ctx)) {
			l.blame(err)
		}
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
