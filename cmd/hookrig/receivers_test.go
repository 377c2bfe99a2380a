package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// liveReceiver is a receiver that a script talks to.
type liveReceiver struct {
	mu      sync.Mutex
	posts   int64
	bodies  []string
	waiting map[int64]chan struct{}
}

type receiversKey struct{}

func receiverOf(ts *testscript.TestScript, name string) *liveReceiver {
	r := ts.Value(receiversKey{}).(map[string]*liveReceiver)[name]
	if r == nil {
		ts.Fatalf("no receiver %s", name)
	}
	return r
}

// counting counts deliveries: a GET is a knock, or a look at the probe.
func (r *liveReceiver) counting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet {
			body, _ := io.ReadAll(request.Body)
			request.Body = io.NopCloser(bytes.NewReader(body))
			r.mu.Lock()
			r.posts++
			r.bodies = append(r.bodies, string(body))
			for n, c := range r.waiting {
				if r.posts >= n {
					close(c)
					delete(r.waiting, n)
				}
			}
			r.mu.Unlock()
		}
		next.ServeHTTP(w, request)
	})
}

// reached returns a channel that is closed when the receiver has got n deliveries.
func (r *liveReceiver) reached(n int64) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.waiting[n]
	if c == nil {
		c = make(chan struct{})
		r.waiting[n] = c
	}
	if r.posts >= n {
		close(c)
		delete(r.waiting, n)
	}
	return c
}

// startReceiver NAME KIND starts a receiver and sets $NAME to its URL. Kinds are
// "reference", the name of a flaw, a status that answers everything, "fails:N", which
// answers the first N deliveries with 500 and then all with 200, "silent",
// which never answers a delivery, "dies:N", which is gone after N deliveries,
// "proxy", which passes requests on that name their target,
// "ssh", which speaks another protocol, "babbles", which answers everything with a
// page of HTML, and "down", where nobody listens.
func startReceiver(ts *testscript.TestScript, _ bool, args []string) {
	name, kind := args[0], args[1]
	if kind == "down" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Check(listener.Close())
		ts.Setenv(name, "http://"+listener.Addr().String())
		return
	}
	if kind == "ssh" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { _ = listener.Close() })
		go greet(listener)
		ts.Setenv(name, "http://"+listener.Addr().String())
		return
	}
	r := &liveReceiver{waiting: map[int64]chan struct{}{}}
	if n, ok := strings.CutPrefix(kind, "dies:"); ok {
		startMortal(ts, name, n, r)
		return
	}
	server := httptest.NewServer(r.counting(handlerOf(ts, kind)))
	ts.Defer(server.Close)
	ts.Defer(server.CloseClientConnections)
	ts.Value(receiversKey{}).(map[string]*liveReceiver)[name] = r
	ts.Setenv(name, server.URL)
}

// greet answers every connection as an SSH server does, until the listener is closed.
func greet(listener net.Listener) {
	for {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2p1\r\n") // whoever went away needs no greeting
		_ = c.Close()
	}
}

// startMortal starts a receiver that takes n deliveries, and is gone when the next one comes.
func startMortal(ts *testscript.TestScript, name, n string, r *liveReceiver) {
	life, err := strconv.ParseInt(n, 10, 64)
	ts.Check(err)
	var server *httptest.Server
	var posts atomic.Int64
	reference := handlerOf(ts, "reference")
	server = httptest.NewUnstartedServer(r.counting(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodGet && posts.Add(1) > life {
			_ = server.Listener.Close() // nobody answers from here on
			panic(http.ErrAbortHandler)
		}
		reference.ServeHTTP(w, request)
	})))
	server.Start() // only now, since the handler knows the server
	ts.Defer(server.Close)
	ts.Defer(server.CloseClientConnections)
	ts.Value(receiversKey{}).(map[string]*liveReceiver)[name] = r
	ts.Setenv(name, server.URL)
}

func handlerOf(ts *testscript.TestScript, kind string) http.Handler {
	if status, err := strconv.Atoi(kind); err == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	if n, ok := strings.CutPrefix(kind, "fails:"); ok {
		failures, err := strconv.ParseInt(n, 10, 64)
		ts.Check(err)
		var seen atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if seen.Add(1) <= failures {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
	}
	if kind == "proxy" {
		return proxyHandler()
	}
	if kind == "babbles" {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!doctype html><title>Sign in</title>") // whoever went away needs no page
		})
	}
	if kind == "silent" {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				<-r.Context().Done()
			}
		})
	}
	config := receiver.Config{Providers: providersOf(ts)}
	if kind != "reference" {
		flaw, err := receiver.FlawNamed(kind)
		ts.Check(err)
		config.Flaw = flaw.Apply
	}
	handler, err := receiver.New(config)
	ts.Check(err)
	return handler
}

// proxyHandler passes plain HTTP on, and gives no tunnels.
func proxyHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect || !r.URL.IsAbs() {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r.Clone(r.Context()))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body) // whoever went away needs no answer
	})
}

// failer is a test, or a script.
type failer interface {
	Fatalf(format string, args ...any)
}

// providersOf are the two providers with the tests' secret.
func providersOf(t failer) []receiver.Provider {
	check := func(err error) {
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	var all []receiver.Provider
	for _, name := range strings.Fields("chargeover zipit") {
		c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
		check(err)
		p, err := policy.Named(name)
		check(err)
		provider, err := receiver.ProviderOf(c, p, testSecret)
		check(err)
		all = append(all, provider)
	}
	return all
}

// arrived NAME N checks how many deliveries a receiver got.
func arrived(ts *testscript.TestScript, _ bool, args []string) {
	r := receiverOf(ts, args[0])
	r.mu.Lock()
	defer r.mu.Unlock()
	if strconv.FormatInt(r.posts, 10) != args[1] {
		ts.Fatalf("%s got %d deliveries, want %s", args[0], r.posts, args[1])
	}
}

// samebody NAME N checks that the last N deliveries to a receiver had one body, byte for byte.
func sameBody(ts *testscript.TestScript, _ bool, args []string) {
	r := receiverOf(ts, args[0])
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.bodies) < n {
		ts.Fatalf("%s got %d deliveries, want %d or more", args[0], len(r.bodies), n)
	}
	last := r.bodies[len(r.bodies)-n:]
	for _, body := range last {
		if body == "" || body != last[0] {
			ts.Fatalf("%s got different bodies:\n%s", args[0], strings.Join(last, "\n"))
		}
	}
}
