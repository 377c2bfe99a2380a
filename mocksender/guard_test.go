package mocksender_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestGuardPermit(t *testing.T) {
	g := mocksender.Guard{Allow: []string{"Hooks.Example.com", "203.0.113.7", "169.254.169.254", "evil.example.com"}}
	for _, row := range []struct {
		host, address string
		ok            bool
	}{
		{"localhost", "127.0.0.1", true},
		{"localhost", "::1", true},
		{"x", "0.0.0.0", true},
		{"app.internal", "10.1.2.3", true},
		{"app.internal", "fd12::1", true},
		{"hooks.example.com", "93.184.216.34", true},
		{"hooks.example.com.", "93.184.216.34", true},
		{"203.0.113.7", "203.0.113.7", true},
		{"other.example.com", "93.184.216.34", false},
		{"sub.hooks.example.com", "93.184.216.34", false},
		{"x", "100.64.0.1", false},
		{"169.254.169.254", "169.254.169.254", false},
		{"evil.example.com", "169.254.169.254", false},
		{"evil.example.com", "169.254.170.2", false},
		{"evil.example.com", "::ffff:169.254.169.254", false},
		{"evil.example.com", "64:ff9b::a9fe:a9fe", false},
		{"evil.example.com", "2002:a9fe:a9fe::1", false},
		{"evil.example.com", "fd00:ec2::254", false},
		{"evil.example.com", "100.100.100.200", false},
		{"evil.example.com", "168.63.129.16", false},
		{"evil.example.com", "fe80::1%eth0", false},
		{"evil.example.com", "224.0.0.1", false},
		{"evil.example.com", "255.255.255.255", false},
	} {
		err := g.Permit(row.host, netip.MustParseAddr(row.address))
		if (err == nil) != row.ok {
			t.Errorf("%s at %s: %v", row.host, row.address, err)
		}
		var forbidden *mocksender.ForbiddenError
		if err != nil && !errors.As(err, &forbidden) {
			t.Errorf("error is a %T", err)
		}
	}
}

// elsewhere is a connection whose other end says that it has another address than was asked for.
type elsewhere struct {
	net.Conn
	address string
}

func (e elsewhere) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.address))
}

func TestGuardIsAskedAgainAtTheConnection(t *testing.T) {
	for _, address := range []string{"169.254.169.254:80", "93.184.216.34:80"} {
		s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			server.Close()
			return elsewhere{client, address}, nil
		}})
		a := deliver(t, s, delivery("http://hooks.example.com/", "{}"))
		if a.Failure == nil || a.Failure.Kind != mocksender.FailureForbidden || a.MayHaveArrived {
			t.Errorf("%s: failure %+v", address, a.Failure)
		}
	}
}

func TestGuardResolve(t *testing.T) {
	var g mocksender.Guard
	if err := g.Resolve(t.Context(), "http://localhost:1/"); err != nil {
		t.Error(err)
	}
	for _, target := range []string{"http://8.8.8.8/", "http://169.254.169.254/", "gopher://localhost/"} {
		if err := g.Resolve(t.Context(), target); err == nil {
			t.Errorf("%s is allowed", target)
		}
	}
}

func TestScale(t *testing.T) {
	s, err := mocksender.ParseScale("1h=1s")
	if err != nil || s.Wait(36*time.Hour) != 36*time.Second || s.Wait(time.Minute) != time.Second/60 || s.String() != "1h=1s" {
		t.Errorf("%v waits %v, %v", s, s.Wait(time.Minute), err)
	}
	if (mocksender.Scale{}).Wait(time.Hour) != time.Hour {
		t.Error("the zero scale changes waits")
	}
	if s, err = mocksender.ParseScale("1m=0s"); err != nil || s.Wait(time.Hour) != 0 {
		t.Errorf("%v, %v", s.Wait(time.Hour), err)
	}
	for _, text := range []string{"", "1h", "1h=", "=1s", "0s=1s", "0=0", "1h=-1s", "-1h=1s", "x=y"} {
		if _, err := mocksender.ParseScale(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func FuzzParseScale(f *testing.F) {
	f.Add("1h=1s")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := mocksender.ParseScale(text)
		if err != nil {
			return
		}
		if again, err := mocksender.ParseScale(s.String()); err != nil || again != s {
			t.Errorf("%q is written %q, which is %v, %v", text, s, again, err)
		}
		if s.Wait(time.Hour) < 0 {
			t.Errorf("%q waits %v", text, s.Wait(time.Hour))
		}
	})
}
