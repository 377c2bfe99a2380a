package endpoint_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// town is the receivers of a fleet: one for each host name. Its answer says what they do.
type town struct {
	mu      sync.Mutex
	busy    int
	most    int
	arrived map[string][]string // queries, by host
	answer  func(host string, number int, r *http.Request) int
}

func (s *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	s.mu.Lock()
	s.busy++
	s.most = max(s.most, s.busy)
	s.arrived[r.Host] = append(s.arrived[r.Host], r.URL.RawQuery)
	number := len(s.arrived[r.Host])
	s.mu.Unlock()
	status := s.answer(r.Host, number, r)
	s.mu.Lock()
	s.busy--
	s.mu.Unlock()
	w.WriteHeader(status)
}

// linger takes a second of the bubble's time to answer.
func linger(r *http.Request) {
	select {
	case <-time.After(time.Second):
	case <-r.Context().Done():
	}
}

// inTown runs test with a fleet by policy p.
func inTown(t *testing.T, p *policy.Policy, config endpoint.FleetConfig, answer func(string, int, *http.Request) int, test func(*testing.T, *town, *endpoint.Fleet)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network, s := pipenet.New(), &town{arrived: map[string][]string{}, answer: answer}
		defer network.Serve(s)()
		sender, err := mocksender.New(mocksender.Config{Policy: p, Dial: network.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer sender.Close()
		config.Loop = endpoint.ConfigOf(sender, p)
		f, err := endpoint.NewFleet(config)
		if err != nil {
			t.Fatal(err)
		}
		test(t, s, f)
	})
}

// spread yields n events for each of the hosts, in turns, and counts them in *taken.
func spread(n int, taken *int, hosts ...string) iter.Seq[mocksender.Delivery] {
	return func(yield func(mocksender.Delivery) bool) {
		for i := range n {
			for _, host := range hosts {
				*taken++
				d := mocksender.Delivery{ID: fmt.Sprint(host, i), URL: "http://" + host + "/", Message: mocksender.Message{Query: fmt.Sprint(i), Body: []byte("{}")}}
				if !yield(d) {
					return
				}
			}
		}
	}
}

