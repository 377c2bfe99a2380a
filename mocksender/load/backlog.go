package load

import (
	"container/heap"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// maxBacklog bounds the events that wait for a retry, about 100 bytes each; an event beyond is given up and counted.
const maxBacklog = 500_000

// past is what became of an earlier attempt, as far as a policy asks.
type past struct {
	status     int
	failure    Failure
	retryAfter string
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
}

// Took is how long after the last failure everything was delivered, 0 if it was not.
func (r *Recovery) Took() time.Duration {
	if r.Exhausted+r.Pending+r.Forgotten > 0 {
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
	b := &e.backlog
	if answer != mocksender.Unacknowledged {
		if j.attempt > 1 {
			b.mu.Lock()
			b.tail.Rescued++
			b.tail.Recovered = max(b.tail.Recovered, done)
			b.mu.Unlock()
		}
		return
	}
	r := retry{number: j.number, past: append(j.past[:len(j.past):len(j.past)], past{x.status, x.failure, x.retryAfter})}
	wait, again := w.shot.event.Policy.Next(attempts(r.past, done), jitter(e.config.Seed, r.number, len(r.past)))
	r.at = done + e.config.TimeScale.Wait(wait)
	b.mu.Lock()
	b.tail.Failing = max(b.tail.Failing, done)
	if !again {
		b.tail.Exhausted++
	}
	b.mu.Unlock()
	if again && b.push(r) {
		e.sleeper.wake()
	}
}

// attempts are earlier attempts in the form that a policy reads.
func attempts(all []past, done time.Duration) []mocksender.Attempt {
	out := make([]mocksender.Attempt, len(all))
	for i, p := range all {
		a := &out[i]
		a.Number, a.Acknowledged, a.Settled = i+1, mocksender.Unacknowledged, time.Unix(0, int64(done))
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

func (h retryHeap) Len() int           { return len(h) }
func (h retryHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h retryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

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
