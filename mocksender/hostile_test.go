package mocksender_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

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

// drip writes text a little at a time until the connection breaks.
func drip(first, text string) func(net.Conn) {
	return func(c net.Conn) {
		io.WriteString(c, first)
		for range time.Tick(20 * time.Millisecond) {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

// room is how much memory a receiver may cost beyond what is used at rest.
const room = 64 << 20

// allocated returns how much memory f asks for in all, which is more than it can hold at any moment.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func hasControl(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) }

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
		{"an escape sequence in a header", say("HTTP/1.1 200 OK\r\nX-A: \x1b]0;title\a\r\n\r\n"), mocksender.FailureProtocol, `\x1b]0;title\a`, 0},
		{"a status of two digits", say("HTTP/1.1 20 OK\r\n\r\n"), mocksender.FailureProtocol, "malformed", 0},
		{"another protocol", say("SSH-2.0-OpenSSH_9.9\r\n"), mocksender.FailureProtocol, "malformed", 0},
		{"a negative length", say("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab"), mocksender.FailureProtocol, "Content-Length", 0},
		{"a length beyond all memory", say("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nab"), mocksender.FailureReset, "2 bytes of the body", 200},
		{"an endless status line", forever("HTTP/1.1 200 ", strings.Repeat("O", 1000)), mocksender.FailureProtocol, "", 0},
		{"an endless trailer", forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", "X-A: "+strings.Repeat("a", 1000)+"\r\n"), mocksender.FailureProtocol, "", 200},
		{"an endless chunk extension", forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", strings.Repeat("a", 1000)), mocksender.FailureProtocol, "", 200},
		{"endless headers", forever("HTTP/1.1 200 OK\r\n", "X-A: "+strings.Repeat("a", 1000)+"\r\n"), mocksender.FailureProtocol, "exceeded", 0},
		{"a flood of 1xx", forever("", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", 100)), mocksender.FailureProtocol, "", 0},
		{"never answers", func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }, mocksender.FailureTimeout, "no complete reply within 300ms", 0},
		{"drips its headers", drip("HTTP/1.1 200 OK\r\n", "X-A: a\r\n"), mocksender.FailureTimeout, "no complete reply within 300ms", 0},
		{"drips an endless body", drip("HTTP/1.1 200 OK\r\n\r\n", "a"), mocksender.FailureTimeout, "no complete reply within 300ms (status 200", 200},
		{"drips its body", func(c net.Conn) {
			say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na")(c)
			_, _ = c.Read(make([]byte, 1))
		}, mocksender.FailureTimeout, "no complete reply within 300ms (status 200 and 1 bytes", 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			url, requests := raw(t, test.answer)
			s := newSender(t, mocksender.Config{Policy: plan{timeout: 300 * time.Millisecond}})
			var a mocksender.Attempt
			if cost := allocated(func() { a = deliver(t, s, delivery(url, "{}")) }); cost > room {
				t.Errorf("it cost %d bytes", cost)
			}
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
			if hasControl(a.Failure.Text) {
				t.Errorf("the text holds control characters: %q", a.Failure.Text)
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
		var a mocksender.Attempt
		s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, MaxReply: limit})
		if cost := allocated(func() { a = deliver(t, s, delivery(url, "{}")) }); cost > room {
			t.Errorf("cap %d: it cost %d bytes", limit, cost)
		}
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

// A quarter of a gigabyte in a few hundred kilobytes is read as the kilobytes that it is on the wire.
func TestCompressedBombIsNotUnpacked(t *testing.T) {
	var member bytes.Buffer
	z := gzip.NewWriter(&member)
	if _, err := z.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Repeat(member.Bytes(), 256) // members of one file, RFC 1952, section 2.2
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(bomb))
	url, _ := raw(t, say(head+string(bomb)))
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}})
	var a mocksender.Attempt
	if cost := allocated(func() { a = deliver(t, s, delivery(url, "{}")) }); cost > room {
		t.Errorf("it cost %d bytes", cost)
	}
	if a.Reply == nil || !bytes.Equal(a.Reply.Body, bomb) {
		t.Errorf("failure %+v", a.Failure)
	}
}

// What a receiver says is recorded as it is, and never part of the words that are ours.
func TestEscapeSequencesOfAReceiver(t *testing.T) {
	url, _ := raw(t, say("HTTP/1.1 503 \x1b[2J\x1b[31mdown\r\nContent-Length: 99\r\n\r\n\x1b[1mbody"))
	a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), delivery(url, "{}"))
	if a.Failure == nil || hasControl(a.Failure.Text) {
		t.Fatalf("failure %+v", a.Failure)
	}
	p := a.Failure.Partial
	if p == nil || p.Reason != "\x1b[2J\x1b[31mdown" || string(p.Body) != "\x1b[1mbody" {
		t.Errorf("reply %+v, failure %+v", p, a.Failure)
	}
	text, err := json.Marshal(a)
	if err != nil || hasControl(string(text)) {
		t.Errorf("the record holds control characters: %q, %v", text, err)
	}
}

func TestReasonPhrase(t *testing.T) {
	for sent, want := range map[string]string{"200 OK": "", "200 Fine": "Fine", "200": "", "404 " + strings.Repeat("x", 1000): strings.Repeat("x", 256)} {
		url, _ := raw(t, say("HTTP/1.1 "+sent+"\r\nContent-Length: 0\r\n\r\n"))
		a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), delivery(url, "{}"))
		if a.Reply == nil || a.Reply.Reason != want {
			t.Errorf("%.20s: reply %+v, failure %+v", sent, a.Reply, a.Failure)
		}
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
