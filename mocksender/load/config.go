package load

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Config says what a run sends, when and how.
type Config struct {
	// Target is the receiver's URL. Required.
	Target string
	// Events are what is sent, mixed by weight. Required.
	Events []Event
	// Arrivals say when events are due. Nil: a closed loop, in which each connection sends its next event
	// when the one before is answered.
	Arrivals Arrivals
	// Count ends a closed loop after so many events. 0: only Duration does.
	Count uint64
	// Duration ends the sending of new events. 0: only Arrivals or Count do.
	Duration time.Duration
	// Seed determines the mix and the jitter of retries. Zero is a seed too.
	Seed uint64
	// Header is added to every request and wins over all other headers.
	Header http.Header
	// TLS configures https targets. Nil: the system's roots, TLS 1.2 or later.
	TLS *tls.Config
	// Guard says which hosts may be targets. Zero: loopback and private addresses only.
	Guard mocksender.Guard
	// Proxy is the proxy that requests go through, over net/http. Nil: none; the environment is not asked. What a name resolves to
	// cannot be checked behind a proxy, so names must be allowed by Guard. Not with Dial or Intercept.
	Proxy *url.URL
	// Transport is "raw", a client of our own for HTTP/1.1, "nethttp" for HTTP/2 too, or "auto" or "" for
	// the one that fits, which is raw.
	Transport string
	// Connections are made before the first event, and are all there are in a closed loop. 0: 16.
	Connections int
	// MaxConnections bounds how many there can come to be when all are busy. 0: 1000.
	MaxConnections int
	// MaxInFlight bounds the events that are under way or wait for a connection; what is due beyond is
	// dropped and counted. 0: 100,000.
	MaxInFlight int
	// MaxSlip is how late the engine itself may send without being counted as late. 0: 25 ms.
	MaxSlip time.Duration
	// Retries sends failed events again by their policy's schedule, compressed by TimeScale.
	Retries bool
	// TimeScale compresses the waits between attempts. Zero: real time.
	TimeScale mocksender.Scale
	// RetryFor is how long after the last new event retries are waited for. 0: 30 s.
	RetryFor time.Duration
	// Traceparent adds a header of W3C Trace Context to each request.
	Traceparent bool
	// Unchecked tells that bodies may not fit the contract, as under the profile drift; otherwise one in many is validated beside the run.
	Unchecked bool
	// Observe is called after each second with what happened in it and in the run so far. An error ends the
	// run, which is then Aborted. Nil: nobody looks.
	Observe func(Second, *Result) error
	// Acknowledged is called with each attempt that the receiver took, by the connection that sent it, at once from several and
	// before the connection goes on: it must be quick. Nil: nobody is told.
	Acknowledged func(*Acknowledgement)
	// Dial makes the connections below TLS, for tests and fault injection, and the run is then paced by Go's
	// timers, as testing/synctest needs it. Nil: the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Intercept makes the connections above TLS, as [mocksender.Config].Intercept does: a [mocksender.Carrier] hears of each
	// attempt. Requests are then sent over net/http, as HTTP/1.1. Nil: nobody comes between.
	Intercept func(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error)
}

// The defaults of a [Config].
const (
	DefaultConnections    = 16
	DefaultMaxConnections = 1000
	DefaultMaxInFlight    = 100_000
	DefaultMaxSlip        = 25 * time.Millisecond
	DefaultRetryFor       = 30 * time.Second
)

// Transports are the values of Config.Transport.
func Transports() []string { return []string{"auto", "raw", "nethttp"} }

// Check returns every problem of the configuration that shows before anything is made, joined.
func (c Config) Check() error {
	_, _, err := c.complete()
	return err
}

// complete returns the configuration with its defaults. The error lists every problem.
func (c Config) complete() (Config, *url.URL, error) {
	c.Connections = cmp.Or(c.Connections, DefaultConnections)
	c.MaxConnections = max(cmp.Or(c.MaxConnections, DefaultMaxConnections), c.Connections)
	c.MaxInFlight = cmp.Or(c.MaxInFlight, DefaultMaxInFlight)
	c.MaxSlip = cmp.Or(c.MaxSlip, DefaultMaxSlip)
	c.RetryFor = cmp.Or(c.RetryFor, DefaultRetryFor)
	c.Transport = cmp.Or(c.Transport, "auto")
	var problems []error
	problem := func(format string, args ...any) { problems = append(problems, fmt.Errorf("load: "+format, args...)) }
	target, err := url.Parse(c.Target)
	if guarded := c.Guard.Check(c.Target); guarded != nil || err != nil {
		problems = append(problems, cmp.Or(guarded, err))
	}
	problems = append(problems, checkEvents(c.Events)...)
	if c.Arrivals == nil && c.Count == 0 && c.Duration == 0 {
		problem("nothing ends the run: want arrivals, a count or a duration")
	}
	if c.Connections < 0 || c.MaxInFlight < 0 || c.MaxSlip < 0 || c.RetryFor < 0 || c.Duration < 0 {
		problem("connections %d, max in flight %d, max slip %s, retry for %s, duration %s: want none below 0",
			c.Connections, c.MaxInFlight, c.MaxSlip, c.RetryFor, c.Duration)
	}
	problems = append(problems, c.chooseTransport(), c.checkProxy(target))
	problems = append(problems, checkHeader(c.Header)...)
	return c, target, errors.Join(problems...)
}

// checkProxy refuses a proxy that cannot be used, or not for this target.
func (c *Config) checkProxy(target *url.URL) error {
	if c.Proxy == nil {
		return nil
	}
	problems := []error{}
	if err := mocksender.CheckProxy(c.Proxy); err != nil {
		problems = append(problems, fmt.Errorf("load: %w", err))
	}
	if c.Dial != nil || c.Intercept != nil {
		problems = append(problems, errors.New("load: Proxy: neither with Dial nor with Intercept"))
	}
	if target != nil {
		problems = append(problems, c.Guard.CheckBehindProxy(target.Hostname()))
	}
	return errors.Join(problems...)
}

// chooseTransport takes net/http where our own client does not do: for connections that are intercepted, and for proxies.
func (c *Config) chooseTransport() error {
	switch {
	case !slices.Contains(Transports(), c.Transport):
		return fmt.Errorf("load: transport %q: want %s", c.Transport, strings.Join(Transports(), ", "))
	case c.Intercept == nil && c.Proxy == nil:
		return nil
	case c.Transport == "raw" && c.Proxy != nil:
		return errors.New("load: transport raw: it knows no proxies; want nethttp or auto")
	case c.Transport == "raw":
		return errors.New("load: transport raw: its connections cannot be intercepted; want nethttp or auto")
	}
	c.Transport = "nethttp"
	return nil
}

func checkEvents(events []Event) []error {
	if len(events) == 0 {
		return []error{errors.New("load: no event to send")}
	}
	var problems []error
	for _, e := range events {
		if e.Generator == nil || e.Policy == nil || e.Weight < 0 {
			problems = append(problems, fmt.Errorf("load: event %q: want a generator, a policy and no negative weight", e.Name))
		}
	}
	return problems
}

func checkHeader(h http.Header) []error {
	var problems []error
	for name, values := range h {
		if !isToken([]byte(name)) || name == "" || strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
			problems = append(problems, fmt.Errorf("load: header %q: not a header that can be sent", name))
		}
		switch strings.ToLower(name) {
		case "content-length", "transfer-encoding", "connection":
			problems = append(problems, fmt.Errorf("load: header %q: follows from the body and cannot be set", name))
		}
	}
	return problems
}
