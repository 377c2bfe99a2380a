package mocksender

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The causes of an exchange's end when one of the policy's limits is over.
var (
	errTimeout   = errors.New("no complete reply in time")
	errFirstByte = fmt.Errorf("no first byte: %w", errTimeout)
)

// exchange makes one HTTP exchange and fills a with what happened. An error is ours.
func (s *Sender) exchange(ctx context.Context, d *Delivery, a *Attempt, target *url.URL) error {
	terms := s.config.Policy.Terms(d, a.Number)
	out, err := s.outgoing(ctx, d, a, &terms, target)
	if err != nil {
		return err
	}
	header, credentials, err := s.requestHeader(out, &terms, target.User)
	if err != nil {
		return err
	}
	a.Credentials = credentials
	if terms.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, terms.Timeout, errTimeout)
		defer cancel()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &wire{terms: terms, cancel: cancel, delivery: d.ID, attempt: a.Number}
	defer w.answered()
	w.request(ctx, out, header)
	a.Reply, err = s.roundTrip(w)
	a.Settled = time.Now()
	a.Header, a.MayHaveArrived, a.Reused = w.sent(), w.written() > 0, w.kept()
	if err != nil {
		a.Failure = w.failure(err, a.Reply)
		a.Reply = nil
	}
	return nil
}

// outgoing puts the request together, its headers apart. The attempt's clock starts here.
func (s *Sender) outgoing(ctx context.Context, d *Delivery, a *Attempt, terms *Terms, target *url.URL) (*Outgoing, error) {
	m := d.Message
	if terms.Refresh && s.config.Refresh != nil {
		body, err := s.config.Refresh(*d, a.Number)
		if err != nil {
			return nil, fmt.Errorf("delivery %s: body of attempt %d: %w", d.ID, a.Number, err)
		}
		if !bytes.Equal(body, m.Body) {
			m.Body, a.Body = body, body
		}
	}
	if p, ok := s.config.Auth.(Preparer); ok {
		if err := p.Prepare(ctx, time.Now()); err != nil {
			return nil, fmt.Errorf("credentials for event %s: %w", m.Event.ID, err)
		}
	}
	a.Sent = time.Now()
	if terms.DeliveryID != d.ID {
		a.DeliveryID = terms.DeliveryID
	}
	return &Outgoing{
		Message: &m, DeliveryID: cmp.Or(terms.DeliveryID, d.ID), Attempt: a.Number,
		Method: cmp.Or(m.Method, terms.Method, http.MethodPost), URL: target, At: a.Sent,
	}, nil
}

// staleTries limits how often an exchange may find that the kept-alive
// connection it was given had been closed before anything was written on it.
const staleTries = 3

// roundTrip sends the request and reads the reply. With an error, the reply is
// what was read before it, or nil.
func (s *Sender) roundTrip(w *wire) (*Reply, error) {
	for try := 1; ; try++ {
		w.rewind()
		response, err := s.transport.RoundTrip(w.req)
		if err == nil {
			return s.read(response)
		}
		stale := w.stale()
		if try == staleTries || !stale || w.req.Context().Err() != nil {
			return nil, err
		}
		s.transport.CloseIdleConnections()
	}
}

// read reads the body up to the cap, as it is on the wire.
func (s *Sender) read(response *http.Response) (*Reply, error) {
	defer response.Body.Close()
	if response.Close && response.ProtoAtLeast(1, 1) {
		response.Header.Set("Connection", "close") // net/http takes it out
	}
	r := &Reply{Status: response.StatusCode, Proto: response.Proto, Reason: reason(response), Header: response.Header}
	body, err := io.ReadAll(io.LimitReader(response.Body, s.config.MaxReply+1))
	if int64(len(body)) > s.config.MaxReply {
		body, r.Truncated, err = body[:s.config.MaxReply], true, nil
	}
	r.Body = body
	return r, err
}

