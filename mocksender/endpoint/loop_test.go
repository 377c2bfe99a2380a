package endpoint_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// receiver answers 500 while it is broken, and notes what arrives.
type receiver struct {
	broken  bool
	arrived []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.arrived = append(r.arrived, req.URL.RawQuery)
	if r.broken {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func events(from, to int) []mocksender.Delivery {
	var ds []mocksender.Delivery
	for i := from; i < to; i++ {
		ds = append(ds, mocksender.Delivery{ID: fmt.Sprint("d", i), URL: "http://127.0.0.1/", Message: mocksender.Message{
			Event: mocksender.Event{ID: fmt.Sprint("e", i), Time: start.Add(time.Duration(-i) * time.Hour)}, // later ones are older
			Query: fmt.Sprint(i), Body: []byte("{}"),
		}})
	}
	return ds
}

// inBubble runs test with a loop by the policy called name, in a synctest bubble.
func inBubble(t *testing.T, name string, observe func(mocksender.Delivery) error, test func(*testing.T, *receiver, *endpoint.Loop)) {
	synctest.Test(t, func(t *testing.T) {
		network, r := pipenet.New(), &receiver{}
		defer network.Serve(r)()
		p, err := policy.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := mocksender.New(mocksender.Config{Policy: p, Dial: network.Dial, Observe: observe})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		l, err := endpoint.NewLoop(endpoint.LoopConfig{Sender: s, Settings: endpoint.SettingsOf(p)})
		if err != nil {
			t.Fatal(err)
		}
		test(t, r, l)
	})
}

func outcomes(ds []mocksender.Delivery) string {
	var texts []string
	for _, d := range ds {
		texts = append(texts, fmt.Sprintf("%s:%s:%d", d.ID, d.Outcome, len(d.Attempts)))
	}
	return strings.Join(texts, " ")
}

func TestLoopFailsHoldsAndDrains(t *testing.T) {
	inBubble(t, "zipit", nil, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		r.broken = true
		began := time.Now()
		held, err := l.Deliver(t.Context(), events(0, 12)...)
		if took := time.Since(began); took != 0 {
			t.Errorf("the call waited %v for retries that will not be made", took)
		}
		if err != nil || l.State().Status != endpoint.Failed || l.State().Failures != 10 || len(r.arrived) != 10 {
			t.Fatalf("state %+v after %v, error %v", l.State(), r.arrived, err)
		}
		for i, d := range held {
			if d.Outcome != mocksender.Held || d.Next != nil || d.ID != fmt.Sprint("d", i) {
				t.Errorf("delivery %d is %s with %d attempts, outcome %q", i, d.ID, len(d.Attempts), d.Outcome)
			}
		}
		more, err := l.Deliver(t.Context(), events(12, 14)...)
		if err != nil || len(r.arrived) != 10 || outcomes(more) != "d12:held:0 d13:held:0" {
			t.Fatalf("a failed endpoint got %v; %s, error %v", r.arrived, outcomes(more), err)
		}
		r.broken, r.arrived = false, nil
		drained, err := l.Restart(t.Context())
		if err != nil || len(drained) != 14 || l.State().Status != endpoint.Active || l.State().Successes != 14 || l.State().Failures != 0 {
			t.Fatalf("state %+v, %s, error %v", l.State(), outcomes(drained), err)
		}
		want := []string{"13", "12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}
		if !slices.Equal(r.arrived, want) {
			t.Errorf("drained in the order %v, want that of the event dates", r.arrived)
		}
		for i, d := range drained {
			if d.Outcome != mocksender.Delivered || d.Message.Query != want[i] {
				t.Errorf("delivery %s: outcome %q", d.ID, d.Outcome)
			}
		}
	})
}

func TestLoopRetriesBySchedule(t *testing.T) {
	inBubble(t, "chargeover", nil, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		r.broken = true
		ds, err := l.Deliver(t.Context(), events(0, 2)...)
		if err != nil || outcomes(ds) != "d0:exhausted:6 d1:exhausted:6" || l.State().Waiting+l.State().Queued != 0 {
			t.Errorf("%s, state %+v, error %v", outcomes(ds), l.State(), err)
		}
		if got := ds[1].Attempts[5].Sent.Sub(ds[1].Attempts[0].Sent); got != 8*time.Hour+36*time.Minute {
			t.Errorf("six attempts took %v", got)
		}
	})
}

func TestLoopPause(t *testing.T) {
	inBubble(t, "zipit", nil, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		l.Disable()
		ds, err := l.Deliver(t.Context(), events(0, 2)...)
		if err != nil || outcomes(ds) != "d0:held:0 d1:held:0" || len(r.arrived) != 0 {
			t.Errorf("%s, error %v, arrived %v", outcomes(ds), err, r.arrived)
		}
		if _, err := l.Deliver(t.Context(), events(1, 2)...); err == nil {
			t.Error("a held delivery is taken twice")
		}
		if ds, err = l.Enable(t.Context()); err != nil || outcomes(ds) != "d1:delivered:1 d0:delivered:1" {
			t.Errorf("%s, error %v", outcomes(ds), err)
		}
	})
}

