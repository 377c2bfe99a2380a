package load

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// engine is one run.
type engine struct {
	config  Config
	target  *url.URL
	events  []*prepared
	weights []uint64 // summed up
	open    func() link
	start   time.Time
	sleeper sleeper
	crew    crew
	backlog backlog
	book    book
	checker *checker
	gates   []*gate   // of the providers that may hold events back; none unless Retries
	pollers []*poller // of the connections; none: each has a goroutine

	outstanding atomic.Int64  // attempts that were handed out and have not settled
	taken       atomic.Uint64 // new events of a closed loop
	exhausted   atomic.Bool   // the closed loop makes no new event
	abandoned   atomic.Uint64 // attempts that the end of the run left unsent
	working     sync.WaitGroup

	ctx context.Context // ends the sending
	// unstopped is ctx for exchanges that are under way, which are waited for.
	unstopped context.Context
	abort     context.CancelCauseFunc
}

// errOver is the cause of an ordinary end.
var errOver = errors.New("the run is over")

// Run sends what c says and returns what it measured. When ctx ends, nothing more is sent, what is in flight is waited
// for as long as its policy allows, and the result is Interrupted.
//
// What the receiver does is in the result. An error is ours: a configuration that cannot be used, with every
// problem listed, an event that cannot be made, a credential. It comes with the result as far as it got.
func Run(ctx context.Context, c Config) (*Result, error) {
	e, err := newEngine(ctx, c)
	if err != nil {
		return nil, err
	}
	defer e.abort(errOver)
	e.checker = newChecker(!e.config.Unchecked)
	e.connect(ctx)
	e.start = time.Now()
	e.sleeper = newTimerSleeper(e.start)
	if e.config.Dial == nil {
		e.sleeper = newSleeper(e.start)
	}
	unhook := context.AfterFunc(e.ctx, e.sleeper.wake)
	stopBook := e.book.run(e)
	e.send()
	ended := e.now()
	unhook()
	e.abort(errOver)
	stopBook()
	e.checker.close()
	e.sleeper.close()
	return e.result(ctx, ended)
}

func newEngine(ctx context.Context, c Config) (*engine, error) {
	c, target, err := c.complete()
	if err != nil {
		return nil, err
	}
	e := &engine{config: c, target: target}
	e.ctx, e.abort = context.WithCancelCause(ctx)
	e.unstopped = context.WithoutCancel(ctx)
	var problems []error
	sum := uint64(0)
	for _, event := range c.Events {
		p, err := prepare(event, target, c.Header)
		problems = append(problems, err)
		e.events = append(e.events, p)
		sum += uint64(max(event.Weight, 1)) //nolint:gosec // not negative
		e.weights = append(e.weights, sum)
	}
	if err := errors.Join(problems...); err != nil {
		e.abort(err)
		return nil, err
	}
	e.gate()
	e.book.init(len(e.events))
	d := newDialer(&c, target)
	e.open = func() link { return newRawLink(d) }
	if c.Transport == "nethttp" {
		t := newNetTransport(&c, d, target)
		e.open = func() link { return &netLink{netTransport: t} }
	}
	return e, nil
}

// now is the time since the start.
func (e *engine) now() time.Duration { return time.Since(e.start) }

func (e *engine) stopped() bool { return e.ctx.Err() != nil }

// pick says which event number n is: by weight, and by n and the seed alone.
func (e *engine) pick(n uint64) int {
	if len(e.weights) == 1 {
		return 0
	}
	at := mix(e.config.Seed^mix(n)) % e.weights[len(e.weights)-1]
	for i, sum := range e.weights {
		if at < sum {
			return i
		}
	}
	return 0
}

// connect makes the first connections, before the clock starts. One that fails is made again when it is needed.
func (e *engine) connect(ctx context.Context) {
	var connecting sync.WaitGroup
	e.poll()
	for i := range e.config.Connections {
		w := newWorker(e)
		if l, ok := w.link.(*rawLink); ok && len(e.pollers) > 0 {
			e.pollers[i%len(e.pollers)].add(l, w.run)
		}
		e.crew.size++
		e.crew.idle = append(e.crew.idle, w)
		connecting.Go(func() { w.warm(ctx) })
	}
	connecting.Wait()
}

