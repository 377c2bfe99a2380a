package load_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// under is a small event that is delivered by a policy of plain values, in which the named facts are replaced.
func under(t *testing.T, name string, facts map[string]string) load.Event {
	t.Helper()
	values := map[string]string{
		"connect_timeout": "5s", "timeout": "10s", "success": "{statuses: [200]}", "retry": "{delays: [10s, 10s, 10s]}", "disable": "null",
		"headers": "{}", "authentication": "{scheme: none}",
	}
	for fact, value := range facts {
		values[fact] = value
	}
	text := "policy: " + name + "\ntitle: P\n"
	for fact, value := range values {
		text += fmt.Sprintf("%s: {value: %s, grade: assumption, reason: r}\n", fact, value)
	}
	p, err := policy.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	e := small(t)
	e.Policy = p
	return e
}

// tenth compresses the waits of a policy tenfold.
var tenth = mocksender.Scale{From: 10 * time.Second, To: time.Second}

// A provider that throttles sends the endpoint nothing for the pause, new events and retries alike, and goes on after it.
func TestAThrottledEndpointIsLeftAlone(t *testing.T) {
	var mu sync.Mutex
	var quiet []time.Duration
	busy := func(w http.ResponseWriter, at time.Duration) {
		switch {
		case at == 2*time.Second:
			w.WriteHeader(http.StatusTooManyRequests)
		case at > 2*time.Second && at < 5*time.Second:
			mu.Lock()
			quiet = append(quiet, at)
			mu.Unlock()
		}
	}
	e := under(t, "p", map[string]string{"retry": "{delays: [10s], throttle: {statuses: [429], wait: 30s}}"})
	c := load.Config{Events: []load.Event{e}, Arrivals: load.Even(load.Constant(10, 10*time.Second)), Retries: true, TimeScale: tenth, Connections: 50}
	inBubble(t, c, busy, func(t *testing.T, r *load.Result) {
		if len(quiet) > 0 {
			t.Errorf("events arrived in the pause, at %v", quiet)
		}
		if r.Due != 100 || r.Acknowledged != 100 || r.Attempts != 101 || r.Held != 0 || r.Recovery.Peak != 30 {
			t.Errorf("counts %+v, recovery %+v", r.Counts, r.Recovery)
		}
		want := []load.Endpoint{{Policy: "p", Throttled: 1, Paused: 3 * time.Second}}
		if fmt.Sprint(r.Recovery.Endpoints) != fmt.Sprint(want) {
			t.Errorf("endpoints %+v", r.Recovery.Endpoints)
		}
		near(t, "latency, which counts from when the provider went on", r.Latency.Max, 0)
	})
}

// In a closed loop the connections rest.
func TestAThrottledEndpointStopsAClosedLoop(t *testing.T) {
	first := true
	busy := func(w http.ResponseWriter, at time.Duration) {
		time.Sleep(100 * time.Millisecond)
		if first {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		first = false
	}
	e := under(t, "p", map[string]string{"retry": "{delays: [10s], throttle: {statuses: [429], wait: 30s}}"})
	c := load.Config{Events: []load.Event{e}, Duration: 5 * time.Second, Retries: true, TimeScale: tenth, Connections: 1}
	inBubble(t, c, busy, func(t *testing.T, r *load.Result) {
		if r.Attempts != 20 || r.Acknowledged != 19 { // one of them before the pause, from 0.1 s to 3.1 s
			t.Errorf("counts %+v", r.Counts)
		}
	})
}

// A provider that gives an endpoint up sends it nothing more: what is due then is held, or lost, and said not to be delivered.
func TestAnEndpointThatIsGivenUp(t *testing.T) {
	for _, test := range []struct {
		name, disable, queue string
		status               string
		attempts             uint64 // until then
		lost                 bool
	}{
		{"after failures in a row", "{after: 5, count: consecutive, scope: attempt, action: disabled}", "", "disabled", 5, false},
		{"after failures in total", "{after: 5, count: total, scope: attempt, action: failed}", "{while: [disabled], order: arrival, drain: at the usual rate}", "failed", 5, true},
		{"after a share of failures", "{rate: {share: 0.5, of: 8}, count: total, scope: attempt, action: deleted}", "", "deleted", 8, true},
		{"after a time of failures only", "{after_time: 5s, count: consecutive, scope: attempt, action: failed}", "", "failed", 6, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			facts := map[string]string{"disable": test.disable}
			if test.queue != "" {
				facts["queue"] = test.queue
			}
			c := load.Config{Events: []load.Event{under(t, "p", facts)}, Arrivals: load.Even(load.Constant(10, 10*time.Second)), Retries: true, TimeScale: tenth,
				RetryFor: time.Hour}
			broken := func(w http.ResponseWriter, _ time.Duration) { w.WriteHeader(http.StatusInternalServerError) }
			inBubble(t, c, broken, func(t *testing.T, r *load.Result) {
				if r.Attempts != test.attempts || r.Due != 100 || r.Held != 100 || r.Success() != 0 || r.Sending > 11*time.Second {
					t.Errorf("after %v: counts %+v", r.Sending, r.Counts)
				}
				if len(r.Recovery.Endpoints) != 1 {
					t.Fatalf("endpoints %+v", r.Recovery.Endpoints)
				}
				e := r.Recovery.Endpoints[0]
				held, lost := e.Held, e.Lost
				if test.lost {
					held, lost = lost, held
				}
				if string(e.Status) != test.status || held != 100 || lost != 0 || e.Stopped != time.Duration(test.attempts-1)*100*time.Millisecond ||
					!strings.Contains(e.Rule, test.status+" after") || r.Recovery.Undelivered() != 100 || r.Recovery.Pending != 0 {
					t.Errorf("endpoint %+v", e)
				}
			})
		})
	}
}

