package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
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
	// Written and Read count the bytes of the whole request and of the reply's body.
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
	d.Status, d.Failure, d.Read = x.status, x.failure, x.body
	if x.failure == "" {
		d.Answer = p.answers[x.status]
	}
	return d, nil
}

// Request is an event as it would be sent. Its memory is the lane's: it is good until the next event is made.
type Request struct {
	Event  mocksender.Event
	Method string
	// URL is the target with the event's own query.
	URL string
	// Header has name and value of each line but Content-Length.
	Header [][2]string
	Body   []byte
}

// Request makes event number n and does not send it. The errors are those of [Lane.Deliver].
func (l *Lane) Request(ctx context.Context, event string, n uint64) (Request, error) {
	if err := l.make(ctx, event, n); err != nil {
		return Request{}, err
	}
	p, message := l.shot.event, l.shot.message()
	body := l.shot.body()
	first, rest, _ := bytes.Cut(message[:len(message)-len(body)], []byte("\r\n"))
	r := Request{Event: l.shot.identity(), Method: p.method, URL: p.targetOf(string(first)), Body: body}
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, ok := strings.Cut(string(line), ": ")
		if ok && name != "Host" && name != "Content-Length" {
			r.Header = append(r.Header, [2]string{name, value})
		}
	}
	return r, nil
}

// targetOf is the whole URL of a request's start line.
func (p *prepared) targetOf(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	path, _, _ := strings.Cut(rest, " ")
	return p.target.Scheme + "://" + p.target.Host + path
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
