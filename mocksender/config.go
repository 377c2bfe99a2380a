package mocksender

import (
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
)

// DefaultMaxReply is how much of a reply's body is read when [Config] does not say.
const DefaultMaxReply = 1 << 20 // bytes

// DefaultUserAgent is sent when neither policy, contract nor user name one.
const DefaultUserAgent = "hookrig"

// Config says how a [Sender] sends.
type Config struct {
	// Policy is the provider's way to deliver. Required.
	Policy Policy
	// Auth adds credentials to every attempt. Nil: none.
	Auth Authenticator
	// Header is added to every request and wins over the headers of policy, contract and Auth. The
	// spelling of a name is kept on the wire. A name without values removes that header. Nil: nothing.
	Header http.Header
	// TimeScale compresses the waits between attempts, and nothing else. Zero: real time.
	TimeScale Scale
	// TLS configures https targets. Nil: the system's roots, TLS 1.2 or later.
	TLS *tls.Config
	// Guard says which hosts may be targets. Zero: loopback and private addresses only.
	Guard Guard
	// MaxReply is the number of bytes that are read of a reply's body. Zero: [DefaultMaxReply].
	MaxReply int64
	// Proxy is the proxy that requests go through. Nil: none; the environment is not asked. What a
	// name resolves to cannot be checked behind a proxy, so public names must be allowed by Guard.
	Proxy *url.URL
	// Dial makes the connections below HTTP and TLS, for tests and fault injection. Nil: the network.
	// Connections that it returns from a forbidden address are closed unused.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Intercept stands between HTTP and the network, for faults that know HTTP. It makes connections by
	// calling dial, which has TLS where the target has it, and returns the one on which requests are written
	// in clear. A connection that is a [Carrier] is told what it carries. Nil: nothing stands there. Not with Proxy.
	Intercept func(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error)
	// HTTP2 speaks HTTP/2 and nothing else, to http targets by prior knowledge. Header names are in
	// lower case then. Not with Intercept.
	HTTP2 bool
	// KeepIdle is how long an unused connection is kept. Zero: 4 s.
	KeepIdle time.Duration
	// Observe is called whenever an attempt has settled, before the next begins, and once more when
	// a delivery ends without one. It gets a copy, and may be called by several goroutines when
	// deliveries run in parallel. An error ends the delivery. Nil: nobody looks.
	Observe func(Delivery) error
	// Announce is called before every attempt, with the attempt in Next, so that a record can tell
	// what was under way when a run broke off. It is otherwise as Observe. Nil: nobody looks.
	Announce func(Delivery) error
	// Refresh makes the body of a later attempt for policies that do not repeat the first one's.
	// Nil: the body stays the same. An error ends the delivery.
	Refresh func(d Delivery, number int) ([]byte, error)
	// Seed determines the policy's jitter, together with delivery and attempt number. Zero is a seed too.
	Seed uint64
}

// check returns every problem of the configuration, joined.
func (c *Config) check() error {
	problems := []error{c.Guard.check()}
	if c.TimeScale != (Scale{}) {
		problems = append(problems, c.TimeScale.check())
	}
	if c.Policy == nil {
		problems = append(problems, errors.New("sender: no policy"))
	}
	if c.MaxReply < 0 {
		problems = append(problems, fmt.Errorf("sender: MaxReply %d: want a number of bytes, or 0 for %d", c.MaxReply, DefaultMaxReply))
	}
	if c.KeepIdle < 0 {
		problems = append(problems, fmt.Errorf("sender: KeepIdle %v: want a duration above 0, or 0 for %v", c.KeepIdle, idleLimit))
	}
	if err := CheckProxy(c.Proxy); err != nil {
		problems = append(problems, fmt.Errorf("sender: %w", err))
	}
	if c.Intercept != nil && (c.Proxy != nil || c.HTTP2) {
		problems = append(problems, errors.New("sender: Intercept: neither with Proxy nor with HTTP2"))
	}
	problems = append(problems, checkHeader(c.Header)...)
	return errors.Join(problems...)
}

// checkHeader reports headers that cannot be sent as they are given.
func checkHeader(h http.Header) []error {
	var problems []error
	for name, values := range h {
		switch strings.ToLower(name) {
		case "content-length", "transfer-encoding", "trailer":
			problems = append(problems, fmt.Errorf("header %q: follows from the body and cannot be set", name))
			continue
		}
		if !validToken(name) {
			problems = append(problems, fmt.Errorf("header %q: not a header name", name))
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n\x00") }) {
			problems = append(problems, fmt.Errorf("header %q: a line break in its value", name))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

// validToken tells whether s is a token of RFC 9110, section 5.6.2.
func validToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	})
}
