package mocksender_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// A receiver that closes a kept-alive connection must not be sent the next event twice, and must not lose it.
func TestClosedConnectionsAreNotReusedAndNothingIsSentTwice(t *testing.T) {
	var bodies atomic.Int32
	url, requests := raw(t, func(c net.Conn) {
		say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(c) // keeps alive, and closes all the same
	})
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Header: http.Header{"Idempotency-Key": {"1"}}})
	for i := range 50 {
		if a := deliver(t, s, delivery(url, "{}")); a.MayHaveArrived && a.Failure != nil {
			bodies.Add(1) // the close came when the request was on its way: net/http would have sent it again
		} else if a.Failure != nil {
			t.Fatalf("delivery %d: %+v", i, a.Failure)
		}
	}
	if got := requests.Load() + bodies.Load(); got != 50 {
		t.Errorf("%d requests for 50 deliveries", got)
	}
}

// Here the connection is surely a reused one when it breaks: the first exchange leaves it open.
func TestReusedConnectionThatBreaksIsOneAttempt(t *testing.T) {
	var requests atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for in := bufio.NewReader(conn); ; {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if requests.Add(1) == 2 {
						return
					}
					fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			}()
		}
	}()
	for _, body := range []string{"{}", ""} {
		requests.Store(0)
		s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Header: http.Header{"Idempotency-Key": {"1"}}})
		url := "http://" + l.Addr().String()
		if a := deliver(t, s, delivery(url, body)); a.Reply == nil {
			t.Fatalf("first: %+v", a.Failure)
		}
		a := deliver(t, s, delivery(url, body))
		if a.Failure == nil || a.Failure.Kind != mocksender.FailureReset || !a.MayHaveArrived || requests.Load() != 2 {
			t.Errorf("body %q: %d requests, attempt %+v, failure %+v", body, requests.Load(), a, a.Failure)
		}
	}
}

// breakable is a connection on which nothing can be written any more once it broke.
type breakable struct {
	net.Conn
	broken *atomic.Bool
}

func (b breakable) Write(p []byte) (int, error) {
	if b.broken.Load() {
		return 0, net.ErrClosed
	}
	return b.Conn.Write(p)
}

// A kept-alive connection that takes no byte is not the receiver's fault: the same attempt uses a new one.
func TestStaleConnectionIsReplaced(t *testing.T) {
	var requests, dials atomic.Int32
	var last *atomic.Bool
	url := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		dials.Add(1)
		last = new(atomic.Bool)
		return breakable{conn, last}, err
	}})
	if a := deliver(t, s, delivery(url, "{}")); a.Reply == nil {
		t.Fatalf("first: %+v", a.Failure)
	}
	last.Store(true)
	a := deliver(t, s, delivery(url, "{}"))
	if a.Reply == nil || requests.Load() != 2 || dials.Load() != 2 || a.Header["Content-Length"] == nil {
		t.Errorf("%d requests on %d connections, failure %+v", requests.Load(), dials.Load(), a.Failure)
	}
}

func TestKeepIdleSaysHowLongAConnectionIsKept(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	for keep, reused := range map[time.Duration]bool{time.Minute: true, time.Nanosecond: false} {
		s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, KeepIdle: keep})
		if a := deliver(t, s, delivery(url, "{}")); a.Reused || a.Reply == nil {
			t.Fatalf("first: reused %t, failure %+v", a.Reused, a.Failure)
		}
		if a := deliver(t, s, delivery(url, "{}")); a.Reused != reused {
			t.Errorf("kept for %v: reused %t, want %t", keep, a.Reused, reused)
		}
	}
	if _, err := mocksender.New(mocksender.Config{Policy: plan{}, KeepIdle: -1}); err == nil {
		t.Error("a negative KeepIdle is taken")
	}
}
