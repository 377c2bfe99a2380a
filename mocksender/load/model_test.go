package load_test

import (
	"io"
	"math"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/load"
)

// inBubble runs a load in simulated time against answer, which is told how long the run has lasted.
func inBubble(t *testing.T, c load.Config, answer func(w http.ResponseWriter, at time.Duration), judge func(t *testing.T, r *load.Result)) {
	if len(c.Events) == 0 {
		c.Events = []load.Event{small(t)}
	}
	synctest.Test(t, func(t *testing.T) {
		network, begin := pipenet.New(), time.Now()
		stop := network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			answer(w, time.Since(begin))
		}))
		c.Target, c.Dial, c.Unchecked = "http://127.0.0.1/", network.Dial, true
		r, err := load.Run(t.Context(), c)
		stop()
		if err != nil {
			t.Fatal(err)
		}
		judge(t, r)
	})
}

func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if math.Abs(float64(got-want)) > 0.002*float64(want)+float64(time.Microsecond) { // three digits
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// A receiver that is frozen for a second is charged for every event that was due in it: the first waits for a
// second, the last for nothing, and the others evenly between.
func TestAStallIsSeenAsArithmeticSays(t *testing.T) {
	const rate, from, to = 200, time.Second, 2 * time.Second
	for _, test := range []struct {
		name        string
		connections int
	}{{"connections for all", 1000}, {"fewer connections than events", 20}} {
		t.Run(test.name, func(t *testing.T) {
			frozen := func(_ http.ResponseWriter, at time.Duration) {
				if at >= from && at < to {
					time.Sleep(to - at)
				}
			}
			c := load.Config{Arrivals: load.Even(load.Constant(rate, 4*time.Second)), Connections: 2, MaxConnections: test.connections}
			inBubble(t, c, frozen, func(t *testing.T, r *load.Result) {
				if r.Acknowledged != 4*rate || r.Connections > test.connections || r.Late != 0 {
					t.Errorf("%d connections, counts %+v", r.Connections, r.Counts)
				}
				// A quarter of all events waits, from 0 to 1 s.
				near(t, "p90", r.Latency.P90, 600*time.Millisecond)
				near(t, "p95", r.Latency.P95, 800*time.Millisecond)
				near(t, "p99", r.Latency.P99, 960*time.Millisecond)
				near(t, "max", r.Latency.Max, time.Second)
				near(t, "p50", r.Latency.P50, 0)
				near(t, "slip", r.Slip.Max, 0)
			})
		})
	}
}

// Answers that take 200 ms for a second of every five are 200 ms at p99: connections grow with what is under way.
func TestSlowAnswersAreNotMadeSlower(t *testing.T) {
	slow := func(_ http.ResponseWriter, at time.Duration) {
		if at%(5*time.Second) < time.Second {
			time.Sleep(200 * time.Millisecond)
		}
	}
	c := load.Config{Arrivals: load.Even(load.Constant(300, 6*time.Second)), Connections: 1}
	inBubble(t, c, slow, func(t *testing.T, r *load.Result) {
		near(t, "p99", r.Latency.P99, 200*time.Millisecond)
		near(t, "max", r.Latency.Max, 200*time.Millisecond)
		near(t, "wait", r.Wait.Max, 0)
		if r.Peak < 60 || r.Peak > 62 { // what ends and begins at the same instant may overlap
			t.Errorf("%d connections were busy at once, want 60", r.Peak)
		}
	})
}

// hesitant are arrivals every 100 ms, of which the second is told 20 ms late.
type hesitant struct{ n int }

func (h *hesitant) Next() (time.Duration, bool) {
	if h.n++; h.n == 2 {
		time.Sleep(120 * time.Millisecond)
	}
	return time.Duration(h.n-1) * 100 * time.Millisecond, h.n <= 4
}

// An event that came too late for a connection of its own does not wait for an answer that another one waits for.
func TestWhatCameLateGetsAConnectionWithTheNext(t *testing.T) {
	slow := func(http.ResponseWriter, time.Duration) { time.Sleep(10 * time.Second) }
	c := load.Config{Arrivals: &hesitant{}, Connections: 1}
	inBubble(t, c, slow, func(t *testing.T, r *load.Result) {
		near(t, "wait", r.Wait.Max, 80*time.Millisecond)
		near(t, "max", r.Latency.Max, 10*time.Second+100*time.Millisecond)
	})
}

func TestWhatIsTooMuchIsDroppedAndCounted(t *testing.T) {
	slow := func(http.ResponseWriter, time.Duration) { time.Sleep(time.Second) }
	c := load.Config{Arrivals: load.Even(load.Constant(100, time.Second)), Connections: 1, MaxConnections: 10, MaxInFlight: 30}
	inBubble(t, c, slow, func(t *testing.T, r *load.Result) {
		if r.Due != 100 || r.Dropped != 70 || r.Acknowledged != 30 || r.Success() != 0.3 || r.Peak != 10 {
			t.Errorf("%d at once, counts %+v", r.Peak, r.Counts)
		}
	})
}

func TestAClosedLoopSaysSo(t *testing.T) {
	slow := func(http.ResponseWriter, time.Duration) { time.Sleep(10 * time.Millisecond) }
	inBubble(t, load.Config{Duration: time.Second, Connections: 4}, slow, func(t *testing.T, r *load.Result) {
		if !r.Closed || r.Attempts != 400 || r.Connections != 4 {
			t.Errorf("%+v", r.Counts)
		}
		near(t, "latency", r.Latency.P99, 10*time.Millisecond)
	})
	inBubble(t, load.Config{Count: 50, Connections: 5}, slow, func(t *testing.T, r *load.Result) {
		near(t, "the batch", r.Sending, 100*time.Millisecond)
		if r.Attempts != 50 || r.Due != 50 {
			t.Errorf("%+v", r.Counts)
		}
	})
}

// A receiver that is away for ten seconds gets every event in the end, and the provider's retries beside the new ones.
func TestRetriesBringEveryEvent(t *testing.T) {
	var failed atomic.Int64
	away := func(w http.ResponseWriter, at time.Duration) {
		if at < 10*time.Second {
			failed.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
	e := eventOf(t, "chargeover", "customer.super", "chargeover", "0123456789abcdefghijklmnopqrstuv")
	c := load.Config{Events: []load.Event{e}, Arrivals: load.Even(load.Constant(10, 20*time.Second)), Retries: true,
		TimeScale: mocksender.Scale{From: time.Minute, To: time.Second}, RetryFor: time.Hour, Connections: 4}
	inBubble(t, c, away, func(t *testing.T, r *load.Result) {
		failures := uint64(failed.Load())
		if r.Acknowledged != 200 || r.Attempts != 200+failures || r.Retries != failures || r.Recovery == nil {
			t.Fatalf("counts %+v, recovery %+v", r.Counts, r.Recovery)
		}
		rec := r.Recovery
		if rec.Rescued != 100 || rec.Exhausted+rec.Pending+rec.Forgotten != 0 || rec.Peak != 100 {
			t.Errorf("recovery %+v", rec)
		}
		// Retries come 1 s and 6 s after the event; the last event of the outage, at 9.9 s, comes 1 s later.
		if want := float64(200+failures) / 200; r.Amplification() != want {
			t.Errorf("amplification %v, want %v", r.Amplification(), want)
		}
		if rec.Failing >= 10*time.Second || rec.Took() <= 0 || rec.Took() > 40*time.Second {
			t.Errorf("recovered %v after the last failure at %v", rec.Took(), rec.Failing)
		}
	})
}

func TestRetriesEnd(t *testing.T) {
	never := func(w http.ResponseWriter, _ time.Duration) { w.WriteHeader(http.StatusInternalServerError) }
	base := load.Config{Retries: true, Connections: 2, RetryFor: 24 * time.Hour, TimeScale: mocksender.Scale{From: time.Hour, To: time.Minute}}
	for name, start := range map[string]func(c *load.Config){
		"open":   func(c *load.Config) { c.Arrivals = load.Even(load.Constant(10, time.Second)) },
		"closed": func(c *load.Config) { c.Count = 10 },
	} {
		t.Run(name+", given up", func(t *testing.T) {
			c := base
			c.Events = []load.Event{eventOf(t, "chargeover", "customer.super", "chargeover", "0123456789abcdefghijklmnopqrstuv")}
			start(&c)
			inBubble(t, c, never, func(t *testing.T, r *load.Result) {
				if r.Recovery.Exhausted != 10 || r.Attempts != 60 || r.Amplification() != 6 {
					t.Errorf("counts %+v, recovery %+v", r.Counts, r.Recovery)
				}
			})
		})
		t.Run(name+", not waited for", func(t *testing.T) {
			c := base
			c.Events = []load.Event{eventOf(t, "chargeover", "customer.super", "chargeover", "0123456789abcdefghijklmnopqrstuv")}
			c.RetryFor = time.Minute
			start(&c)
			inBubble(t, c, never, func(t *testing.T, r *load.Result) {
				if r.Recovery.Pending != 10 || r.Sending > 70*time.Second {
					t.Errorf("after %v: counts %+v, recovery %+v", r.Sending, r.Counts, r.Recovery)
				}
			})
		})
		t.Run(name+", due too late", func(t *testing.T) {
			c := base
			c.Events = []load.Event{eventOf(t, "chargeover", "customer.super", "chargeover", "0123456789abcdefghijklmnopqrstuv")}
			c.RetryFor, c.TimeScale = 30*time.Second, mocksender.Scale{}
			start(&c)
			inBubble(t, c, never, func(t *testing.T, r *load.Result) {
				if r.Recovery.Pending != 10 || r.Sending > 2*time.Second {
					t.Errorf("it went on for %v: counts %+v, recovery %+v", r.Sending, r.Counts, r.Recovery)
				}
			})
		})
	}
}

func TestSecondsAddUp(t *testing.T) {
	var seconds []load.Second
	c := load.Config{Arrivals: load.Even(load.Constant(10, 3500*time.Millisecond)), Connections: 1,
		Observe: func(s load.Second, r *load.Result) error {
			seconds = append(seconds, s)
			return nil
		}}
	inBubble(t, c, func(http.ResponseWriter, time.Duration) {}, func(t *testing.T, r *load.Result) {
		sum := uint64(0)
		for _, s := range seconds {
			sum += s.Attempts
		}
		if sum != 35 || r.Attempts != 35 || len(seconds) != 4 || seconds[0].Attempts != 10 || seconds[0].Latency.Count != 10 {
			t.Errorf("%d in %d seconds: %+v", sum, len(seconds), seconds)
		}
	})
}
