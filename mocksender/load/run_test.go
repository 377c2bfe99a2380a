package load_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
)

func TestEveryEventArrivesOnceAndIsUnique(t *testing.T) {
	for _, transport := range load.Transports() {
		t.Run(transport, func(t *testing.T) {
			var got seen
			r := run(t, load.Config{
				Target: serve(t, got.handler(nil)) + "/hooks?a=1", Events: []load.Event{small(t)}, Transport: transport,
				Arrivals: load.Even(load.Constant(1000, 200*time.Millisecond)), Connections: 4,
			})
			if r.Due != 200 || r.Attempts != 200 || r.Acknowledged != 200 || r.Statuses["200"] != 200 || len(got.requests) != 200 {
				t.Fatalf("%d arrived; result %+v", len(got.requests), r.Counts)
			}
			bodies := map[string]bool{}
			for _, request := range got.requests {
				bodies[request.body] = true
			}
			if len(bodies) != 200 || got.requests[0].uri != "/hooks?a=1" {
				t.Errorf("%d different bodies, %s", len(bodies), got.requests[0].uri)
			}
			if r.Latency.Count != 200 || r.Service.Count != 200 || r.Slip.Count != 200 || r.Latency.Max < r.Service.P50 {
				t.Errorf("latency %+v, service %+v", r.Latency, r.Service)
			}
		})
	}
}

// What load sends must not differ from what send sends: the same bytes and the same headers.
func TestLoadSendsWhatTheSenderSends(t *testing.T) {
	for _, test := range []struct{ contract, event, policy, secret string }{
		{"chargeover", "customer.nightly", "chargeover", "0123456789abcdefghijklmnopqrstuv"},
		{"zipit", "billing:subscriptionStart", "zipit", "zk_0123456789abcdef"},
		{"zipit", "device:deviceUpdated", "github", "a shared secret"},
		{"zipit", "device:deviceUpdated", "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	} {
		for _, transport := range []string{"raw", "nethttp"} {
			t.Run(test.policy+" "+transport, func(t *testing.T) {
				var got seen
				url := serve(t, got.handler(nil)) + "/hooks"
				url = strings.Replace(url, "http://", "http://user:word@", 1)
				e := eventOf(t, test.contract, test.event, test.policy, mocksender.Secret(test.secret))
				extra := http.Header{"X-env": {"ci"}, "Host": {"hooks.example.com"}}
				run(t, load.Config{Target: url, Events: []load.Event{e}, Count: 1, Connections: 1, Header: extra, Transport: transport})
				sender, err := mocksender.New(mocksender.Config{Policy: e.Policy, Auth: e.Auth, Header: extra})
				if err != nil {
					t.Fatal(err)
				}
				defer sender.Close()
				m, err := e.Generator.Message(e.Name, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := sender.Deliver(t.Context(), mocksender.Delivery{ID: m.Event.ID, Message: m, URL: url}); err != nil {
					t.Fatal(err)
				}
				ours, theirs := got.requests[0], got.requests[1]
				for _, r := range []request{ours, theirs} { // they are of the moment of sending
					for name := range r.header {
						if strings.Contains(strings.ToLower(name), "timestamp") || test.policy == "standard-webhooks" && strings.HasSuffix(name, "-Signature") {
							r.header[name] = []string{"a value"}
						}
					}
				}
				if !reflect.DeepEqual(ours, theirs) {
					t.Errorf("load sent\n%+v\nsend sent\n%+v", ours, theirs)
				}
			})
		}
	}
}

func TestMixFollowsTheWeights(t *testing.T) {
	var got seen
	heavy, light := small(t), eventOf(t, "zipit", "device:deviceUpdated", "zipit", "zk_0123456789abcdef")
	heavy.Weight = 9
	c := load.Config{Target: serve(t, got.handler(nil)), Events: []load.Event{heavy, light}, Count: 1000, Connections: 2, Seed: 3}
	first, again := run(t, c), run(t, c)
	n := first.Events[1].Attempts
	if n < 60 || n > 140 || again.Events[1].Attempts != n || first.Events[0].Attempts != 1000-n {
		t.Errorf("%d and again %d of 1000 for a weight of one in ten", n, again.Events[1].Attempts)
	}
	if first.Checked.Bodies == 0 || first.Checked.Invalid > 0 {
		t.Errorf("checked %+v", first.Checked)
	}
}

func TestAnswersAreReadByThePolicy(t *testing.T) {
	var n atomic.Int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader([]int{200, 202, 500, 429}[n.Add(1)%4])
	}))
	r := run(t, load.Config{Target: url, Events: []load.Event{small(t)}, Count: 40, Connections: 2})
	if r.Acknowledged != 10 || r.Undocumented != 10 || r.Refused != 20 || r.Failed != 0 || r.Success() != 0.5 {
		t.Errorf("counts %+v", r.Counts)
	}
	e := r.Events[0]
	if e.Acknowledged.Count != 10 || e.Undocumented.Count != 10 || e.Refused.Count != 20 || e.Latency.Count != 40 {
		t.Errorf("event %+v", e)
	}
}

