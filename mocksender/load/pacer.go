package load

import (
	"sync"
	"time"
)

// sleeper waits for moments of a run. until returns at the moment, counted from the start, or earlier if
// wake is called, also just before. Only one goroutine calls until.
type sleeper interface {
	until(at time.Duration)
	wake()
	close()
}

// timerSleeper is the sleeper of every system. Go's timers are up to a millisecond late.
type timerSleeper struct {
	start time.Time
	woken chan struct{}
	timer *time.Timer
}

func newTimerSleeper(start time.Time) *timerSleeper {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &timerSleeper{start: start, woken: make(chan struct{}, 1), timer: t}
}

func (s *timerSleeper) until(at time.Duration) {
	s.timer.Reset(time.Until(s.start.Add(at)))
	select {
	case <-s.timer.C:
	case <-s.woken:
	}
}

func (s *timerSleeper) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

func (s *timerSleeper) close() { s.timer.Stop() }

// pacer hands out what is due: new events and retries, each at its time.
type pacer struct {
	e       *engine
	sleeper sleeper

	next    time.Duration // of the arrivals
	more    bool          // the arrivals have one
	drained time.Duration // when the arrivals ended; 0 while they have not
	number  uint64        // of the next new event
}

// run returns when nothing is left to be handed out, or the run was stopped.
func (p *pacer) run() {
	p.arrival()
	for !p.e.stopped() {
		now := p.e.now()
		p.submit(now)
		at, ok := p.earliest(now)
		if !ok {
			return
		}
		if at > p.e.now() {
			p.sleeper.until(at)
		}
	}
}

func (p *pacer) arrival() {
	if p.e.config.Arrivals == nil {
		return
	}
	p.next, p.more = p.e.config.Arrivals.Next()
	if limit := p.e.config.Duration; limit > 0 && p.next >= limit {
		p.more = false
	}
}

// submit hands out everything that is due at now.
func (p *pacer) submit(now time.Duration) {
	due := uint64(0)
	for ; p.more && p.next <= now; p.arrival() {
		due++
		p.submitOne(job{due: p.next, number: p.number, attempt: 1}, now)
		p.number++
	}
	p.e.book.due(due)
	for {
		r, ok := p.e.backlog.pop(now)
		if !ok {
			return
		}
		p.submitOne(job{due: r.at, number: r.number, attempt: len(r.past) + 1, past: r.past}, now)
	}
}

// submitOne hands out an attempt, unless its provider does not send it now.
func (p *pacer) submitOne(j job, now time.Duration) {
	if len(p.e.gates) == 0 || p.e.admit(&j, now) {
		p.e.submit(j, now)
	}
}

// earliest is when something will be due again, false when nothing can be any more.
func (p *pacer) earliest(now time.Duration) (time.Duration, bool) {
	at, pending := p.e.backlog.earliest()
	switch {
	case p.more && pending:
		return min(p.next, at), true
	case p.more:
		return p.next, true
	case !p.e.config.Retries:
		return 0, false
	}
	if p.drained == 0 {
		p.drained = max(now, 1)
	}
	if p.e.config.Arrivals == nil && !p.e.exhausted.Load() {
		p.drained = max(now, 1) // the closed loop makes new events still
	}
	end := p.drained + p.e.config.RetryFor
	switch {
	case now >= end:
		return 0, false
	case pending && at < end:
		return at, true
	case p.e.outstanding.Load() > 0 || p.e.config.Arrivals == nil && !p.e.exhausted.Load():
		return end, true // something under way may still fail
	}
	// Between the two looks above the last exchange may have failed and be waiting. What is due later nobody waits for.
	at, pending = p.e.backlog.earliest()
	return at, pending && at < end
}

// job is one attempt that is due.
type job struct {
	due     time.Duration
	queued  time.Duration // when it began to wait for a connection
	waited  time.Duration // and for how long it did
	number  uint64
	attempt int
	past    []past
}

// queue holds jobs in the order in which they came.
type queue struct {
	ring  []job
	first int
	n     int
}

func (q *queue) push(j job) {
	if q.n == len(q.ring) {
		grown := make([]job, max(64, 2*q.n))
		for i := range q.n {
			grown[i] = q.ring[(q.first+i)%len(q.ring)]
		}
		q.ring, q.first = grown, 0
	}
	q.ring[(q.first+q.n)%len(q.ring)] = j
	q.n++
}

func (q *queue) pop() job {
	j := q.ring[q.first]
	q.ring[q.first] = job{}
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	return j
}

// crew are the connections of a run: who is idle, what waits for one, and how many there may be.
type crew struct {
	mu      sync.Mutex
	idle    []*worker // the last one to become idle is used first, so that few connections are kept busy
	waiting queue
	size    int // workers
	opening int // of which are about to connect for the first time
	peak    int // the most that were busy at once
	closing bool
}
