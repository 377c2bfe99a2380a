package mocksender_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// raw is a server at the level of sockets: answer gets each connection after one request was read from it.
func raw(t *testing.T, answer func(net.Conn)) (url string, requests *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	requests = new(atomic.Int32)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, r.Body)
				requests.Add(1)
				answer(conn)
			}()
		}
	}()
	return "http://" + l.Addr().String(), requests
}

func say(text string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, text) } }

// reset closes the connection so that the other side sees a reset instead of an end.
func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// forever writes text until the connection breaks.
func forever(first, text string) func(net.Conn) {
	return func(c net.Conn) {
		_, err := io.WriteString(c, first)
		for err == nil {
			_, err = io.WriteString(c, text)
		}
	}
}

func TestHostileReceivers(t *testing.T) {
	for _, test := range []struct {
		name    string
		answer  func(net.Conn)
		kind    mocksender.FailureKind
		text    string
		partial int // status that was read all the same
	}{
		{"resets after the request", reset, mocksender.FailureReset, "reset", 0},
		{"closes without a word", func(net.Conn) {}, mocksender.FailureReset, "EOF", 0},
		{"resets in the middle of the body", func(c net.Conn) {
			say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")(c)
			time.AfterFunc(50*time.Millisecond, func() { reset(c) })
			_, _ = c.Read(make([]byte, 1))
		}, mocksender.FailureReset, "4 bytes of the body", 200},
		{"promises more than it sends", say("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"), mocksender.FailureReset, "5 bytes of the body", 200},
		{"breaks off a chunk", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), mocksender.FailureReset, "", 200},
		{"sends a chunk that is none", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"), mocksender.FailureProtocol, "", 200},
		{"garbage for a status line", say("\x1b[31mready\r\n\r\n"), mocksender.FailureProtocol, `malformed HTTP response "\x1b[31mready"`, 0},
		{"a status that is no number", say("HTTP/1.1 OK 200\r\n\r\n"), mocksender.FailureProtocol, "malformed", 0},
		{"two lengths", say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), mocksender.FailureProtocol, "Content-Length", 0},
		{"a header without a colon", say("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), mocksender.FailureProtocol, "malformed", 0},
		{"endless headers", forever("HTTP/1.1 200 OK\r\n", "X-A: "+strings.Repeat("a", 1000)+"\r\n"), mocksender.FailureProtocol, "exceeded", 0},
		{"a flood of 1xx", forever("", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 100)), mocksender.FailureProtocol, "", 0},
		{"never answers", func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }, mocksender.FailureTimeout, "no complete reply within 300ms", 0},
		{"drips its body", func(c net.Conn) {
			say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na")(c)
			_, _ = c.Read(make([]byte, 1))
		}, mocksender.FailureTimeout, "no complete reply within 300ms (status 200 and 1 bytes", 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url, requests := raw(t, test.answer)
			a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: 300 * time.Millisecond}}), delivery(url, "{}"))
			if a.Reply != nil || a.Failure == nil || a.Failure.Kind != test.kind || !strings.Contains(a.Failure.Text, test.text) {
				t.Fatalf("reply %+v, failure %+v", a.Reply, a.Failure)
			}
			status := 0
			if a.Failure.Partial != nil {
				status = a.Failure.Partial.Status
			}
			if status != test.partial || !a.MayHaveArrived || a.Acknowledged != mocksender.Unacknowledged || requests.Load() != 1 {
				t.Errorf("partial status %d, %d requests, attempt %+v", status, requests.Load(), a)
			}
			if a.Duration() > 3*time.Second {
				t.Errorf("it took %v", a.Duration())
			}
		})
	}
}

func TestEndlessBodyIsReadUpToTheCap(t *testing.T) {
	url, _ := raw(t, forever("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 4096)))
	for limit, want := range map[int64]int{0: 1 << 20, 10: 10} {
		a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, MaxReply: limit}), delivery(url, "{}"))
		if a.Reply == nil || len(a.Reply.Body) != want || !a.Reply.Truncated || a.Acknowledged != mocksender.Acknowledged {
			t.Errorf("cap %d: failure %+v, answer %s", limit, a.Failure, a.Acknowledged)
		}
	}
}

func TestCompressedRepliesStayCompressed(t *testing.T) {
	url, _ := raw(t, say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08"))
	a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), delivery(url, "{}"))
	if a.Reply == nil || string(a.Reply.Body) != "\x1f\x8b\x08" || a.Reply.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("reply %+v, failure %+v", a.Reply, a.Failure)
	}
}

func TestRedirectsAreReplies(t *testing.T) {
	var others atomic.Int32
	other := serve(t, func(http.ResponseWriter, *http.Request) { others.Add(1) })
	for _, location := range []string{other, "http://169.254.169.254/latest/meta-data/"} {
		url, requests := raw(t, say("HTTP/1.1 307 Temporary Redirect\r\nLocation: "+location+"\r\nContent-Length: 0\r\n\r\n"))
		a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), delivery(url, "{}"))
		if a.Reply == nil || a.Reply.Status != 307 || a.Acknowledged != mocksender.Unacknowledged || requests.Load() != 1 {
			t.Errorf("%s: reply %+v, failure %+v", location, a.Reply, a.Failure)
		}
	}
	if others.Load() != 0 {
		t.Error("the redirect was followed")
	}
}

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
