package fault_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// What each fault does to one delivery, as a raw socket sees it.
func TestFaultsAtASocket(t *testing.T) {
	t.Parallel()
	cut := message[:len(message)/2]
	for _, c := range []struct {
		fault  string
		kinds  string // of the attempts
		bodies []string
		check  func(got []heard) error
	}{
		{"lost-ack", "reset ok", []string{message, message}, func(got []heard) error { return same(got[0].raw, got[1].raw) }},
		{"lost-ack,by=timeout", "timeout ok", []string{message, message}, func(got []heard) error { return same(got[0].raw, got[1].raw) }},
		{"lost-ack,attempts=all", "reset reset reset", []string{message, message, message}, nil},
		{"lost-ack,attempts=2-", "ok", []string{message}, nil},
		{"lost-ack,share=0", "ok", []string{message}, nil},
		{"reset,at=before", "reset ok", []string{"", message}, func(got []heard) error { return ended(got[0], "", isReset) }},
		{"reset", "reset ok", []string{cut, message}, func(got []heard) error { return ended(got[0], cut, isReset) }},
		{"truncate,length=right", "ok", []string{cut}, func(got []heard) error {
			return holds(got[0].raw, fmt.Sprintf("Content-Length: %d\r\n", len(cut)))
		}},
		{"truncate,length=wrong,keep=0.5", "ok", []string{cut}, func(got []heard) error {
			err := ended(got[0], cut, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) })
			return errors.Join(err, holds(got[0].raw, fmt.Sprintf("Content-Length: %d\r\n", len(message))))
		}},
		{"outage,status=502,attempts=1-2", "502 502 ok", []string{message}, nil},
		{"duplicate,times=3", "ok", []string{message, message, message}, func(got []heard) error {
			return errors.Join(same(got[0].raw, got[1].raw), same(got[0].raw, got[2].raw))
		}},
		{"delay,by=60ms", "ok", []string{message}, nil},
		{"slow-headers,rate=1k", "ok", []string{message}, func(got []heard) error { return atLeast(got[0].took, 40*time.Millisecond) }},
		{"slow-body,rate=40k", "ok", []string{message}, func(got []heard) error {
			return errors.Join(atLeast(got[0].took, 60*time.Millisecond), atLeast(got[0].bodyLag, 30*time.Millisecond))
		}},
		{"bandwidth,rate=40k", "ok", []string{message}, func(got []heard) error { return atLeast(got[0].took, 40*time.Millisecond) }},
		{"chunked,size=1000", "ok", []string{message}, func(got []heard) error {
			return errors.Join(holds(got[0].raw, "Transfer-Encoding: chunked\r\n"), holds(got[0].raw, "\r\n3e8\r\n"+message[:1000]+"\r\n"),
				holds(got[0].raw, "\r\n0\r\n\r\n"), lacks(got[0].raw, "Content-Length"))
		}},
		{"http-1.0", "ok", []string{message}, func(got []heard) error { return holds(got[0].raw, "POST /hooks HTTP/1.0\r\n") }},
		{"lower-case", "ok", []string{message}, func(got []heard) error {
			return errors.Join(holds(got[0].raw, "\r\nx-mark: 0\r\n"), holds(got[0].raw, "\r\ncontent-type: application/json\r\n"), lacks(got[0].raw, "Content-"))
		}},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			s := listen(t, nil)
			limit := 10 * time.Second
			if strings.Contains(c.kinds, "timeout") {
				limit = time.Second
			}
			d := deliver(t, sender(t, limit, c.fault), s.url, 1)[0]
			got := s.heard(t, len(c.bodies))
			slices.SortStableFunc(got, func(a, b heard) int { return a.conn - b.conn }) // what broke off may be noted late
			if kinds(d) != c.kinds {
				t.Errorf("attempts %q, want %q", kinds(d), c.kinds)
			}
			for i, want := range c.bodies {
				if got[i].body != want {
					t.Errorf("request %d had a body of %d bytes, want %d", i, len(got[i].body), len(want))
				}
			}
			if c.check != nil {
				if err := c.check(got); err != nil {
					t.Error(err)
				}
			}
			for _, a := range d.Attempts {
				if a.Failure != nil && !a.MayHaveArrived {
					t.Errorf("attempt %d: its bytes left, so it may have arrived", a.Number)
				}
			}
		})
	}
}