// Successes between failures keep the endpoint, by the policy's own count of them.
func TestSuccessesKeepAnEndpoint(t *testing.T) {
	n := 0
	sometimes := func(w http.ResponseWriter, _ time.Duration) {
		if n++; n%5 == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
	for disable, stops := range map[string]bool{
		"{after: 3, count: consecutive, scope: attempt, action: failed}":              false,
		"{after: 3, count: total, scope: attempt, action: failed, restore_after: 4}":  false,
		"{after: 3, count: total, scope: attempt, action: failed}":                    true,
		"{after: 1, count: total, scope: attempt, action: failed, statuses: [410]}":   false,
		"{rate: {share: 0.3, of: 10}, count: total, scope: attempt, action: deleted}": false,
		"{rate: {share: 0.2, of: 10}, count: total, scope: attempt, action: deleted}": true,
	} {
		n = 0
		e := under(t, "p", map[string]string{"disable": disable, "retry": "null"})
		c := load.Config{Events: []load.Event{e}, Arrivals: load.Even(load.Constant(10, 4*time.Second)), Retries: true, Connections: 1}
		inBubble(t, c, sometimes, func(t *testing.T, r *load.Result) {
			if (r.Held > 0) != stops {
				t.Errorf("%s: counts %+v, endpoints %+v", disable, r.Counts, r.Recovery.Endpoints)
			}
		})
	}
}

// A closed loop over endpoints that all were given up ends: it would spin otherwise. A batch counts what is left of it.
func TestAClosedLoopEndsWithItsEndpoints(t *testing.T) {
	broken := func(w http.ResponseWriter, _ time.Duration) {
		time.Sleep(10 * time.Millisecond)
		w.WriteHeader(http.StatusGone)
	}
	e := under(t, "p", map[string]string{"disable": "{after: 1, count: total, scope: attempt, action: disabled, statuses: [410]}"})
	base := load.Config{Events: []load.Event{e}, Retries: true, Connections: 2, RetryFor: time.Hour}
	c := base
	c.Duration = time.Hour
	inBubble(t, c, broken, func(t *testing.T, r *load.Result) {
		if r.Attempts != 2 || r.Sending > time.Second {
			t.Errorf("after %v: counts %+v", r.Sending, r.Counts)
		}
	})
	c = base
	c.Count = 50
	inBubble(t, c, broken, func(t *testing.T, r *load.Result) {
		if r.Attempts != 2 || r.Due != 50 || r.Held != 48 || r.Recovery.Exhausted != 2 {
			t.Errorf("counts %+v, recovery %+v", r.Counts, r.Recovery)
		}
	})
}

// Each provider has an endpoint of its own.
func TestOneProviderStopsAlone(t *testing.T) {
	one, other := under(t, "one", map[string]string{"disable": "{after: 1, count: total, scope: attempt, action: disabled}"}), under(t, "other", nil)
	c := load.Config{Events: []load.Event{one, other}, Arrivals: load.Even(load.Constant(10, 10*time.Second)), Retries: true, Connections: 4, TimeScale: tenth,
		RetryFor: time.Hour}
	broken := func(w http.ResponseWriter, _ time.Duration) { w.WriteHeader(http.StatusBadGateway) }
	inBubble(t, c, broken, func(t *testing.T, r *load.Result) {
		if r.Events[0].Attempts != 1 || r.Events[1].Attempts != 4*(100-r.Held) || r.Recovery.Exhausted != 100-r.Held || len(r.Recovery.Endpoints) != 1 {
			t.Errorf("counts %+v, recovery %+v", r.Counts, r.Recovery)
		}
	})
}

// A retry has the body of its own moment where the policy makes bodies anew, and of the same event.
func TestRefreshedBodies(t *testing.T) {
	for identity, bodies := range map[string]int{"{body: frozen, delivery_id: same}": 1, "{body: refreshed, delivery_id: same}": 4} {
		seen, ids := map[string]bool{}, map[string]bool{}
		synctest.Test(t, func(t *testing.T) {
			network := pipenet.New()
			stop := network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				seen[string(body)], ids[r.Header.Get("X-Id")] = true, true
				w.WriteHeader(http.StatusInternalServerError)
			}))
			defer stop()
			e := under(t, "p", map[string]string{"identity": identity, "headers": `{X-Id: "{event.id}"}`})
			r, err := load.Run(t.Context(), load.Config{Target: "http://127.0.0.1/", Dial: network.Dial, Events: []load.Event{e}, Count: 1, Connections: 1,
				Retries: true, TimeScale: tenth, RetryFor: time.Hour})
			if err != nil || r.Attempts != 4 || r.Checked.Invalid > 0 {
				t.Fatalf("error %v, result %+v", err, r)
			}
		})
		if len(seen) != bodies || len(ids) != 1 || ids[""] {
			t.Errorf("%s: %d bodies, ids %v", identity, len(seen), ids)
		}
	}
}

