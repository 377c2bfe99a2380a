package load

import (
	"context"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// worker sends over one connection, one attempt at a time.
type worker struct {
	e    *engine
	link link
	shot shot
	jobs chan job // has room for the one job that an idle worker is given
	x    exchange
	last time.Duration // when the last exchange was over
}

func newWorker(e *engine) *worker {
	w := &worker{e: e, link: e.open(), jobs: make(chan job, 1), shot: shot{traced: e.config.Traceparent, seed: e.config.Seed}}
	if l, ok := w.link.(*netLink); ok {
		l.shot = &w.shot
	}
	return w
}

// warm connects before there is something to send.
func (w *worker) warm(ctx context.Context) {
	if l, ok := w.link.(*rawLink); ok {
		if _, err := l.open(ctx, w.e.events[0].first); err == nil { // else the first exchange tries again, and counts
			w.e.book.opened()
		}
		l.used = time.Now()
	}
}

// serve does the jobs that it is handed until there are no more. idle tells that the crew has it among the idle.
func (w *worker) serve(idle bool) {
	defer w.link.close()
	for {
		var j job
		var ok bool
		if idle {
			j, ok = <-w.jobs
		} else {
			j, ok = w.e.next(w)
		}
		if !ok {
			return
		}
		idle = false
		w.do(&j)
	}
}

// run is the loop and its end.
func (w *worker) run() {
	defer w.link.close()
	w.loop()
}

// loop sends new events one after the other, and retries when they are due.
func (w *worker) loop() {
	e := w.e
	w.last = e.now()
	for !e.stopped() {
		now := w.last
		if limit := e.config.Duration; limit > 0 && now >= limit {
			return
		}
		if e.config.Retries {
			if j, ok := e.waiting(); ok {
				w.do(&j)
				continue
			}
			if e.config.Count == 0 && e.shut() {
				return
			}
		}
		n := e.taken.Add(1) - 1
		if e.config.Count > 0 && n >= e.config.Count {
			return
		}
		e.outstanding.Add(1)
		e.book.due(1)
		w.do(&job{due: now, number: n, attempt: 1})
	}
}

// waiting returns a retry that is due, if there is one.
func (e *engine) waiting() (job, bool) {
	c := &e.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting.n == 0 {
		return job{}, false
	}
	j := c.waiting.pop()
	j.waited = e.now() - j.queued
	return j, true
}

// do makes one attempt.
func (w *worker) do(j *job) {
	e := w.e
	defer e.done()
	event := e.pick(j.number)
	p := e.events[event]
	if p.gate != nil && !w.permitted(j, p.gate) {
		return
	}
	w.shot.refresh(p, j.past)
	if err := w.shot.load(e.ctx, p, j.number, j.attempt, time.Now); err != nil {
		if !e.stopped() {
			e.abort(err)
		}
		e.abandoned.Add(1)
		return
	}
	e.checker.offer(&w.shot)
	message, size := w.shot.message(), len(w.shot.body())
	w.x = w.link.exchange(e.unstopped, message, size, p.terms(j.attempt))
	sent, done := w.x.began.Sub(e.start), w.x.ended.Sub(e.start)
	if e.config.Arrivals == nil && j.attempt == 1 {
		j.due = sent // making the event is not the receiver's time
	}
	w.last = done
	answer := mocksender.Unacknowledged
	if w.x.failure == "" {
		answer = p.answers[w.x.status]
	}
	e.count(&sample{event: event, attempt: j.attempt, answer: answer, x: &w.x, due: j.due, sent: sent, done: done,
		waited: j.waited}, size)
	if answer != mocksender.Unacknowledged {
		w.acknowledged(j, done)
	}
	if e.config.Retries {
		e.settled(w, j, &w.x, answer, done)
	}
}

// done notes that an attempt has settled, and wakes the pacer when it was the last.
func (e *engine) done() {
	if e.outstanding.Add(-1) == 0 && e.config.Retries {
		e.sleeper.wake()
	}
}