func same(a, b string) error {
	if a != b {
		return fmt.Errorf("two requests differ:\n%q\n%q", a, b)
	}
	return nil
}

func holds(raw, part string) error {
	if !strings.Contains(raw, part) {
		return fmt.Errorf("%.300q lacks %q", raw, part)
	}
	return nil
}

func lacks(raw, part string) error {
	if strings.Contains(raw, part) {
		return fmt.Errorf("%.300q holds %q", raw, part)
	}
	return nil
}

func atLeast(got, want time.Duration) error {
	if got < want {
		return fmt.Errorf("it took %s, want %s or more", got, want)
	}
	return nil
}

func ended(h heard, body string, how func(error) bool) error {
	if h.body != body || !how(h.err) {
		return fmt.Errorf("it broke off after %d bytes of the body by %w", len(h.body), h.err)
	}
	return nil
}

// The receiver has the whole request when the reset comes.
func TestResetAfterTheBody(t *testing.T) {
	t.Parallel()
	s := listen(t, func(s *socket) { s.late = 500 * time.Millisecond })
	d := deliver(t, sender(t, 10*time.Second, "reset,at=after"), s.url, 1)[0]
	got := s.heard(t, 2)
	if kinds(d) != "reset ok" || got[0].body != message || got[1].body != message {
		t.Errorf("attempts %q of %d and %d bytes", kinds(d), len(got[0].body), len(got[1].body))
	}
	if first := d.Attempts[0]; first.Duration() >= s.late {
		t.Errorf("the reset came after %s, want it before the reply", first.Duration())
	}
}

// A sender that closed its side gets the reply, and the receiver reads a FIN behind the request.
func TestHalfClose(t *testing.T) {
	t.Parallel()
	s := listen(t, func(s *socket) { s.fin = true })
	d := deliver(t, sender(t, 10*time.Second, "half-close"), s.url, 2)
	got := s.heard(t, 2)
	if kinds(d[0]) != "ok" || kinds(d[1]) != "ok" || got[0].conn == got[1].conn || got[0].body != message || !errors.Is(got[0].after, io.EOF) {
		t.Errorf("attempts %q and %q, on connections %d and %d, behind the first %v", kinds(d[0]), kinds(d[1]), got[0].conn, got[1].conn, got[0].after)
	}
}

func TestDuplicatesAtOnceOverlap(t *testing.T) {
	t.Parallel()
	s := listen(t, func(s *socket) { s.late = 500 * time.Millisecond })
	d := deliver(t, sender(t, 10*time.Second, "duplicate,times=4,how=once"), s.url, 1)[0]
	got := s.heard(t, 4)
	if kinds(d) != "ok" || d.Attempts[0].Duration() >= 2*s.late {
		t.Errorf("attempts %q in %s, want one that takes no longer than one reply", kinds(d), d.Attempts[0].Duration())
	}
	connections := map[int]bool{}
	for _, h := range got {
		connections[h.conn] = true
		if err := same(h.raw, got[0].raw); err != nil {
			t.Error(err)
		}
	}
	if len(connections) != 4 {
		t.Errorf("on %d connections, want 4", len(connections))
	}
	in := listen(t, func(s *socket) { s.late = 50 * time.Millisecond })
	d = deliver(t, sender(t, 10*time.Second, "duplicate,times=3"), in.url, 1)[0]
	if err := atLeast(d.Attempts[0].Duration(), 3*in.late); err != nil {
		t.Error(err)
	}
}

