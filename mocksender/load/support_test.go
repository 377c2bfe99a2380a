package load_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

var start = time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)

// generators are made once: their plans are dear.
var generators struct {
	mu   sync.Mutex
	made map[string]*payload.Generator
}

func generatorOf(contractName string, secret mocksender.Secret) *payload.Generator {
	generators.mu.Lock()
	defer generators.mu.Unlock()
	key := contractName + " " + secret.Reveal()
	if g := generators.made[key]; g != nil {
		return g
	}
	c, err := contract.Load(fixtures.FS, "contracts/"+contractName+".yaml")
	if err != nil {
		panic(err)
	}
	g, err := payload.New(c, payload.Options{Seed: 7, Time: start, Secret: secret})
	if err != nil {
		panic(err)
	}
	if generators.made == nil {
		generators.made = map[string]*payload.Generator{}
	}
	generators.made[key] = g
	return g
}

// eventOf makes an event of a built-in contract with its policy, or the named one.
func eventOf(t testing.TB, contractName, event, policyName string, secret mocksender.Secret) load.Event {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	g := generatorOf(contractName, secret)
	p, err := policy.Named(policyName)
	check(err)
	e := load.Event{Name: event, Generator: g, Policy: p}
	if p.Authentication.Value.Scheme != "none" {
		e.Auth, err = signature.For(p.Authentication.Value, secret)
		check(err)
	}
	return e
}

// small is an event whose body is short.
func small(t testing.TB) load.Event {
	return eventOf(t, "zipit", "claim:claimSuccess", "zipit", "zk_0123456789abcdef")
}

// seen is what a receiver got.
type seen struct {
	mu       sync.Mutex
	requests []request
}

type request struct {
	method, uri, host string
	header            http.Header
	body              string
}

// handler keeps what arrives and then answers by answer, or 200.
func (s *seen) handler(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, request{r.Method, r.RequestURI, r.Host, r.Header, string(body)})
		s.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	})
}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// patient are the settings of tests on machines that have other things to do.
func patient(c load.Config) load.Config {
	c.MaxSlip = time.Hour
	return c
}

func run(t testing.TB, c load.Config) *load.Result {
	t.Helper()
	r, err := load.Run(t.Context(), patient(c))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ways are the ways to send a configuration's Count of events, one after the other: those of a closed loop, which share a goroutine
// where the system has the means; those of the open model, which have one each; and net/http's.
func ways() map[string]func(load.Config) load.Config {
	return map[string]func(load.Config) load.Config{
		"raw": func(c load.Config) load.Config { return c },
		"raw in the open model": func(c load.Config) load.Config {
			c.Arrivals = load.Replayed(slices.Repeat([]time.Time{start}, int(c.Count)))
			c.Count, c.MaxConnections = 0, c.Connections
			return c
		},
		"nethttp": func(c load.Config) load.Config { c.Transport = "nethttp"; return c },
	}
}