// wild answers every connection by a function of its own.
func wild(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return "http://" + listener.Addr().String()
}

// request reads one request, and what is asked of its answer.
func readRequest(conn net.Conn) {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err == nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
}

// takeAll reads requests until answer, which is told how many came before, has had enough. Then it closes the connection.
func takeAll(conn net.Conn, answer func(i int) bool) {
	defer conn.Close()
	b := bufio.NewReader(conn)
	for i := 0; ; i++ {
		r, err := http.ReadRequest(b)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if !answer(i) {
			return
		}
	}
}

func TestFailuresAreToldApart(t *testing.T) {
	say := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, text)
			conn.Close()
		}
	}
	silent := func(conn net.Conn) {
		_, _ = io.Copy(io.Discard, conn)
		conn.Close()
	}
	slow := func(conn net.Conn) {
		readRequest(conn)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
		_, _ = io.Copy(io.Discard, conn)
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(secure.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := "http://" + listener.Addr().String()
	listener.Close()
	for _, test := range []struct {
		name, url string
		want      load.Failure
	}{
		{"nobody there", down, load.Refused},
		{"closed without an answer", wild(t, say("")), load.Reset},
		{"cut off", wild(t, say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")), load.Reset},
		{"not HTTP", wild(t, say("220 mail.example.com ESMTP\r\n")), load.Protocol},
		{"no answer", wild(t, silent), load.Timeout},
		{"half an answer", wild(t, slow), load.Timeout},
		{"a certificate of nobody", secure.URL, load.TLS},
		{"no such name", "http://no-such-host.invalid", load.Resolve},
	} {
		for name, way := range ways() {
			t.Run(test.name+" "+name, func(t *testing.T) {
				t.Parallel()
				e := small(t)
				e.Policy = e.Policy.WithTimeout(time.Minute)
				if test.want == load.Timeout {
					e.Policy = e.Policy.WithTimeout(time.Second) // time enough to connect on a machine that is busy
				}
				r := run(t, way(load.Config{Target: test.url, Events: []load.Event{e}, Count: 2, Connections: 1}))
				if r.Failures[test.want] != 2 || r.Failed != 2 {
					t.Errorf("failures %v, want 2 × %s", r.Failures, test.want)
				}
			})
		}
	}
}

func TestFirstByteTimeout(t *testing.T) {
	url := wild(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	for name, way := range ways() {
		e := small(t)
		e.Policy = e.Policy.WithTimeout(time.Minute)
		e.Policy.FirstByteTimeout.Value = 50 * time.Millisecond
		r := run(t, way(load.Config{Target: url, Events: []load.Event{e}, Count: 1, Connections: 1}))
		if r.Failures[load.FirstByte] != 1 {
			t.Errorf("%s: failures %v", name, r.Failures)
		}
	}
}

// A receiver that closes a connection between two requests must cost none of them.
func TestClosedConnectionsAreNotUsed(t *testing.T) {
	var n atomic.Int64
	closed := make(chan struct{}, 1)
	url := wild(t, func(conn net.Conn) {
		n.Add(1)
		readRequest(conn)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		conn.Close()
		closed <- struct{}{}
	})
	moments := load.Replayed([]time.Time{start, start.Add(300 * time.Millisecond), start.Add(600 * time.Millisecond)})
	r := run(t, load.Config{Target: url, Events: []load.Event{small(t)}, Arrivals: moments, Connections: 1,
		Observe: func(load.Second, *load.Result) error { return nil }})
	if r.Acknowledged != 3 || n.Load() != 3 {
		t.Errorf("counts %+v over %d connections", r.Counts, n.Load())
	}
}

// A receiver that goes away in the middle is counted as such, and found again when it is back.
func TestAReceiverThatGoesAwayAndComesBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	var n, later atomic.Int64
	back := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	second := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if later.Add(1) == 20 {
			cancel()
		}
	})}
	first := &http.Server{}
	first.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if n.Add(1) != 20 {
			return
		}
		go func() {
			defer close(back)
			first.Close()
			if again, err := net.Listen("tcp", address); err != nil {
				t.Error(err)
			} else {
				go second.Serve(again)
			}
		}()
		<-back
	})
	go first.Serve(listener)
	t.Cleanup(func() { second.Close() })
	r, err := load.Run(ctx, load.Config{Target: "http://" + address, Events: []load.Event{small(t)}, Duration: time.Hour, Connections: 4})
	if err != nil || !r.Interrupted || r.Failed == 0 || r.Acknowledged < 35 || r.Acknowledged+r.Failed != r.Attempts {
		t.Errorf("%v; %d arrived later, counts %+v", err, later.Load(), r.Counts)
	}
}

