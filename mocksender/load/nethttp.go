package load

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// netTransport sends over net/http, for what our own client does not speak: HTTP/2 and proxies.
type netTransport struct {
	dialer *dialer
	target *url.URL
	http   *http.Transport
}

func newNetTransport(c *Config, d *dialer, target *url.URL) *netTransport {
	t := &netTransport{dialer: d, target: target}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	t.http = &http.Transport{
		DialContext:            func(ctx context.Context, _, _ string) (net.Conn, error) { return d.plain(ctx) },
		DisableCompression:     true,
		Protocols:              protocols,
		MaxIdleConnsPerHost:    c.MaxConnections,
		MaxConnsPerHost:        c.MaxConnections,
		IdleConnTimeout:        idleLimit,
		MaxResponseHeaderBytes: maxReplyHead,
	}
	if d.tls != nil {
		t.http.TLSClientConfig = d.tls.Clone()
		t.http.TLSClientConfig.NextProtos = nil // net/http asks for h2 by itself
	}
	if c.Intercept != nil {
		t.intercept(c)
	}
	if c.Proxy != nil {
		t.http.Proxy = http.ProxyURL(c.Proxy)
		if t.http.TLSClientConfig != nil && (c.TLS == nil || c.TLS.ServerName == "") {
			t.http.TLSClientConfig.ServerName = "" // net/http tells the proxy's name from the target's
		}
	}
	return t
}

// intercept has connections made by c's interceptor, TLS included. They carry HTTP/1.1.
func (t *netTransport) intercept(c *Config) {
	t.http.Protocols.SetHTTP2(false)
	t.http.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return c.Intercept(ctx, func(ctx context.Context) (net.Conn, error) {
			conn, _, err := t.dialer.dial(ctx)
			return conn, err
		})
	}
	t.http.DialTLSContext = t.http.DialContext
}

// netLink is one exchange at a time over a transport that all share.
type netLink struct {
	*netTransport
	shot *shot // what is sent, for a connection that wants to know which attempt it carries
}

// carry tells a connection which attempt it carries next.
func (l *netLink) carry(conn net.Conn) {
	if c, ok := conn.(mocksender.Carrier); ok && l.shot != nil {
		c.Carry(string(l.shot.id), l.shot.attempt)
	}
}

func (l *netLink) close() {}

func (l *netLink) exchange(ctx context.Context, message []byte, size int, limits Limits) (x exchange) {
	if limits.Total > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limits.Total)
		defer cancel()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &netWatch{limits: limits, cancel: cancel, carry: l.carry}
	x.began = time.Now()
	request := l.request(httptrace.WithClientTrace(ctx, w.trace()), message, size)
	response, err := l.http.RoundTrip(request) //nolint:bodyclose // readResponse closes it
	if err == nil {
		x.reply, err = readResponse(response)
	}
	x.ended = time.Now()
	w.first.stop()
	w.connect.stop()
	x.dialled, x.opened = time.Duration(w.dialled.Load()), w.opened.Load()
	x.written = w.written.Load()
	if err != nil {
		x.failure, x.err = w.failure(ctx, err), err
	}
	return x
}

// request takes the message apart again, so that there is one truth about what is sent. It has no GetBody:
// net/http could otherwise send a body a second time without telling.
func (l *netLink) request(ctx context.Context, message []byte, size int) *http.Request {
	head, body := message[:len(message)-size], message[len(message)-size:]
	lines := strings.Split(strings.TrimSuffix(string(head), "\r\n\r\n"), "\r\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	path, _, _ := strings.Cut(rest, " ")
	u := *l.target
	if parsed, err := url.ParseRequestURI(path); err == nil {
		u.Path, u.RawPath, u.RawQuery = parsed.Path, parsed.RawPath, parsed.RawQuery
	}
	u.User = nil // its header is among the lines
	header, host := http.Header{}, u.Host
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		switch http.CanonicalHeaderKey(name) {
		case "Host":
			host = value
		case "Content-Length":
		case "User-Agent":
			header["User-Agent"] = []string{value}
		default:
			header[name] = append(header[name], value)
		}
	}
	if header["User-Agent"] == nil {
		header["User-Agent"] = []string{""}
	}
	r := &http.Request{Method: method, URL: &u, Host: host, Header: header, ContentLength: int64(size),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody}
	if size > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r.WithContext(ctx)
}

func readResponse(r *http.Response) (reply, error) {
	defer func() { _ = r.Body.Close() }() // it was read as far as we want
	out := reply{status: r.StatusCode, last: r.Close}
	if r.StatusCode >= 300 {
		out.retryAfter = r.Header.Get("Retry-After")
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxReplyBody+1))
	out.body = int(min(n, maxReplyBody))
	out.truncated = n > maxReplyBody
	return out, err
}

// netWatch follows one request to its connection.
type netWatch struct {
	limits          Limits
	cancel          context.CancelCauseFunc
	carry           func(net.Conn)
	dialled         atomic.Int64
	opened, written atomic.Bool
	tls             atomic.Bool // the handshake began and has not ended
	begun           atomic.Bool // the reply began, which it may before the request was written
	connect, first  alarm
}

// alarm ends an exchange when a limit is over.
type alarm struct{ timer atomic.Pointer[time.Timer] }

func (a *alarm) set(d time.Duration, ring func()) {
	if d > 0 {
		a.timer.Store(time.AfterFunc(d, ring))
	}
}

func (a *alarm) stop() {
	if t := a.timer.Swap(nil); t != nil {
		t.Stop()
	}
}

var (
	errConnectTimeout = errors.New("not connected in time")
	errFirstByte      = errors.New("no first byte of a reply in time")
)

func (w *netWatch) trace() *httptrace.ClientTrace {
	begin := time.Now()
	w.connect.set(cmp.Or(w.limits.Connect, w.limits.Total), func() { w.cancel(errConnectTimeout) })
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			w.connect.stop()
			if !info.Reused {
				w.opened.Store(true)
				w.dialled.Store(int64(time.Since(begin)))
			}
			w.written.Store(true)
			w.carry(info.Conn)
		},
		TLSHandshakeStart: func() { w.tls.Store(true) },
		TLSHandshakeDone:  func(_ tls.ConnectionState, err error) { w.tls.Store(err != nil) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil && !w.begun.Load() {
				w.first.set(w.limits.FirstByte, func() { w.cancel(errFirstByte) })
			}
		},
		GotFirstResponseByte: func() {
			w.begun.Store(true)
			w.first.stop()
		},
	}
}

func (w *netWatch) failure(ctx context.Context, err error) Failure {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errFirstByte):
		return FirstByte
	case errors.Is(cause, errConnectTimeout):
		return ConnectTimeout
	case !w.written.Load():
		return connecting(err, w.tls.Load())
	case strings.Contains(err.Error(), "server closed idle connection"):
		return Reset
	}
	return broken(err, strings.Contains(err.Error(), "malformed")) // net/http has no type for it
}
