package load_test

import (
	"context"
	"math"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/load"
)

// The rate that was reached is that of the seconds in which events were due: neither slow answers nor a straggler nor what is waited
// for at the end take anything away from it, and a receiver that works off a queue afterwards is not credited with it.
func TestTheRateThatWasReached(t *testing.T) {
	var free atomic.Int64 // when the receiver that takes one after the other has time
	fast := func(http.ResponseWriter, time.Duration) {}
	for _, test := range []struct {
		name   string
		config load.Config
		answer func(http.ResponseWriter, time.Duration)
		want   float64
		behind bool
	}{
		{"fast", load.Config{Arrivals: load.Even(load.Constant(100, 2*time.Second))}, fast, 100, false},
		{"few events", load.Config{Arrivals: load.Even(load.Constant(2, 2*time.Second))}, fast, 2, false},
		{"answers that take long", load.Config{Arrivals: load.Even(load.Constant(100, 2*time.Second))},
			func(http.ResponseWriter, time.Duration) { time.Sleep(3 * time.Second) }, 100, false},
		{"a straggler", load.Config{Arrivals: load.Even(load.Constant(100, 2*time.Second))},
			func(_ http.ResponseWriter, at time.Duration) {
				if at.Round(time.Millisecond) == time.Second {
					time.Sleep(3 * time.Second)
				}
			}, 99.5, false},
		{"half of the rate", load.Config{Arrivals: load.Even(load.Constant(100, 4*time.Second))},
			func(_ http.ResponseWriter, at time.Duration) {
				done := time.Duration(free.Add(int64(20 * time.Millisecond)))
				time.Sleep(done - at)
			}, 50, true},
		{"a ramp", load.Config{Arrivals: load.Even(load.Shape{{From: 0, To: 200, For: 2 * time.Second}})}, fast, 100, false},
		{"a limited time", load.Config{Arrivals: load.Even(load.Constant(100, time.Hour)), Duration: 2 * time.Second}, fast, 100, false},
		{"recorded moments", load.Config{Arrivals: load.Replayed([]time.Time{start, start.Add(time.Second), start.Add(2 * time.Second)})}, fast, 1.5, false},
		{"a wait for retries", load.Config{Arrivals: load.Even(load.Constant(100, 2*time.Second)), Retries: true, RetryFor: time.Minute},
			func(w http.ResponseWriter, at time.Duration) {
				if at.Round(time.Millisecond) == time.Second {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			}, 100, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.config, test.answer, func(t *testing.T, r *load.Result) {
				if got := float64(r.Rate()); math.Abs(got-test.want) > 0.01*test.want || r.Behind() != test.behind {
					t.Errorf("%.2f/s, behind %t, want %.2f/s, %t; %d in time of %s, %s in all",
						got, r.Behind(), test.want, test.behind, r.InTime, r.Arriving, r.Sending)
				}
			})
		})
	}
}

// While a run goes on, and when it is stopped, the time until then counts.
func TestTheRateOfARunThatIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network, began := pipenet.New(), time.Now()
		stop := network.Serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(3 * time.Second) }))
		ctx, cancel := context.WithCancel(t.Context())
		c := load.Config{Events: []load.Event{small(t)}, Target: "http://127.0.0.1/", Dial: network.Dial, Unchecked: true,
			Arrivals: load.Even(load.Constant(100, time.Minute))}
		c.Observe = func(s load.Second, r *load.Result) error {
			if at := time.Since(began); s.At > 3500*time.Millisecond && at < 5*time.Second && math.Abs(float64(r.Rate())-100) > 2 {
				t.Errorf("%.1f/s after %s", float64(r.Rate()), s.At)
			}
			if s.At > 4500*time.Millisecond {
				cancel()
			}
			return nil
		}
		r, err := load.Run(ctx, c)
		stop()
		if err != nil || !r.Interrupted || r.Behind() || math.Abs(float64(r.Rate())-100) > 2 {
			t.Errorf("%.1f/s of %+v, %v", float64(r.Rate()), r.Counts, err)
		}
	})
}
