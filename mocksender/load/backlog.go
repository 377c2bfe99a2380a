package load

import (
	"container/heap"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// maxBacklog bounds the events that wait for a retry, about 100 bytes each; an event beyond is given up and counted.
const maxBacklog = 500_000

// past is what became of an earlier attempt, as far as a policy asks, and how long the provider waited after it, not scaled.
type past struct {
	status     int
	failure    Failure
	retryAfter string
	wait       time.Duration
}

// retry is an event that comes back.
type retry struct {
	at     time.Duration
	number uint64
	past   []past
}

// backlog holds the events that wait for a retry. It is safe for concurrent use.
type backlog struct {
	mu   sync.Mutex
	heap retryHeap
	tail Recovery
}

// Recovery says how the provider's retries went.
type Recovery struct {
	// Failing is when the last failed attempt settled, Recovered when the last event that had failed was
	// delivered, since the start. Recovered is 0 if none was.
	Failing   time.Duration `json:"failing,omitempty"`
	Recovered time.Duration `json:"recovered,omitempty"`
	// Rescued counts events that were delivered after a failure, Exhausted those that their policy gave up,
	// Pending those that still waited when the run ended, and Forgotten those for which there was no memory.
	Rescued   uint64 `json:"rescued,omitempty"`
	Exhausted uint64 `json:"exhausted,omitempty"`
	Pending   uint64 `json:"pending,omitempty"`
	Forgotten uint64 `json:"forgotten,omitempty"`
	// Peak is the most events that waited at once.
	Peak int `json:"peak,omitempty"`
	// Endpoints says which providers slowed the target down or gave it up, in the order of the events.
	Endpoints []Endpoint `json:"endpoints,omitempty"`
	// Unfollowed is what of the policies was not done, see [Config.Unfollowed].
	Unfollowed []string `json:"unfollowed,omitempty"`
}

// Undelivered counts the events that were tried, or that their provider held back, and never delivered.
func (r *Recovery) Undelivered() uint64 {
	n := r.Exhausted + r.Pending + r.Forgotten
	for i := range r.Endpoints {
		n += r.Endpoints[i].Held + r.Endpoints[i].Lost
	}
	return n
}

// GivenUp tells that a provider stopped sending to the endpoint.
func (r *Recovery) GivenUp() bool {
	return r != nil && slices.ContainsFunc(r.Endpoints, func(e Endpoint) bool { return e.Status != "" })
}

// Took is how long after the last failure everything was delivered, 0 if it was not.
func (r *Recovery) Took() time.Duration {
	if r.Undelivered() > 0 {
		return 0
	}
	return max(0, r.Recovered-r.Failing)
}

// push adds an event, and tells whether it is now the first that is due.
func (b *backlog) push(r retry) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.heap) == maxBacklog {
		b.tail.Forgotten++
		return false
	}
	heap.Push(&b.heap, r)
	b.tail.Peak = max(b.tail.Peak, len(b.heap))
	return b.heap[0].at == r.at
}

// pop returns an event that is due at now.
func (b *backlog) pop(now time.Duration) (retry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.heap) == 0 || b.heap[0].at > now {
		return retry{}, false
	}
	return heap.Pop(&b.heap).(retry), true
}

// remove takes out the events of which which says so, and returns how many there were.
func (b *backlog) remove(which func(number uint64) bool) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.heap)
	b.heap = slices.DeleteFunc(b.heap, func(r retry) bool { return which(r.number) })
	heap.Init(&b.heap)
	return uint64(before - len(b.heap)) //nolint:gosec // not negative
}

func (b *backlog) earliest() (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.heap) == 0 {
		return 0, false
	}
	return b.heap[0].at, true
}

func (b *backlog) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.heap)
}

// recovery is the sum so far.
func (b *backlog) recovery() Recovery {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.tail
	r.Pending = uint64(len(b.heap))
	return r
}

// settled notes how an attempt ended at done. It returns what of the event has to wait, if it comes back.
func (e *engine) settled(w *worker, j *job, x *exchange, answer mocksender.Answer, done time.Duration) {
	b, p, at := &e.backlog, w.shot.event, e.start.Add(done)
	if answer != mocksender.Unacknowledged {
		p.gate.succeeded(at)
		if j.attempt > 1 {
			b.mu.Lock()
			b.tail.Rescued++
			b.tail.Recovered = max(b.tail.Recovered, done)
			b.mu.Unlock()
		}
		return
	}
	r := retry{number: j.number, past: append(j.past[:len(j.past):len(j.past)], past{x.status, x.failure, x.retryAfter, 0})}
	tried := attempts(r.past, at)
	wait, again := p.Policy.Next(tried, jitter(e.config.Seed, r.number, len(r.past)))
	r.past[len(r.past)-1].wait = wait
	r.at = done + e.config.TimeScale.Wait(wait)
	if p.gate.missed(at, done, &tried[len(tried)-1], !again) {
		e.clear(p.gate)
	}
	b.mu.Lock()
	b.tail.Failing = max(b.tail.Failing, done)
	if !again {
		b.tail.Exhausted++
	}
	b.mu.Unlock()
	switch {
	case !again:
	case p.gate.opens() == stopped:
		p.gate.hold(1)
		e.book.hold(1)
	case b.push(r):
		e.sleeper.wake()
	}
}

// attempts are earlier attempts in the form that a policy reads. The last one settled at done.
func attempts(all []past, done time.Time) []mocksender.Attempt {
	out := make([]mocksender.Attempt, len(all))
	for i, p := range all {
		a := &out[i]
		a.Number, a.Acknowledged, a.Settled = i+1, mocksender.Unacknowledged, done
		if i > 0 {
			a.Wait = all[i-1].wait
		}
		if p.failure != "" {
			a.Failure = &mocksender.Failure{Kind: p.failure.kind()}
			continue
		}
		a.Reply = &mocksender.Reply{Status: p.status, Header: http.Header{}}
		if p.retryAfter != "" {
			a.Reply.Header.Set("Retry-After", p.retryAfter)
		}
	}
	return out
}

// jitter is a number in [0,1) that depends on the event and the attempt alone.
func jitter(seed, number uint64, attempt int) float64 {
	return rand.New(rand.NewPCG(seed, mix(number)+uint64(attempt))).Float64() //nolint:gosec // attempts are few
}

type retryHeap []retry

func (h retryHeap) Len() int      { return len(h) }
func (h retryHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Less orders by time; what comes back at the same moment, when a provider goes on, comes in the order of the run.
func (h retryHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].number < h[j].number
}

// Push and Pop are for container/heap.
func (h *retryHeap) Push(r any) { *h = append(*h, r.(retry)) }

// Pop returns the last one.
func (h *retryHeap) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	(*h)[last] = retry{}
	*h = (*h)[:last]
	return r
}
