package mocksender

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// maxReplyHeader limits a reply's header, in bytes; endless headers end there.
	maxReplyHeader = 256 << 10
	// handshakeLimit ends a handshake that nobody waits for any more.
	handshakeLimit = time.Minute
	// idleLimit is how long an unused connection is kept if nothing else was asked for. Receivers close
	// theirs after 5 s or more, and a request that meets such a close is lost.
	idleLimit = 4 * time.Second
	// idleConnections is how many unused connections to one receiver are kept.
	idleConnections = 64
)

// termsKey is the context key under which a dial finds the terms of the exchange it is for.
type termsKey struct{}

// newTransport returns a transport that adds nothing of its own to a request:
// no compression, no HTTP/2 unless it is asked for (it changes the spelling of headers), no
// proxy from the environment.
func (s *Sender) newTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!s.config.HTTP2)
	protocols.SetHTTP2(s.config.HTTP2)
	protocols.SetUnencryptedHTTP2(s.config.HTTP2)
	t := &http.Transport{
		DialContext:            s.dial,
		DisableCompression:     true,
		Protocols:              protocols,
		TLSHandshakeTimeout:    handshakeLimit,
		IdleConnTimeout:        cmp.Or(s.config.KeepIdle, idleLimit),
		MaxIdleConnsPerHost:    idleConnections,
		MaxResponseHeaderBytes: maxReplyHeader,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if s.config.TLS != nil {
		t.TLSClientConfig = s.config.TLS.Clone()
	}
	if auth, ok := s.config.Auth.(TLSAuthenticator); ok {
		t.TLSClientConfig = auth.ClientTLS(t.TLSClientConfig)
	}
	if s.config.Proxy != nil {
		t.Proxy = func(*http.Request) (*url.URL, error) { return s.config.Proxy, nil }
	}
	if s.config.Intercept != nil {
		s.intercept(t)
	}
	return t
}

// dial connects within the terms' limit. The guard sees the address that is
// really connected to, so a name cannot change between check and use.
func (s *Sender) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.limited(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn}, nil
}

func (s *Sender) limited(ctx context.Context, network, address string) (net.Conn, error) {
	terms, _ := ctx.Value(termsKey{}).(Terms)
	if limit := cmp.Or(terms.Connect, terms.Timeout); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, fmt.Errorf("connect to %s: not connected within %s", address, limit))
		defer cancel()
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := s.connect(ctx, network, address, host)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return conn, err
}

func (s *Sender) connect(ctx context.Context, network, address, host string) (net.Conn, error) {
	if s.config.Dial == nil {
		d := net.Dialer{KeepAlive: 15 * time.Second, Resolver: s.config.Guard.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
			return s.config.Guard.permitDial(host, address)
		}}
		return d.DialContext(ctx, network, address)
	}
	conn, err := s.config.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		if err := s.config.Guard.permitDial(host, tcp.String()); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// permitDial is [Guard.Permit] for the address and port that a dialer is about to use.
func (g Guard) permitDial(host, address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return &ForbiddenError{Host: host, Reason: fmt.Sprintf("cannot be checked: %q is no address and port", address)}
	}
	return g.Permit(host, a.Addr())
}

// countedConn counts the bytes that were handed to the network.
type countedConn struct {
	net.Conn
	written atomic.Int64
	spoiled atomic.Bool // nothing may be written any more
}

// Write counts before it writes, so that a count read while a write is going on
// is never too small.
func (c *countedConn) Write(p []byte) (int, error) {
	if c.spoiled.Load() {
		return 0, net.ErrClosed
	}
	c.written.Add(int64(len(p)))
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n - len(p)))
	return n, err
}

// counted returns the counting connection below conn, or nil.
func counted(conn net.Conn) *countedConn {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	c, _ := conn.(*countedConn)
	return c
}