// No request is sent a second time by the client itself, whatever happens to the first.
func TestNothingIsSentTwice(t *testing.T) {
	for name, way := range ways() {
		var n atomic.Int64
		url := wild(t, func(conn net.Conn) {
			takeAll(conn, func(i int) bool {
				n.Add(1)
				if i > 0 {
					return false // the second request of each connection is taken and never answered
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				return true
			})
		})
		r := run(t, way(load.Config{Target: url, Events: []load.Event{small(t)}, Count: 20, Connections: 1}))
		if r.Acknowledged != 10 || r.Failures[load.Reset] != 10 || n.Load() != 20 {
			t.Errorf("%s: %d requests arrived, counts %+v", name, n.Load(), r.Counts)
		}
	}
}

func TestTLSAndHTTP2(t *testing.T) {
	var protocol atomic.Value
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		protocol.Store(r.Proto)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for transport, want := range map[string]string{"raw": "HTTP/1.1", "nethttp": "HTTP/2.0"} {
		r := run(t, load.Config{Target: server.URL, Events: []load.Event{small(t)}, Count: 20, Connections: 2, Transport: transport,
			TLS: server.Client().Transport.(*http.Transport).TLSClientConfig})
		if r.Acknowledged != 20 || protocol.Load() != want {
			t.Errorf("%s: %v, counts %+v", transport, protocol.Load(), r.Counts)
		}
	}
}

func TestAHeadThatDoesNotFitItsRoom(t *testing.T) {
	var got seen
	long := strings.Repeat("x", 5000)
	run(t, load.Config{Target: serve(t, got.handler(nil)), Events: []load.Event{small(t)}, Count: 2, Connections: 1,
		Header: http.Header{"X-Padding": {long}}})
	if len(got.requests) != 2 || got.requests[1].header.Get("X-Padding") != long || got.requests[0].body == got.requests[1].body {
		t.Errorf("%d requests arrived", len(got.requests))
	}
}

func TestInterruptedRunsReportWhatWasMeasured(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	url := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n.Add(1) == 10 {
			cancel()
		}
	}))
	r, err := load.Run(ctx, load.Config{Target: url, Events: []load.Event{small(t)}, Arrivals: load.Even(load.Constant(1000, time.Hour))})
	if err != nil || !r.Interrupted || r.Acknowledged < 10 || r.Failed > 0 {
		t.Errorf("error %v, interrupted %t, counts %+v", err, r.Interrupted, r.Counts)
	}
}

func TestObserverEndsTheRun(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	enough := errors.New("enough")
	r := run(t, load.Config{Target: url, Events: []load.Event{small(t)}, Arrivals: load.Even(load.Constant(100, time.Hour)),
		Observe: func(load.Second, *load.Result) error { return enough }})
	if r.Aborted != "enough" || r.Interrupted || r.Attempts == 0 {
		t.Errorf("result %+v", r)
	}
}

func TestConfigurationProblemsComeAtOnce(t *testing.T) {
	_, err := load.Run(t.Context(), load.Config{Target: "http://8.8.8.8", Connections: -1, Transport: "quic", Header: http.Header{"Content-Length": {"1"}}})
	for _, part := range []string{"8.8.8.8: is neither loopback", "no event", "nothing ends", "connections -1", `"quic"`, `"Content-Length"`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error lacks %q:\n%v", part, err)
		}
	}
}

func TestKnock(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
	c := load.Config{Target: url, Events: []load.Event{small(t)}, Count: 1}
	if err := load.Knock(t.Context(), c); err != nil {
		t.Error(err)
	}
	c.Target = "http://127.0.0.1:1"
	var unreachable *load.UnreachableError
	if err := load.Knock(t.Context(), c); !errors.As(err, &unreachable) || unreachable.Failure != load.Refused {
		t.Errorf("error %v", err)
	}
}

func TestTraceparentIsOfTheEventAndTheAttempt(t *testing.T) {
	form := regexp.MustCompile(`^00-([0-9a-f]{32})-([0-9a-f]{16})-01$`)
	traces, spans := map[string]int{}, map[string]bool{}
	for seed := range uint64(2) {
		var got seen
		fails := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		e := small(t)
		e.Policy = e.Policy.WithTimeout(time.Minute)
		e.Policy.Disable.Value = nil // else the provider gives up after ten failures
		run(t, load.Config{Target: serve(t, got.handler(fails)), Events: []load.Event{e}, Count: 20, Connections: 2, Traceparent: true,
			Seed: seed, Retries: true, TimeScale: mocksender.Scale{From: 1000 * time.Hour, To: time.Nanosecond}})
		for _, r := range got.requests {
			ids := form.FindStringSubmatch(r.header.Get("Traceparent"))
			if ids == nil {
				t.Fatalf("traceparent %q", r.header.Get("Traceparent"))
			}
			traces[ids[1]]++
			if spans[ids[2]] {
				t.Errorf("span %s comes twice", ids[2])
			}
			spans[ids[2]] = true
		}
	}
	if len(traces) != 40 || len(spans) <= 40 {
		t.Errorf("%d traces of 40 events in two runs, %d attempts", len(traces), len(spans))
	}
}
