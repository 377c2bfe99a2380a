package mocksender_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

func TestFailuresBeforeTheRequest(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	hang := func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	for _, test := range []struct {
		name, url string
		config    mocksender.Config
		kind      mocksender.FailureKind
		text      string
	}{
		{"nobody listens", "http://" + closed.Addr().String(), mocksender.Config{}, mocksender.FailureRefused, "refused"},
		{"no such name", "http://nobody.invalid/", mocksender.Config{Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "nobody.invalid", IsNotFound: true}
		}}, mocksender.FailureResolve, "nobody.invalid"},
		{"the connection takes too long", "http://127.0.0.1:9/", mocksender.Config{Dial: hang, Policy: plan{connect: 20 * time.Millisecond, timeout: time.Minute}}, mocksender.FailureConnect, "not connected within 20ms"},
		{"the timeout ends while connecting", "http://127.0.0.1:9/", mocksender.Config{Dial: hang, Policy: plan{connect: time.Minute, timeout: 20 * time.Millisecond}}, mocksender.FailureConnect, "not connected within 20ms"},
		{"an unknown authority", secure.URL, mocksender.Config{}, mocksender.FailureTLS, "certificate"},
		{"another name", strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), mocksender.Config{TLS: &tls.Config{RootCAs: pool(secure)}}, mocksender.FailureTLS, "localhost"},
		{"no TLS there", strings.Replace(plain, "http:", "https:", 1), mocksender.Config{}, mocksender.FailureTLS, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.config.Policy == nil {
				test.config.Policy = plan{timeout: time.Minute}
			}
			d, err := newSender(t, test.config).Deliver(t.Context(), delivery(test.url, "{}"))
			if err != nil {
				t.Fatal(err)
			}
			a := d.Attempts[0]
			if a.Failure == nil || a.Failure.Kind != test.kind || !strings.Contains(a.Failure.Text, test.text) {
				t.Errorf("failure %+v, want %s with %q", a.Failure, test.kind, test.text)
			}
			if a.MayHaveArrived || d.Outcome != mocksender.Exhausted || a.Header.Get("Content-Type") == "" {
				t.Errorf("outcome %q, attempt %+v", d.Outcome, a)
			}
		})
	}
}

func pool(s *httptest.Server) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(s.Certificate())
	return p
}

func TestTLSAndBasicFromTheURL(t *testing.T) {
	var user, password string
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { user, password, _ = r.BasicAuth() }))
	defer server.Close()
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, TLS: &tls.Config{RootCAs: pool(server)}})
	a := deliver(t, s, delivery(strings.Replace(server.URL, "//", "//joe:sesame@", 1), "{}"))
	if a.Reply == nil || !a.MayHaveArrived || user != "joe" || password != "sesame" {
		t.Errorf("failure %+v, user %q", a.Failure, user)
	}
}

func TestTargetsThatCannotBe(t *testing.T) {
	s := newSender(t, mocksender.Config{Policy: plan{}})
	for _, url := range []string{"", "127.0.0.1:80", "ftp://127.0.0.1/", "http://", "http://[::1", "http://169.254.169.254/", "http://8.8.8.8/"} {
		d, err := s.Deliver(t.Context(), delivery(url, "{}"))
		if err == nil || len(d.Attempts) != 0 {
			t.Errorf("%q: %d attempts, error %v", url, len(d.Attempts), err)
		}
	}
	var forbidden *mocksender.ForbiddenError
	if _, err := s.Deliver(t.Context(), delivery("http://8.8.8.8/", "")); !errors.As(err, &forbidden) || forbidden.Remedy == "" {
		t.Errorf("error %v", err)
	}
}