// reason returns an unusual reason phrase, cut to a length that nobody has a use for.
func reason(response *http.Response) string {
	_, text, _ := strings.Cut(response.Status, " ")
	if text == http.StatusText(response.StatusCode) {
		return ""
	}
	return text[:min(len(text), maxReason)]
}

// maxReason is how much of a reason phrase is kept, in bytes.
const maxReason = 256

// wire follows one request down to the connection.
type wire struct {
	req    *http.Request
	body   []byte
	terms  Terms
	cancel context.CancelCauseFunc
	// delivery and attempt say whose request it is.
	delivery string
	attempt  int

	mu     sync.Mutex
	first  *time.Timer // ends the wait for the first byte
	begun  bool        // the reply began
	header http.Header // as written
	conn   *countedConn
	base   int64 // bytes written on conn by earlier exchanges
	reused bool
	tls    bool // the handshake began
}

// request builds the request by hand: http.NewRequest would give it a GetBody,
// and net/http could then send a body a second time without telling.
func (w *wire) request(ctx context.Context, o *Outgoing, header http.Header) {
	ctx = httptrace.WithClientTrace(context.WithValue(ctx, termsKey{}, w.terms), w.trace())
	w.body = o.Message.Body
	w.req = (&http.Request{
		Method:        o.Method,
		URL:           o.URL,
		Header:        header,
		ContentLength: int64(len(w.body)),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
	}).WithContext(ctx)
	if host, ok := take(header, "Host"); ok {
		w.req.Host = host
	}
	// net/http looks for this one header by its canonical name, and would add its own beside another spelling.
	agent, _ := take(header, "User-Agent")
	header["User-Agent"] = []string{agent}
}

// rewind prepares the request to be sent from its beginning.
func (w *wire) rewind() {
	w.req.Body = http.NoBody
	if len(w.body) > 0 {
		w.req.Body = io.NopCloser(bytes.NewReader(w.body))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.header, w.conn, w.base, w.reused, w.tls = nil, nil, 0, false, false
}

func (w *wire) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: w.gotConn,
		TLSHandshakeStart: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.tls = true
		},
		WroteRequest:         func(info httptrace.WroteRequestInfo) { w.wrote(info.Err) },
		GotFirstResponseByte: w.answered,
		WroteHeaderField: func(key string, values []string) {
			if strings.HasPrefix(key, ":") { // HTTP/2 has more than headers there
				return
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.header == nil {
				w.header = http.Header{}
			}
			w.header[key] = slices.Clone(values)
		},
	}
}

// wrote starts the wait for the first byte of the reply.
func (w *wire) wrote(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && w.terms.FirstByte > 0 && !w.begun && w.first == nil {
		w.first = time.AfterFunc(w.terms.FirstByte, func() { w.cancel(errFirstByte) })
	}
}

// answered ends that wait. A reply may begin before the request was written.
func (w *wire) answered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	if w.first != nil {
		w.first.Stop()
	}
}

func (w *wire) gotConn(info httptrace.GotConnInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil && w.conn.written.Load() > w.base {
		// net/http is about to send again what may have arrived: it must not.
		if next := counted(info.Conn); next != nil {
			next.spoiled.Store(true)
		}
		return
	}
	w.conn, w.reused = counted(info.Conn), info.Reused
	if w.conn != nil {
		w.base = w.conn.written.Load()
		if c, ok := w.conn.Conn.(Carrier); ok {
			c.Carry(w.delivery, w.attempt)
		}
	}
}

// written is the number of bytes of this exchange that may have left.
func (w *wire) written() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return 0
	}
	return w.conn.written.Load() - w.base
}

// stale tells that the connection was a used one and took no byte of this exchange.
func (w *wire) stale() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reused && w.conn != nil && w.conn.written.Load() == w.base
}

// kept tells that the connection had carried other exchanges.
func (w *wire) kept() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reused
}

// sent returns the headers as written, or as they would have been.
func (w *wire) sent() http.Header {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.header != nil {
		return w.header.Clone()
	}
	h := w.req.Header.Clone()
	if h.Get("User-Agent") == "" {
		delete(h, "User-Agent")
	}
	return h
}
