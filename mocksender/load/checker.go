package load

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// Checked says how many bodies were validated against the contract on the way.
type Checked struct {
	Bodies uint64 `json:"bodies"`
	// Invalid counts those that do not fit, which is a fault of ours, and First is what was wrong with the first.
	Invalid uint64 `json:"invalid,omitempty"`
	First   string `json:"first,omitempty"`
}

// restShare is how many times as long as a validation took the checker rests: what is due while it works on the only core is late, which
// must stay far below one event in a hundred.
const restShare = 400

// checker validates some of the bodies beside the run. How many depends on how long one takes.
type checker struct {
	ready  atomic.Bool // the next body is wanted
	bodies chan checkedBody
	done   chan struct{}

	mu     sync.Mutex
	counts Checked
}

type checkedBody struct {
	event *prepared
	body  []byte
	// header is the message's, which tells how to read the body; nil for a bare payload.
	header http.Header
}

func newChecker(wanted bool) *checker {
	c := &checker{bodies: make(chan checkedBody, 1), done: make(chan struct{})}
	c.ready.Store(wanted)
	go c.run()
	return c
}

// offer hands over the body of a request that is about to be sent, if one is wanted.
func (c *checker) offer(s *shot) {
	if c.ready.Load() && c.ready.CompareAndSwap(true, false) {
		c.bodies <- checkedBody{s.event, slices.Clone(s.body()), s.header}
	}
}

// violations judges the body alone: the headers of a message lack what authentication adds.
func (b *checkedBody) violations() []contract.Violation {
	found := b.event.Generator.Contract().CheckPayload(b.event.Name, b.header, b.body)
	return slices.DeleteFunc(found, func(v contract.Violation) bool {
		return slices.Contains([]string{"header", "query", "cookie", "security"}, v.Rule)
	})
}

func (c *checker) run() {
	defer close(c.done)
	for b := range c.bodies {
		begin := time.Now()
		violations := b.violations()
		c.mu.Lock()
		c.counts.Bodies++
		if len(violations) > 0 {
			if c.counts.Invalid++; c.counts.Invalid == 1 {
				c.counts.First = b.event.Name + ": " + violations[0].Message
			}
		}
		c.mu.Unlock()
		time.AfterFunc(restShare*time.Since(begin), func() { c.ready.Store(true) })
	}
}

// close waits for the last validation. Nothing must be offered any more.
func (c *checker) close() {
	close(c.bodies)
	<-c.done
}

func (c *checker) result() Checked {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts
}
