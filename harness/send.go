package harness

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

// Shipping says how one message goes out when it is not as the policy says. The
// zero value changes nothing.
type Shipping struct {
	// To replaces the target, for a fault that stands in front of it.
	To string
	// Once makes a single attempt, whatever the policy's retries are.
	Once bool
	// Secret replaces the endpoint's in the headers. Empty: the endpoint's own.
	Secret mocksender.Secret
	// Anonymous leaves the credential out of the headers.
	Anonymous bool
	// Header is added and wins over every other; a name without values removes that header.
	Header http.Header
	// Scale replaces the rig's time scale. Nil: the rig's.
	Scale *mocksender.Scale
	// Watch sees every fact of an [Endpoint] and what followed from it. Nil: nobody watches.
	Watch func(endpoint.Fact, endpoint.State, []endpoint.Effect)
	// Alone takes a connection that nothing else has used, and that nothing uses afterwards. It changes nothing where there
	// is a Line, whose connections are its own.
	Alone bool
	// Line has the faults that it meets on its way, in place of the rig's. Nil: the rig's. Not with a proxy.
	Line *fault.Line
}

// Send delivers a message. Its bytes go out as they are, whether they fit the
// contract or not. The error is a fault of ours, or the cause of a cancelled ctx.
func (r *Rig) Send(ctx context.Context, m mocksender.Message, how Shipping) (Delivery, error) {
	d := r.Plan(m)
	d.URL = cmp.Or(how.To, d.URL)
	return r.Continue(ctx, d, how)
}

// Plan makes the delivery of a message to the target, and sends nothing.
func (r *Rig) Plan(m mocksender.Message) mocksender.Delivery {
	return mocksender.Delivery{ID: r.deliveryID(&m), Message: m, URL: r.config.Target}
}

// Continue sends a delivery that was planned, or that [Rig.Resume] prepared, to its URL. The
// error is that of [Rig.Send].
func (r *Rig) Continue(ctx context.Context, planned mocksender.Delivery, how Shipping) (Delivery, error) {
	d := Delivery{rig: r, Delivery: planned, line: cmp.Or(how.Line, r.config.Line)}
	s, err := r.sender(how)
	if err != nil {
		return d, err
	}
	if r.alone(how) {
		defer s.Close()
	}
	if how.Once {
		d.Delivery, err = s.Step(ctx, d.Delivery)
		d.giveUp()
	} else {
		d.Delivery, err = s.Deliver(ctx, d.Delivery)
	}
	r.record(&d)
	return d, err
}

// giveUp ends a delivery of which the policy wants another attempt.
func (d *Delivery) giveUp() {
	if d.Next != nil {
		d.Next = nil
		d.Outcome = mocksender.OutcomeOf(d.Attempts, false)
	}
}

// Post sends bytes of a test's own making as an event: once, with the provider's
// headers and credential, which header changes.
func (r *Rig) Post(ctx context.Context, m mocksender.Message, body []byte, header http.Header) (Delivery, error) {
	m.Body = body
	return r.Send(ctx, m, Shipping{Once: true, Header: header})
}

func (r *Rig) record(d *Delivery) {
	if r.config.Recorder != nil && (len(d.Attempts) > 0 || d.Outcome != "") {
		r.config.Recorder.Delivery(d.Redacted(r.secret))
	}
}

// keepOwn is how long a connection of a shipping with a line of its own is kept idle: such a line may be about just that.
const keepOwn = 10 * time.Second

// sender returns a sender for this way of shipping; they are kept, since each keeps connections, but for one that ships
// alone: that one is the caller's, to be closed.
func (r *Rig) sender(how Shipping) (*mocksender.Sender, error) {
	scale := r.config.TimeScale
	if how.Scale != nil {
		scale = *how.Scale
	}
	header := maps.Clone(r.config.Header)
	if header == nil {
		header = http.Header{}
	}
	maps.Copy(header, how.Header)
	line := cmp.Or(how.Line, r.config.Line)
	key := fmt.Sprintf("%q %t %q %s %p", how.Secret.Reveal(), how.Anonymous, header, scale, line)
	alone := r.alone(how)
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.senders[key]; ok && !alone {
		return s, nil
	}
	var auth mocksender.Authenticator
	if !how.Anonymous {
		secret := cmp.Or(how.Secret, r.secret)
		if secret != r.secret {
			r.fakes[secret.Reveal()] = true
		}
		var err error
		if auth, err = authenticator(r.policy, secret); err != nil {
			return nil, err
		}
	}
	config := mocksender.Config{
		Policy: r.policy, Auth: auth, Header: header, TimeScale: scale, TLS: r.config.TLS,
		Guard: r.config.Guard, Proxy: r.config.Proxy, Seed: r.config.Seed,
		Observe: r.config.Observe, Announce: r.config.Announce, Refresh: r.refresh,
	}
	if how.Line != nil {
		config.KeepIdle = keepOwn
	}
	line.Install(&config)
	s, err := mocksender.New(config)
	if err != nil {
		return nil, err
	}
	if !alone {
		r.senders[key] = s
	}
	return s, nil
}

func (r *Rig) alone(how Shipping) bool {
	return how.Alone && how.Line == nil && r.config.Line == nil
}

func (r *Rig) method(m mocksender.Message) string {
	return cmp.Or(m.Method, r.policy.Method, http.MethodPost)
}

// readyPause is the time between two knocks of [Rig.WaitReady].
const readyPause = 250 * time.Millisecond

// WaitReady knocks with a GET, without credentials and without effect on a webhook
// receiver, until anything but a gateway's 502, 503 or 504 answers. It gives up
// after d with an [*UnreachableError]; with d = 0 it knocks once.
func (r *Rig) WaitReady(ctx context.Context, d time.Duration) error {
	deadline := time.Now().Add(d)
	s, err := r.sender(Shipping{Anonymous: true, Line: new(fault.Line)}) // a knock meets no faults
	if err != nil {
		return err
	}
	for tries := 1; ; tries++ {
		knock, err := s.Step(ctx, mocksender.Delivery{
			ID: "knock", URL: r.config.Target, Message: mocksender.Message{Method: http.MethodGet},
		})
		if err != nil {
			return err
		}
		a := knock.Attempts[0]
		if answered(&a) {
			return nil
		}
		if !time.Now().Add(readyPause).Before(deadline) {
			return &UnreachableError{Target: r.config.Target, Tries: tries, Last: whyNot(&a)}
		}
		if err := pause(ctx, readyPause); err != nil {
			return err
		}
	}
}

func answered(a *mocksender.Attempt) bool {
	if a.Reply == nil {
		return !absent(a.Failure.Kind) && a.Failure.Kind != mocksender.FailureForbidden
	}
	switch a.Reply.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return false
	}
	return true
}

func whyNot(a *mocksender.Attempt) mocksender.Failure {
	if a.Failure != nil {
		return *a.Failure
	}
	return mocksender.Failure{Kind: mocksender.FailureConnect, Text: "a gateway answered " + describeReply(a.Reply)}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
