package mocksender_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// key is an authenticator that sends a token in one header.
type key struct {
	name, value string
	err         error
	at          *time.Time
}

func (k key) Authenticate(h http.Header, _ *mocksender.Message, at time.Time) error {
	h[k.name] = []string{k.value}
	if k.at != nil {
		*k.at = at
	}
	return k.err
}

// capture is a server that keeps the head of the last request as it was on the wire.
func capture(t *testing.T) (url string, head func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	heads := make(chan []string, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			heads <- readHead(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String(), func() []string { return <-heads }
}

func readHead(conn net.Conn) []string {
	in := textproto.NewReader(bufio.NewReader(conn))
	var lines []string
	for {
		line, err := in.ReadLine()
		if err != nil || line == "" {
			_, _ = io.CopyN(io.Discard, in.R, 2)
			slices.Sort(lines)
			return lines
		}
		lines = append(lines, line)
	}
}

func TestHeadersOnTheWireAreExact(t *testing.T) {
	url, head := capture(t)
	var at time.Time
	s := newSender(t, mocksender.Config{
		Policy: plan{timeout: time.Minute, header: http.Header{"X-ChargeOver-Source": {"a.example"}, "content-type": {"text/plain"}, "user-AGENT": {"Provider/1"}, "X-Gone": {"1"}}},
		Auth:   key{name: "X-ChargeOver-Key", value: "sesame", at: &at},
		Header: http.Header{"x-ENV": {"ci", "two"}, "x-gone": nil, "host": {"hooks.example"}},
	})
	a := deliver(t, s, delivery(url+"/in", "{}"))
	want := []string{
		"Content-Length: 2",
		"Content-Type: application/json",
		"Host: hooks.example",
		"POST /in HTTP/1.1",
		"User-Agent: Provider/1",
		"X-ChargeOver-Key: sesame",
		"X-ChargeOver-Source: a.example",
		"x-ENV: ci",
		"x-ENV: two",
	}
	if got := head(); !slices.Equal(got, want) {
		t.Errorf("on the wire:\n%s", strings.Join(got, "\n"))
	}
	if len(a.Header) != 7 || a.Header["Host"][0] != "hooks.example" || len(a.Header["x-ENV"]) != 2 || a.Header["Content-Length"][0] != "2" {
		t.Errorf("recorded: %v", a.Header)
	}
	if !slices.Equal(a.Credentials, []string{"X-ChargeOver-Key"}) || !at.Equal(a.Sent) {
		t.Errorf("credentials %v, signed at %v, sent at %v", a.Credentials, at, a.Sent)
	}
}

func TestUserAgent(t *testing.T) {
	url, head := capture(t)
	for _, row := range []struct {
		header http.Header
		want   string
	}{
		{nil, "User-Agent: hookrig"},
		{http.Header{"user-agent": nil}, ""},
		{http.Header{"user-agent": {"mine"}}, "User-Agent: mine"},
	} {
		deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Header: row.header}), delivery(url, "{}"))
		i := strings.Index(strings.ToLower(strings.Join(head(), "\n")), "user-agent")
		if (i >= 0) != (row.want != "") {
			t.Errorf("%v: user agent at %d, want %q", row.header, i, row.want)
		}
	}
}

func TestAuthenticatorErrorIsOurs(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	broken := errors.New("broken key")
	s := newSender(t, mocksender.Config{Policy: plan{}, Auth: key{name: "X-Key", err: broken}})
	if d, err := s.Deliver(t.Context(), delivery(url, "{}")); !errors.Is(err, broken) || len(d.Attempts) != 0 {
		t.Errorf("%d attempts, error %v", len(d.Attempts), err)
	}
}

func TestProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	if a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), delivery(url, "{}")); a.Reply == nil {
		t.Errorf("failure %+v", a.Failure)
	}
}

func TestConfiguredProxyIsUsed(t *testing.T) {
	var got string
	proxy := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI })
	d := delivery("http://hooks.example.com/in", "{}")
	config := mocksender.Config{Policy: plan{timeout: time.Minute}, Proxy: mustURL(t, proxy)}
	if _, err := newSender(t, config).Deliver(t.Context(), d); err == nil {
		t.Error("a public name was sent to although it was not allowed")
	}
	config.Guard.Allow = []string{"hooks.example.com"}
	if a := deliver(t, newSender(t, config), d); a.Reply == nil || got != d.URL {
		t.Errorf("failure %+v, proxy got %q", a.Failure, got)
	}
}
