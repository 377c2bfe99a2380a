package endpoint

import (
	"context"
	"errors"
	"slices"

	"github.com/hookrig/hookrig/mocksender"
)

// serving is what a loop needs while it takes deliveries from a channel.
type serving struct {
	in      <-chan mocksender.Delivery // nil once it was closed
	backlog int
	settled func(mocksender.Delivery)
}

// Serve sends deliveries as they come, until in is closed and each is settled or held. While backlog of
// them (at least one) are neither, it takes no more from in: that is how a slow endpoint slows down who
// feeds it. What a stopped endpoint holds does not count.
//
// settled gets each delivery once it has an outcome, Held among them; one that a fault of ours ended has
// none. It is called from the goroutine that serves; nil: nobody looks. The error is a fault of ours or
// ctx's cause, as in [mocksender.Sender.Deliver], or a delivery whose ID is under way already.
func (l *Loop) Serve(ctx context.Context, in <-chan mocksender.Delivery, backlog int, settled func(mocksender.Delivery)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.touched = nil
	l.serving = &serving{in: in, backlog: max(backlog, 1), settled: settled}
	defer func() { l.serving = nil }()
	l.work(ctx)
	return l.fault
}

// intake returns the channel to take from, nil while the backlog is full or nothing is served.
func (l *Loop) intake() <-chan mocksender.Delivery {
	if l.serving == nil {
		return nil
	}
	state := l.machine.State()
	pending := state.Posted + state.Waiting
	if state.Status == Active {
		pending += state.Queued
	}
	if pending >= l.serving.backlog {
		return nil
	}
	return l.serving.in
}

// admit takes a delivery that came.
func (l *Loop) admit(d mocksender.Delivery, more bool) {
	switch {
	case !more:
		l.serving.in = nil
	case l.open[d.ID] != nil:
		l.blame(errors.New("delivery " + d.ID + ": it is under way already"))
	default:
		l.arrive(&d)
	}
}

// finish passes on a delivery that nothing more will be done with for now.
func (l *Loop) finish(d mocksender.Delivery) {
	if l.serving == nil {
		return
	}
	l.touched = slices.DeleteFunc(l.touched, func(id string) bool { return id == d.ID })
	if l.serving.settled != nil {
		l.serving.settled(d)
	}
}