// Those that are under way at once change places, the same way for the same seed; one alone goes alone.
func TestReorder(t *testing.T) {
	t.Parallel()
	var orders []string
	for range 2 {
		s := listen(t, nil)
		from := sender(t, 10*time.Second, "reorder,window=4,wait=3s")
		var sent sync.WaitGroup
		for i := range 4 {
			sent.Go(func() {
				_, err := from.Deliver(t.Context(), mocksender.Delivery{
					ID: fmt.Sprintf("d%d", i), URL: s.url,
					Message: mocksender.Message{Body: []byte(message), Header: http.Header{"X-Mark": {fmt.Sprint(i)}}},
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		sent.Wait()
		order := ""
		for _, h := range s.heard(t, 4) {
			_, mark, _ := strings.Cut(h.raw, "X-Mark: ")
			order += mark[:1]
		}
		orders = append(orders, order)
	}
	if orders[0] == "0123" || orders[0] != orders[1] {
		t.Errorf("they arrived as %q, want one order that is not 0123", orders)
	}
	s := listen(t, nil)
	d := deliver(t, sender(t, 10*time.Second, "reorder,wait=50ms"), s.url, 1)[0]
	if err := atLeast(d.Attempts[0].Duration(), 50*time.Millisecond); err != nil || kinds(d) != "ok" {
		t.Errorf("alone: %q, %v", kinds(d), err)
	}
}

// The times that the sender sees hold those that the faults take.
func TestTimesOfTheSender(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]time.Duration{
		"delay,by=60ms":                100 * time.Millisecond,
		"latency,by=60ms,jitter=0s":    160 * time.Millisecond,
		"latency,by=60ms,jitter=20ms":  120 * time.Millisecond,
		"bandwidth,rate=50k":           100 * time.Millisecond,
		"delay,by=30ms delay,by=30ms":  100 * time.Millisecond,
		"reorder,wait=60ms,attempts=2": 40 * time.Millisecond,
	} {
		s := listen(t, func(s *socket) { s.late = 40 * time.Millisecond })
		d := deliver(t, sender(t, 10*time.Second, strings.Fields(fault)...), s.url, 1)[0]
		if err := atLeast(d.Attempts[0].Duration(), want); err != nil || kinds(d) != "ok" {
			t.Errorf("%s: %q, %v", fault, kinds(d), err)
		}
	}
}

func TestDelayBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	s := listen(t, nil)
	d := deliver(t, sender(t, 500*time.Millisecond, "delay,by=10s,attempts=1"), s.url, 1)[0]
	if kinds(d) != "timeout ok" {
		t.Errorf("attempts %q", kinds(d))
	}
	s.heard(t, 1)
}

// The body waits for 100 Continue; a receiver that refuses gets none.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	asks := listen(t, func(s *socket) {
		s.reply = func(n int) string {
			if n < 0 {
				return "" // ask for the body
			}
			return ok
		}
	})
	d := deliver(t, sender(t, 10*time.Second, "expect-continue,wait=4s"), asks.url, 2)
	got := asks.heard(t, 2)
	if kinds(d[0]) != "ok" || kinds(d[1]) != "ok" || got[0].body != message || !strings.Contains(got[0].raw, "\r\nExpect: 100-continue\r\n") {
		t.Errorf("attempts %q, a body of %d bytes", kinds(d[0]), len(got[0].body))
	}
	refuses := listen(t, func(s *socket) {
		s.reply = func(int) string { return "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n" }
	})
	one := deliver(t, sender(t, 10*time.Second, "expect-continue,wait=4s,attempts=1-2"), refuses.url, 1)[0]
	got = refuses.heard(t, 3)
	if kinds(one) != "417 417 417" || strings.Contains(got[0].raw, "some length") || got[2].body != message {
		t.Errorf("attempts %q, %d bytes of the first", kinds(one), len(got[0].raw))
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer silent.Close()
	if d := deliver(t, sender(t, 10*time.Second, "expect-continue"), silent.URL, 1)[0]; kinds(d) != "ok" {
		t.Errorf("net/http: attempts %q", kinds(d))
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	s := listen(t, nil)
	d := deliver(t, sender(t, 10*time.Second, "pieces,size=64", "bandwidth,rate=200k"), s.url, 1)[0]
	got := s.heard(t, 1)
	if kinds(d) != "ok" || got[0].body != message || got[0].reads < 5 {
		t.Errorf("attempts %q in %d reads", kinds(d), got[0].reads)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	kept := listen(t, nil)
	deliver(t, sender(t, 10*time.Second, "lower-case"), kept.url, 3)
	if got := kept.heard(t, 3); got[0].conn != got[2].conn {
		t.Error("without the fault a connection is kept")
	}
	fresh := listen(t, nil)
	for _, d := range deliver(t, sender(t, 10*time.Second, "new-connection"), fresh.url, 3) {
		if kinds(d) != "ok" {
			t.Errorf("attempts %q", kinds(d))
		}
	}
	if got := fresh.heard(t, 3); got[0].conn == got[1].conn || got[1].conn == got[2].conn {
		t.Error("a connection was used twice")
	}
	idle := listen(t, nil)
	deliver(t, sender(t, 10*time.Second, "idle-reuse,after=80ms"), idle.url, 2)
	got := idle.heard(t, 2)
	if err := atLeast(got[1].since, 75*time.Millisecond); err != nil || got[0].conn != got[1].conn {
		t.Errorf("connections %d and %d, %v", got[0].conn, got[1].conn, err)
	}
}

// A receiver that closes before the connection is used again loses the request.
func TestIdleReuseMeetsAClosedConnection(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	server.Config.IdleTimeout = 30 * time.Millisecond
	server.Start()
	defer server.Close()
	d := deliver(t, sender(t, 10*time.Second, "idle-reuse,after=200ms"), server.URL, 2)
	if kinds(d[0]) != "ok" || !strings.HasSuffix(kinds(d[1]), "ok") {
		t.Errorf("attempts %q, then %q", kinds(d[0]), kinds(d[1]))
	}
}

func TestHTTP2(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Proto != "HTTP/2.0" || string(body) != message || r.Header.Get("X-Mark") != "0" {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
	plain := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	plain.Config.Protocols = new(http.Protocols)
	plain.Config.Protocols.SetUnencryptedHTTP2(true)
	plain.Start()
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	secure.EnableHTTP2 = true
	secure.StartTLS()
	defer secure.Close()
	for _, url := range []string{plain.URL, secure.URL} {
		d := deliver(t, sender(t, 10*time.Second, "http-2"), url, 1)[0]
		if kinds(d) != "ok" || d.Attempts[0].Reply.Proto != "HTTP/2.0" || !d.Attempts[0].MayHaveArrived {
			t.Errorf("%s: attempts %q, %+v", url, kinds(d), d.Attempts[0].Failure)
		}
		if h := d.Attempts[0].Header; len(h["x-mark"]) != 1 || len(h[":path"]) != 0 {
			t.Errorf("recorded headers %v", h)
		}
	}
	old := listen(t, nil)
	if d := deliver(t, sender(t, 10*time.Second, "http-2"), old.url, 1)[0]; strings.Contains(kinds(d), "ok") {
		t.Errorf("a receiver of HTTP/1.1: attempts %q", kinds(d))
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" // RFC 9113, section 3.4
	if len(old.got) == 0 || !strings.HasPrefix(old.got[0].raw, preface) {
		t.Errorf("it began with %.30q, want %q", fmt.Sprint(old.got), preface)
	}
}

// Faults work above TLS: the receiver sees them in clear.
func TestFaultsWithTLS(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"lost-ack": "reset ok", "chunked": "ok", "reset": "reset ok", "duplicate": "ok", "half-close": "ok",
		"truncate,length=wrong": "ok", "new-connection": "ok",
	} {
		s := listen(t, func(s *socket) { s.tls = true })
		if d := deliver(t, sender(t, 10*time.Second, fault), s.url, 1)[0]; kinds(d) != want {
			t.Errorf("%s: attempts %q, want %q: %+v", fault, kinds(d), want, d.Attempts[0].Failure)
		}
	}
	s := listen(t, func(s *socket) { s.tls = true })
	d := deliver(t, sender(t, 10*time.Second, "chunked", "lost-ack"), s.url, 1)[0]
	got := s.heard(t, 2)
	if kinds(d) != "reset ok" || !strings.Contains(got[0].raw, "Transfer-Encoding: chunked") || got[0].raw != got[1].raw {
		t.Errorf("attempts %q, %.200q", kinds(d), got[0].raw)
	}
}
