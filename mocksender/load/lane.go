package load

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// Lanes make and send single events for a caller that has a schedule of its own, such as another load generator. What
// is the same in all requests is compiled once. It is safe for concurrent use; each [Lane] that it opens is not.
type Lanes struct {
	events map[string]*prepared
	names  []string
	dialer *dialer
	traced bool
	seed   uint64
}

// NewLanes prepares the events of c, each of which has a name of its own. Of c's other fields Target, Header, TLS, Guard, Dial,
// Traceparent and Seed count; an empty Transport or "raw" is the only one that a lane has. The error lists every problem.
func NewLanes(c Config) (*Lanes, error) {
	c.Count = max(c.Count, 1) // a lane ends when its caller does
	c, target, err := c.complete()
	problems := []error{err}
	if c.Transport == "nethttp" {
		problems = append(problems, errors.New("load: transport nethttp: a lane has raw alone"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	l := &Lanes{events: map[string]*prepared{}, dialer: newDialer(&c, target), traced: c.Traceparent, seed: c.Seed}
	for _, event := range c.Events {
		if err := l.prepare(event, target, &c); err != nil {
			problems = append(problems, err)
		}
	}
	return l, errors.Join(problems...)
}

func (l *Lanes) prepare(e Event, target *url.URL, c *Config) error {
	if l.events[e.Name] != nil {
		return fmt.Errorf("load: event %q: twice", e.Name)
	}
	p, err := prepare(e, target, c.Header)
	if err != nil {
		return err
	}
	l.events[e.Name], l.names = p, append(l.names, e.Name)
	return nil
}

// Open returns a lane with a connection of its own, which is made with the first delivery.
func (l *Lanes) Open() *Lane {
	return &Lane{lanes: l, link: newRawLink(l.dialer), shot: shot{traced: l.traced, seed: l.seed}}
}

// Lane makes and sends one event at a time, over one connection.
type Lane struct {
	lanes *Lanes
	link  *rawLink
	shot  shot
	shown shown
}

// Delivered is what became of one event that a [Lane] sent.
type Delivered struct {
	// Status is the reply's, 0 if there is no whole one.
	Status int
	// Failure is "" if the reply is whole.
	Failure Failure
	// Answer is how the event's policy reads it.
	Answer mocksender.Answer
	// Sent is when the request was handed to the connection, Took how long the reply took from there, and Dialled what of
	// it was spent on making a connection.
	Sent          time.Time
	Took, Dialled time.Duration
	// Written and Read count the bytes of the request and of the reply, headers included.
	Written, Read int
}

// Deliver makes event number n and sends it once. The error is ours: an unknown event, a payload or credentials that cannot be
// made, an end of ctx before it was sent. What the receiver does is in Delivered.
func (l *Lane) Deliver(ctx context.Context, event string, n uint64) (Delivered, error) {
	if err := l.make(ctx, event, n); err != nil {
		return Delivered{}, err
	}
	p, message := l.shot.event, l.shot.message()
	d := Delivered{Sent: time.Now(), Answer: mocksender.Unacknowledged, Written: len(message)}
	x := l.link.exchange(ctx, message, len(l.shot.body()), p.terms(1))
	d.Took, d.Dialled = time.Since(d.Sent), x.dialled
	d.Status, d.Failure, d.Read = x.status, x.failure, x.head+x.body
	if x.failure == "" {
		d.Answer = p.answers[x.status]
	}
	return d, nil
}

func (l *Lane) make(ctx context.Context, event string, n uint64) error {
	p := l.lanes.events[event]
	if p == nil {
		return fmt.Errorf("unknown event %q%s", event, contract.DidYouMean(event, l.lanes.names))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return l.shot.load(ctx, p, n, 1, time.Now)
}

// Close gives the connection up.
func (l *Lane) Close() { l.link.close() }