func named(t *testing.T, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFleetSharesItsSlots(t *testing.T) {
	slow := func(_ string, _ int, r *http.Request) int { linger(r); return 200 }
	inTown(t, named(t, "github"), endpoint.FleetConfig{Parallel: 3}, slow, func(t *testing.T, s *town, f *endpoint.Fleet) {
		began, taken := time.Now(), 0
		outcomes := map[mocksender.Outcome]int{}
		err := f.Run(t.Context(), spread(6, &taken, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"),
			func(d mocksender.Delivery) { outcomes[d.Outcome]++ })
		if err != nil || outcomes[mocksender.Delivered] != 30 || len(outcomes) != 1 {
			t.Fatalf("%v, error %v", outcomes, err)
		}
		// Each endpoint has six seconds of its own, so that the last may be left alone with some of them.
		if took := time.Since(began); s.most != 3 || took < 10*time.Second || took > 16*time.Second {
			t.Errorf("at most %d at once, in %v: want 30 seconds of work by 3", s.most, took)
		}
		for host, queries := range s.arrived {
			if !slices.IsSorted(queries) {
				t.Errorf("%s got %v", host, queries)
			}
		}
	})
}

func TestFleetKeepsEndpointsApart(t *testing.T) {
	p := named(t, "zipit")
	oneFails := func(host string, _ int, _ *http.Request) int {
		if host == "10.0.0.2" {
			return 500
		}
		return 200
	}
	inTown(t, p, endpoint.FleetConfig{}, oneFails, func(t *testing.T, s *town, f *endpoint.Fleet) {
		taken, got := 0, map[string]int{}
		err := f.Run(t.Context(), spread(100, &taken, "10.0.0.1", "10.0.0.2"), func(d mocksender.Delivery) { got[d.URL+string(d.Outcome)]++ })
		if err != nil || got["http://10.0.0.1/delivered"] != 100 || got["http://10.0.0.2/held"] != 100 || taken != 200 {
			t.Errorf("%v of %d, error %v", got, taken, err)
		}
		if n := len(s.arrived["10.0.0.2"]); n != 10 || f.Loop("http://10.0.0.2/").State().Status != endpoint.Failed {
			t.Errorf("the broken endpoint got %d posts, and is %s", n, f.Loop("http://10.0.0.2/").State().Status)
		}
	})
}

func TestFleetHoldsUpItsSource(t *testing.T) {
	never := func(_ string, _ int, r *http.Request) int { <-r.Context().Done(); return 500 }
	inTown(t, named(t, "github"), endpoint.FleetConfig{Backlog: 5, Parallel: 2}, never, func(t *testing.T, _ *town, f *endpoint.Fleet) {
		taken, ended := 0, 0
		ctx, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped")
		done := make(chan error)
		go func() {
			done <- f.Run(ctx, spread(1000, &taken, "10.0.0.1"), func(d mocksender.Delivery) {
				if d.Outcome != mocksender.Cancelled {
					t.Errorf("%s: %s", d.ID, d.Outcome)
				}
				ended++
			})
		}()
		synctest.Wait()
		if taken != 6 { // one is in the hand
			t.Errorf("%d were taken with a backlog of 5", taken)
		}
		cancel(stopped)
		if err := <-done; !errors.Is(err, stopped) || ended != 5 {
			t.Errorf("%d ended, error %v", ended, err)
		}
	})
}

func TestOrderIsKeptThroughRetries(t *testing.T) {
	p := named(t, "chargeover")
	p.Order.Value = policy.OrderKept
	everyThird := func(_ string, number int, _ *http.Request) int {
		if number%3 == 0 {
			return 500
		}
		return 200
	}
	inTown(t, p, endpoint.FleetConfig{Parallel: 4}, everyThird, func(t *testing.T, s *town, f *endpoint.Fleet) {
		taken := 0
		if err := f.Run(t.Context(), spread(7, &taken, "10.0.0.1"), nil); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.arrived["10.0.0.1"], " "); got != "0 1 2 2 3 4 4 5 6 6" {
			t.Errorf("arrived %s", got)
		}
	})
}

// A reply that throttles holds back the whole endpoint, and no other.
func TestThrottledEndpoint(t *testing.T) {
	p := named(t, "standard-webhooks")
	p.Retry.Value.Jitter = policy.Jitter{}
	began := map[string][]time.Duration{}
	var mu sync.Mutex
	var start time.Time
	answer := func(host string, number int, _ *http.Request) int {
		mu.Lock()
		defer mu.Unlock()
		began[host] = append(began[host], time.Since(start))
		if host == "10.0.0.1" && number == 2 {
			return http.StatusTooManyRequests
		}
		return 200
	}
	inTown(t, p, endpoint.FleetConfig{}, answer, func(t *testing.T, _ *town, f *endpoint.Fleet) {
		start = time.Now()
		taken := 0
		if err := f.Run(t.Context(), spread(4, &taken, "10.0.0.1", "10.0.0.2"), nil); err != nil {
			t.Fatal(err)
		}
		want := []time.Duration{0, 0, time.Minute, time.Minute, time.Minute}
		if !slices.Equal(began["10.0.0.1"], want) || !slices.Equal(began["10.0.0.2"], make([]time.Duration, 4)) {
			t.Errorf("posts at %v", began)
		}
	})
}

// What each named policy does to an endpoint that always fails, or is gone.
func TestNamedPoliciesStop(t *testing.T) {
	for _, row := range []struct {
		policy string
		status int
		posts  int
		want   endpoint.Status
		after  time.Duration
	}{
		{"chargeover", 500, 120, endpoint.Active, 20 * 516 * time.Minute},
		{"zipit", 500, 10, endpoint.Failed, 0},
		{"shopify", 500, 8, endpoint.Deleted, 0},
		{"standard-webhooks", 410, 1, endpoint.Disabled, 0},
		{"github", 500, 20, endpoint.Active, 0},
	} {
		t.Run(row.policy, func(t *testing.T) {
			fails := func(string, int, *http.Request) int { return row.status }
			inTown(t, named(t, row.policy), endpoint.FleetConfig{}, fails, func(t *testing.T, s *town, f *endpoint.Fleet) {
				taken := 0
				if err := f.Run(t.Context(), spread(20, &taken, "10.0.0.1"), nil); err != nil {
					t.Fatal(err)
				}
				if got := f.Loop("http://10.0.0.1/").State(); got.Status != row.want || len(s.arrived["10.0.0.1"]) != row.posts {
					t.Errorf("%s after %d posts", got.Status, len(s.arrived["10.0.0.1"]))
				}
			})
		})
	}
}

// Svix gives up an endpoint after five days without a success, and not before.
func TestDisabledByDuration(t *testing.T) {
	inTown(t, named(t, "svix"), endpoint.FleetConfig{}, func(string, int, *http.Request) int { return 500 }, func(t *testing.T, s *town, f *endpoint.Fleet) {
		start := time.Now()
		daily := func(yield func(mocksender.Delivery) bool) {
			for i := range 8 {
				d := mocksender.Delivery{ID: fmt.Sprint(i), URL: "http://10.0.0.1/", Message: mocksender.Message{Query: fmt.Sprint(i)}}
				if !yield(d) {
					return
				}
				<-time.After(24 * time.Hour)
			}
		}
		got := map[string]mocksender.Outcome{}
		if err := f.Run(t.Context(), daily, func(d mocksender.Delivery) { got[d.ID] = d.Outcome }); err != nil {
			t.Fatal(err)
		}
		state := f.Loop("http://10.0.0.1/").State()
		if after := state.Since.Sub(start); state.Status != endpoint.Disabled || after < 120*time.Hour || after > 121*time.Hour {
			t.Errorf("%s after %v", state.Status, after)
		}
		if got["3"] != mocksender.Exhausted || got["5"] != mocksender.Held || got["7"] != mocksender.Held {
			t.Errorf("%v", got)
		}
	})
}

func TestFleetEndsWithTheFirstFault(t *testing.T) {
	slow := func(_ string, _ int, r *http.Request) int { linger(r); return 200 }
	inTown(t, named(t, "github"), endpoint.FleetConfig{}, slow, func(t *testing.T, _ *town, f *endpoint.Fleet) {
		taken := 0
		err := f.Run(t.Context(), spread(1000, &taken, "10.0.0.1", "169.254.169.254"), nil)
		var forbidden *mocksender.ForbiddenError
		if !errors.As(err, &forbidden) || taken > 200 {
			t.Errorf("%d taken, error %v", taken, err)
		}
		twice := slices.Values([]mocksender.Delivery{{ID: "a", URL: "http://10.0.0.9/"}, {ID: "a", URL: "http://10.0.0.9/"}})
		if err := f.Run(t.Context(), twice, nil); err == nil || !strings.Contains(err.Error(), "a: it is under way already") {
			t.Errorf("error %v", err)
		}
	})
}

func TestNewFleetRefuses(t *testing.T) {
	for _, config := range []endpoint.FleetConfig{{}, {Parallel: -1}, {Backlog: -1}} {
		if _, err := endpoint.NewFleet(config); err == nil {
			t.Errorf("%+v is accepted", config)
		}
	}
}
