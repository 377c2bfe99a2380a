package mocksender_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hookrig/hookrig/mocksender"
)

// overheard is a connection that keeps what is written on it, and what it is told.
type overheard struct {
	net.Conn
	mu   sync.Mutex
	text strings.Builder
}

func (c *overheard) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.Write(b)
	return c.Conn.Write(b)
}

// Carry implements [mocksender.Carrier].
func (c *overheard) Carry(delivery string, attempt int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.WriteString(strings.Repeat(delivery, attempt) + " ")
}

// An interceptor sees requests in clear above TLS, and knows whose they are; a TLS session that
// cannot be made is that, and nothing of the request has left.
func TestInterceptAboveTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for _, trusted := range []bool{true, false} {
		var line overheard
		config := mocksender.Config{Policy: plan{}, TLS: &tls.Config{MinVersion: tls.VersionTLS12}}
		if trusted {
			config.TLS.RootCAs = roots
		}
		config.Intercept = func(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
			var err error
			line.Conn, err = dial(ctx)
			return &line, err
		}
		sender, err := mocksender.New(config)
		if err != nil {
			t.Fatal(err)
		}
		d, err := sender.Step(t.Context(), mocksender.Delivery{ID: "d1", URL: server.URL, Message: mocksender.Message{Body: []byte("hello")}})
		if err != nil {
			t.Fatal(err)
		}
		a := d.Attempts[0]
		switch {
		case trusted && (a.Reply == nil || !strings.HasPrefix(line.text.String(), "d1 POST / HTTP/1.1\r\n") || !strings.HasSuffix(line.text.String(), "\r\n\r\nhello")):
			t.Errorf("failure %+v, overheard %q", a.Failure, line.text.String())
		case !trusted && (a.Failure == nil || a.Failure.Kind != mocksender.FailureTLS || a.MayHaveArrived):
			t.Errorf("untrusted: %+v, %+v", a.Reply, a.Failure)
		}
		sender.Close()
	}
}

func TestInterceptGoesNeitherWithProxyNorHTTP2(t *testing.T) {
	intercept := func(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
		return dial(ctx)
	}
	for _, config := range []mocksender.Config{
		{Policy: plan{}, Intercept: intercept, HTTP2: true},
		{Policy: plan{}, Intercept: intercept, Proxy: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}},
	} {
		if _, err := mocksender.New(config); err == nil || err.Error() != "sender: Intercept: neither with Proxy nor with HTTP2" {
			t.Errorf("got %v", err)
		}
	}
}