// A Retry-After may be a date: it is read by the clock of the run.
func TestRetryAfterADate(t *testing.T) {
	first := true
	e := under(t, "p", map[string]string{"retry": "{delays: [1s], retry_after: true}"})
	c := load.Config{Events: []load.Event{e}, Count: 1, Connections: 1, Retries: true, RetryFor: 30 * time.Hour}
	away := func(w http.ResponseWriter, _ time.Duration) {
		if first {
			w.Header().Set("Retry-After", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		first = false
	}
	inBubble(t, c, away, func(t *testing.T, r *load.Result) {
		if r.Acknowledged != 1 {
			t.Fatalf("counts %+v", r.Counts)
		}
		near(t, "the wait", r.Sending, 20*time.Second)
	})
}

// The jitter that depends on the wait before it grows from there.
func TestDecorrelatedJitterKnowsTheWaitBefore(t *testing.T) {
	e := under(t, "p", map[string]string{"retry": "{exponential: {first: 1s, factor: 2, max: 1h, retries: 12}, jitter: {kind: decorrelated}}"})
	var longest, before time.Duration
	never := func(w http.ResponseWriter, at time.Duration) {
		longest, before = max(longest, at-before), at
		w.WriteHeader(http.StatusInternalServerError)
	}
	c := load.Config{Events: []load.Event{e}, Count: 1, Connections: 1, Retries: true, RetryFor: 30 * time.Hour}
	inBubble(t, c, never, func(t *testing.T, r *load.Result) {
		if r.Attempts != 13 || longest <= 3*time.Second { // without a wait before it, it is at most three times the first
			t.Errorf("%d attempts, the longest wait %v", r.Attempts, longest)
		}
	})
}

func TestWhatIsNotFollowedIsSaid(t *testing.T) {
	c := load.Config{Events: []load.Event{under(t, "p", map[string]string{"order": "kept"})}}
	if got := c.Unfollowed(); got != nil {
		t.Errorf("without retries: %q", got)
	}
	c.Retries = true
	if got := c.Unfollowed(); len(got) != 1 || !strings.HasPrefix(got[0], "P: ") {
		t.Errorf("%q", got)
	}
}
