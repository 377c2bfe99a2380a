package load

import (
	"fmt"
	"sync"
	"time"
)

// Second is what happened in one second of a run.
type Second struct {
	// At is the second's end, counted from the start.
	At time.Duration `json:"at"`
	// Took is how long it was: a second, but for the last.
	Took time.Duration `json:"took"`
	Counts
	Latency Summary `json:"latency"`
	Service Summary `json:"service"`
	Slip    Summary `json:"slip"`
	// InFlight, Waiting (for a connection), Connections and Backlog (events that wait for a retry) are what there was at its end.
	InFlight    int `json:"inFlight"`
	Waiting     int `json:"waiting,omitempty"`
	Connections int `json:"connections"`
	Backlog     int `json:"backlog,omitempty"`
}

// book is where all workers write down what happened. Every second it is summed up, so that what it takes does not
// depend on how long the run is.
type book struct {
	mu      sync.Mutex
	present *tally // this second
	spare   *tally // empty
	total   *tally // only the summing goroutine looks at it until the run is over
	last    time.Duration
	reach   reach
}

func (b *book) init(events int) {
	b.present, b.spare, b.total = newTally(events), newTally(events), newTally(events)
}

func (b *book) due(n uint64) {
	if n == 0 {
		return
	}
	b.mu.Lock()
	b.present.Due += n
	b.mu.Unlock()
}

// opened counts a connection that was made before there was something to send.
func (b *book) opened() {
	b.mu.Lock()
	b.present.Opened++
	b.mu.Unlock()
}

func (b *book) drop() {
	b.mu.Lock()
	b.present.Dropped++
	b.mu.Unlock()
}

// hold counts events that their provider does not send any more.
func (b *book) hold(n uint64) {
	b.mu.Lock()
	b.present.Held += n
	b.mu.Unlock()
}

// count writes down a settled exchange whose body had size bytes.
func (e *engine) count(s *sample, size int) {
	e.book.mu.Lock()
	e.book.present.count(s, e.config.MaxSlip, size)
	e.book.reach.count(s.done, &e.config)
	e.book.mu.Unlock()
}

// run sums up every second until the function that it returns is called.
func (b *book) run(e *engine) (stop func()) {
	over, closed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(closed)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				b.turn(e)
			case <-over:
				b.turn(e)
				return
			}
		}
	}()
	return func() {
		close(over)
		<-closed
	}
}

// turn closes a second and tells the observer.
func (b *book) turn(e *engine) {
	b.mu.Lock()
	second := b.present
	b.present = b.spare
	b.mu.Unlock()
	now := e.now()
	b.total.add(second)
	if e.config.Observe != nil && (second.Attempts+second.Due > 0 || now-b.last > time.Second/2) {
		if err := e.config.Observe(b.second(e, second, now), e.summary(now)); err != nil {
			e.abort(&AbortedError{err})
		}
	}
	b.last = now
	second.reset()
	b.spare = second
}

func (b *book) second(e *engine, t *tally, now time.Duration) Second {
	s := Second{At: now, Took: now - b.last, Counts: t.counts(), Latency: t.latency.summary(), Service: t.service.summary(),
		Slip: t.slip.summary(), Backlog: e.backlog.size()}
	s.InFlight, s.Waiting, s.Connections = e.gauges()
	return s
}

// AbortedError says that an observer ended the run, and wraps its reason.
type AbortedError struct{ Err error }

func (e *AbortedError) Error() string { return fmt.Sprintf("the run was ended: %v", e.Err) }
func (e *AbortedError) Unwrap() error { return e.Err }