// poll makes pollers, one for each core, if they can do all that the run needs: a closed loop over plain TCP in which nothing
// comes back.
func (e *engine) poll() {
	fetches := func(p *prepared) bool { _, yes := p.Auth.(mocksender.Preparer); return yes }
	if e.config.Arrivals != nil || e.config.Retries || e.config.Transport == "nethttp" || e.config.Dial != nil ||
		e.target.Scheme != "http" || slices.ContainsFunc(e.events, fetches) {
		return
	}
	for range min(runtime.GOMAXPROCS(0), e.config.Connections) {
		p, err := newPoller()
		if err != nil {
			return // goroutines do the same, at a higher price
		}
		e.pollers = append(e.pollers, p)
	}
}

// send runs the workers and the pacer to the end.
func (e *engine) send() {
	if len(e.pollers) > 0 {
		for _, p := range e.pollers {
			e.working.Go(p.run)
		}
		e.working.Wait()
		return
	}
	first := e.crew.idle
	closed := e.config.Arrivals == nil
	if closed {
		e.crew.idle = nil
	}
	var sending sync.WaitGroup
	for _, w := range first {
		e.working.Add(1)
		if closed {
			sending.Add(1)
		}
		go func() {
			defer e.working.Done()
			if closed {
				w.loop()
				sending.Done()
			}
			w.serve(!closed)
		}()
	}
	if closed {
		e.working.Go(func() {
			sending.Wait()
			e.exhausted.Store(true)
			e.sleeper.wake()
		})
	}
	if !closed || e.config.Retries {
		p := &pacer{e: e, sleeper: e.sleeper}
		p.run()
	} else {
		sending.Wait()
	}
	e.dismiss()
	e.working.Wait()
}

// submit hands a job to an idle connection, or lets it wait for one.
func (e *engine) submit(j job, now time.Duration) {
	c := &e.crew
	c.mu.Lock()
	if n := len(c.idle); n > 0 {
		w := c.idle[n-1]
		c.idle = c.idle[:n-1]
		c.peak = max(c.peak, c.size-len(c.idle))
		c.mu.Unlock()
		e.outstanding.Add(1)
		w.jobs <- j
		return
	}
	if c.size+c.waiting.n >= e.config.MaxInFlight {
		c.mu.Unlock()
		e.book.drop()
		return
	}
	e.outstanding.Add(1)
	j.queued = now
	c.waiting.push(j)
	c.peak = c.size
	grow := 0
	if e.config.Arrivals != nil && now-j.due < tooLate {
		grow = max(0, min(c.waiting.n, maxOpening, e.config.MaxConnections-c.size+c.opening)-c.opening)
	}
	c.size += grow
	c.opening += grow
	c.mu.Unlock()
	for range grow {
		e.working.Add(1)
		go e.hire()
	}
}

const (
	// maxOpening bounds the connections that are being made at once, so that a receiver that does not
	// accept is not flooded.
	maxOpening = 64
	// tooLate is how late a job may be handed out for another connection to be of use: beyond, it is the
	// engine that has too much to do.
	tooLate = 5 * time.Millisecond
)

// hire makes one more connection and keeps it busy.
func (e *engine) hire() {
	defer e.working.Done()
	w := newWorker(e)
	w.warm(e.ctx)
	e.crew.mu.Lock()
	e.crew.opening--
	e.crew.mu.Unlock()
	w.serve(false)
}

// next returns the job that a worker does next. It waits for one; false means that there will be none.
func (e *engine) next(w *worker) (job, bool) {
	c := &e.crew
	c.mu.Lock()
	if c.waiting.n > 0 && !e.stopped() {
		j := c.waiting.pop()
		c.mu.Unlock()
		j.waited = e.now() - j.queued
		return j, true
	}
	if c.closing {
		c.mu.Unlock()
		return job{}, false
	}
	c.idle = append(c.idle, w)
	c.mu.Unlock()
	j, ok := <-w.jobs
	return j, ok
}

// dismiss ends the workers once nothing waits any more.
func (e *engine) dismiss() {
	c := &e.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = true
	for _, w := range c.idle {
		close(w.jobs)
	}
	c.idle = nil
	if e.stopped() {
		e.abandoned.Add(uint64(c.waiting.n)) //nolint:gosec // a length
		e.outstanding.Add(-int64(c.waiting.n))
		c.waiting = queue{}
	}
}

// gauges are what is under way at this moment.
func (e *engine) gauges() (busy, waiting, connections int) {
	c := &e.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(e.outstanding.Load()) - c.waiting.n, c.waiting.n, c.size
}
