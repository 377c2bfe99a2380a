package mocksender_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/hookrig/hookrig/mocksender"
)

// nameServer answers every question for an IPv4 address by what address returns for the how-many-th it is.
func nameServer(t *testing.T, address func(number int32) [4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var questions atomic.Int32
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}
			m.Additionals = nil
			if q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0},
					Body: &dnsmessage.AResource{A: address(questions.Add(1))}}}
			}
			if reply, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name that has a harmless address when it is checked, and that of a metadata service when it is used.
func TestNameThatChangesBetweenCheckAndDial(t *testing.T) {
	requests := 0
	url := serve(t, func(http.ResponseWriter, *http.Request) { requests++ })
	target := strings.Replace(url, "127.0.0.1", "rebind.test.", 1)
	for _, row := range []struct {
		name  string
		later [4]byte
		allow []string
		kind  mocksender.FailureKind // "" for a reply
	}{
		{"stays", [4]byte{127, 0, 0, 1}, nil, ""},
		{"turns to a metadata service", [4]byte{169, 254, 169, 254}, nil, mocksender.FailureForbidden},
		{"turns to a public address", [4]byte{93, 184, 216, 34}, nil, mocksender.FailureForbidden},
		{"is allowed, and turns to a metadata service", [4]byte{169, 254, 169, 254}, []string{"rebind.test"}, mocksender.FailureForbidden},
	} {
		t.Run(row.name, func(t *testing.T) {
			requests = 0
			resolver := nameServer(t, func(number int32) [4]byte {
				if number == 1 {
					return [4]byte{127, 0, 0, 1}
				}
				return row.later
			})
			guard := mocksender.Guard{Allow: row.allow, Resolver: resolver}
			if err := guard.Resolve(t.Context(), target); err != nil {
				t.Fatalf("the check: %v", err)
			}
			a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Guard: guard}), delivery(target, "{}"))
			if row.kind == "" {
				if a.Reply == nil || requests != 1 {
					t.Errorf("failure %+v", a.Failure)
				}
				return
			}
			if a.Failure == nil || a.Failure.Kind != row.kind || a.MayHaveArrived || requests != 0 {
				t.Errorf("failure %+v, %d requests", a.Failure, requests)
			}
			var forbidden *mocksender.ForbiddenError
			if err := guard.Resolve(t.Context(), target); len(row.allow) == 0 && !errors.As(err, &forbidden) {
				t.Errorf("checked again: %v", err)
			}
		})
	}
}
