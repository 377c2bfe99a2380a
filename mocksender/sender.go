package mocksender

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Sender posts messages the way a policy says. It is safe for concurrent use;
// make one with [New], and [Sender.Close] it at the end.
type Sender struct {
	config    Config
	transport *http.Transport
}

// New checks config and returns a Sender. The error lists every problem of config.
func New(config Config) (*Sender, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	if config.MaxReply == 0 {
		config.MaxReply = DefaultMaxReply
	}
	s := &Sender{config: config}
	s.transport = s.newTransport()
	return s, nil
}

// Close closes the connections that no delivery is using.
func (s *Sender) Close() { s.transport.CloseIdleConnections() }

// Deliver sends d until it is acknowledged or the policy gives up, and returns it
// with all its attempts and its outcome. A delivery that has attempts already is
// continued. d's own slices are not changed.
//
// What the receiver or the network does is in the attempts. An error is a fault
// of ours: a target that cannot or must not be used (a [*ForbiddenError]), a credential that
// cannot be made, an observer that failed; or the cause of a cancelled ctx, and
// then the outcome is [Cancelled]. The delivery is returned as far as it came.
func (s *Sender) Deliver(ctx context.Context, d Delivery) (Delivery, error) {
	for d.Outcome == "" {
		var err error
		if d, err = s.Wait(ctx, d); err != nil {
			return d, err
		}
		if d, err = s.Step(ctx, d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// Wait returns at the time of d.Next, at once if that is nil or past. When ctx
// ends first, it returns the delivery as cancelled, and ctx's cause.
func (s *Sender) Wait(ctx context.Context, d Delivery) (Delivery, error) {
	if d.Next != nil {
		timer := time.NewTimer(time.Until(d.Next.At))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if ctx.Err() == nil {
		return d, nil
	}
	d.Next, d.Outcome = nil, OutcomeOf(d.Attempts, true)
	if err := s.observe(d); err != nil {
		return d, err
	}
	return d, context.Cause(ctx)
}

// Step makes one attempt, without waiting for d.Next, and returns the delivery
// with either Outcome or Next set. It is for callers that decide attempt by
// attempt whether to go on; errors are those of [Sender.Deliver].
func (s *Sender) Step(ctx context.Context, d Delivery) (Delivery, error) {
	target, err := s.target(&d)
	if err != nil {
		return d, err
	}
	a := Attempt{Number: len(d.Attempts) + 1, Planned: time.Now()}
	if d.Next != nil {
		a.Planned, a.Wait = d.Next.At, d.Next.Wait
	}
	if err := s.announce(d, &a); err != nil {
		return d, err
	}
	if err := s.exchange(ctx, &d, &a, target); err != nil {
		return d, err
	}
	a.Acknowledged = s.config.Policy.Read(&a)
	if auth, ok := s.config.Auth.(Answered); ok {
		auth.Answered(&a)
	}
	d.Attempts = append(slices.Clip(d.Attempts), a)
	d.Next, d.Outcome = nil, ""
	s.settle(ctx, &d)
	if err := s.observe(d); err != nil {
		return d, err
	}
	if d.Outcome == Cancelled {
		return d, context.Cause(ctx)
	}
	return d, nil
}

// settle decides what follows the last attempt: an outcome or another attempt.
func (s *Sender) settle(ctx context.Context, d *Delivery) {
	stopped := ctx.Err() != nil
	if last := &d.Attempts[len(d.Attempts)-1]; !stopped && last.Acknowledged == Unacknowledged {
		wait, again := s.config.Policy.Next(d.Attempts, s.random(d))
		if again {
			d.Next = &Retry{Number: last.Number + 1, Wait: wait, At: last.Settled.Add(s.config.TimeScale.Wait(wait))}
			return
		}
	}
	d.Outcome = OutcomeOf(d.Attempts, stopped)
}

// random is a number in [0,1) that depends on the seed, the delivery and its
// attempts so far only, so that parallel deliveries do not change each other's jitter.
func (s *Sender) random(d *Delivery) float64 {
	h := fnv.New64a()
	h.Write([]byte(d.ID))
	return rand.New(rand.NewPCG(s.config.Seed, h.Sum64()+uint64(len(d.Attempts)))).Float64()
}

func (s *Sender) observe(d Delivery) error { return tell(s.config.Observe, d) }

// announce tells that a begins.
func (s *Sender) announce(d Delivery, a *Attempt) error {
	d.Next = &Retry{Number: a.Number, Wait: a.Wait, At: a.Planned, Begun: time.Now()}
	return tell(s.config.Announce, d)
}

func tell(observer func(Delivery) error, d Delivery) error {
	if observer == nil {
		return nil
	}
	if err := observer(d); err != nil {
		return fmt.Errorf("delivery %s: observer: %w", d.ID, err)
	}
	return nil
}

// target returns the URL to post to, the message's query included.
func (s *Sender) target(d *Delivery) (*url.URL, error) {
	if err := s.config.Guard.Check(d.URL); err != nil {
		return nil, err
	}
	u, err := parseTarget(d.URL)
	if err != nil {
		return nil, err
	}
	if s.config.Proxy != nil {
		if err := s.config.Guard.CheckBehindProxy(u.Hostname()); err != nil {
			return nil, err
		}
	}
	switch {
	case u.RawQuery == "":
		u.RawQuery = d.Message.Query
	case d.Message.Query != "":
		u.RawQuery += "&" + d.Message.Query
	}
	return u, nil
}

// Hold ends work on d because its endpoint is not active, tells the observer, and returns it with the
// outcome [Held]. Setting Outcome to "" again lets it be sent later. The error is the observer's.
func (s *Sender) Hold(d Delivery) (Delivery, error) {
	d.Next, d.Outcome = nil, Held
	return d, s.observe(d)
}

// TimeScale returns the scale of the waits between attempts.
func (s *Sender) TimeScale() Scale { return s.config.TimeScale }
