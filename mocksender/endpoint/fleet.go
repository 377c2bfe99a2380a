package endpoint

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/hookrig/hookrig/mocksender"
)

// FleetConfig says how deliveries go to many endpoints.
type FleetConfig struct {
	// Loop is the configuration of every endpoint's loop; its Slots are replaced. Its Watch is called by
	// several goroutines: one for each endpoint. Loop.Sender is required.
	Loop LoopConfig
	// Parallel is how many exchanges may be under way at once, over all endpoints. 0: 16.
	Parallel int
	// Backlog is how many deliveries of one endpoint may be neither settled nor held before the source
	// has to wait. 0: 64.
	Backlog int
}

// Fleet delivers to many endpoints at once, each by a [Loop] of its own: what one endpoint does changes
// nothing for another, but for the slots that they share. It is for one Run at a time.
type Fleet struct {
	config FleetConfig
	loops  map[string]*Loop // by URL
}

// NewFleet checks config. The error says what is wrong with it.
func NewFleet(config FleetConfig) (*Fleet, error) {
	if config.Parallel < 0 || config.Backlog < 0 {
		return nil, errors.New("endpoint: a fleet's Parallel and Backlog are numbers from 0")
	}
	config.Loop.Slots = make(chan struct{}, cmp.Or(config.Parallel, 16))
	config.Backlog = cmp.Or(config.Backlog, 64)
	if _, err := NewLoop(config.Loop); err != nil {
		return nil, err
	}
	return &Fleet{config: config, loops: map[string]*Loop{}}, nil
}

// Loop returns the loop of the endpoint at url, which is made if there is none. Do not call it during Run.
func (f *Fleet) Loop(url string) *Loop {
	l, ok := f.loops[url]
	if !ok {
		l, _ = NewLoop(f.config.Loop) // was checked by NewFleet
		f.loops[url] = l
	}
	return l
}

// Run sends what source yields, to the endpoints at the deliveries' URLs, and returns when each delivery
// is settled or held. It asks source for the next one only when there is room for the last: an endpoint
// whose backlog is full holds up the source, and the others go on with what they have.
//
// settled gets each delivery once it has an outcome, one call at a time; nil: nobody looks. The first
// error ends the run; it is that of [Loop.Serve].
func (f *Fleet) Run(ctx context.Context, source iter.Seq[mocksender.Delivery], settled func(mocksender.Delivery)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := fleetRun{fleet: f, ctx: ctx, stop: stop, settled: settled, inputs: map[string]chan mocksender.Delivery{}}
	for d := range source {
		if !r.send(d) {
			break
		}
	}
	for _, in := range r.inputs {
		close(in)
	}
	r.running.Wait()
	return r.err
}

// fleetRun is one run of a fleet.
type fleetRun struct {
	fleet   *Fleet
	ctx     context.Context
	stop    context.CancelCauseFunc
	settled func(mocksender.Delivery)
	inputs  map[string]chan mocksender.Delivery
	running sync.WaitGroup

	mu  sync.Mutex // one call of settled at a time, and err
	err error
}

// send hands d to its endpoint's loop; false when the run is over.
func (r *fleetRun) send(d mocksender.Delivery) bool {
	in, ok := r.inputs[d.URL]
	if !ok {
		in = make(chan mocksender.Delivery)
		r.inputs[d.URL] = in
		loop := r.fleet.Loop(d.URL)
		r.running.Go(func() { r.serve(loop, in) })
	}
	select {
	case in <- d:
		return true
	case <-r.ctx.Done():
		r.fail(context.Cause(r.ctx))
		return false
	}
}

// serve runs one endpoint's loop until its input is closed or the run is over.
func (r *fleetRun) serve(loop *Loop, in <-chan mocksender.Delivery) {
	err := loop.Serve(r.ctx, in, r.fleet.config.Backlog, func(d mocksender.Delivery) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.settled != nil {
			r.settled(d)
		}
	})
	if err != nil {
		r.fail(err)
	}
}

// fail keeps the first error and ends the run.
func (r *fleetRun) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	r.stop(err)
}