func TestLoopCancelled(t *testing.T) {
	seen := map[string]mocksender.Outcome{}
	observe := func(d mocksender.Delivery) error { seen[d.ID] = d.Outcome; return nil }
	inBubble(t, "chargeover", observe, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		r.broken = true
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Hour, func() { cancel(stopped) })
		ds, err := l.Deliver(ctx, events(0, 3)...)
		if !errors.Is(err, stopped) || outcomes(ds) != "d0:cancelled:4 d1:cancelled:4 d2:cancelled:4" {
			t.Errorf("%s, error %v", outcomes(ds), err)
		}
		for _, d := range ds {
			if seen[d.ID] != mocksender.Cancelled {
				t.Errorf("the observer saw %s as %q", d.ID, seen[d.ID])
			}
		}
		r.broken = false
		if ds, err = l.Deliver(t.Context(), events(0, 1)...); err != nil || outcomes(ds) != "d0:delivered:1" {
			t.Errorf("afterwards: %s, error %v", outcomes(ds), err)
		}
	})
}

func TestLoopStopsWhenTheObserverFails(t *testing.T) {
	full := errors.New("disk full")
	inBubble(t, "chargeover", func(mocksender.Delivery) error { return full }, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		_, err := l.Deliver(t.Context(), events(0, 5)...)
		if !errors.Is(err, full) || len(r.arrived) != 1 {
			t.Errorf("error %v after %v", err, r.arrived)
		}
	})
}

func TestLoopNeedsASender(t *testing.T) {
	if _, err := endpoint.NewLoop(endpoint.LoopConfig{}); err == nil {
		t.Error("no error")
	}
}

// Deliveries of an interrupted run go on at their time, and hold up nobody.
func TestLoopContinuesDeliveries(t *testing.T) {
	inBubble(t, "chargeover", nil, func(t *testing.T, r *receiver, l *endpoint.Loop) {
		began := time.Now()
		ds := events(0, 2)
		ds[0].Attempts = []mocksender.Attempt{{Number: 1, Reply: &mocksender.Reply{Status: 500}, Acknowledged: mocksender.Unacknowledged}}
		ds[0].Next = &mocksender.Retry{Number: 2, At: began.Add(time.Hour)}
		got, err := l.Deliver(t.Context(), ds...)
		if err != nil || outcomes(got) != "d0:delivered:2 d1:delivered:1" || strings.Join(r.arrived, " ") != "1 0" {
			t.Errorf("%s, arrived %v, error %v", outcomes(got), r.arrived, err)
		}
		if got[0].Attempts[1].Sent.Sub(began) != time.Hour || got[1].Attempts[0].Sent != began {
			t.Errorf("sent after %v and %v", got[0].Attempts[1].Sent.Sub(began), got[1].Attempts[0].Sent.Sub(began))
		}
	})
}

func TestSettingsOfReadings(t *testing.T) {
	p := named(t, "zipit")
	p.Order.Value = policy.OrderKept
	p.Queue.Value.While = []string{"disabled"}
	p.Retry.Value.Throttle = &policy.Throttle{}
	p.Disable.Value.Rate, p.Disable.Value.Of = 0.5, 20
	p.Disable.Value.Statuses = []policy.Statuses{{First: 410, Last: 410}}
	s := endpoint.SettingsOf(p)
	if !s.InOrder || !s.DropFailed || s.DropDisabled || !s.Pauses || !s.Spares || s.FailRate != 0.5 || s.FailRateOf != 20 {
		t.Errorf("%+v", s)
	}
}
