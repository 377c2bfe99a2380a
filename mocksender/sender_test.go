package mocksender_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
)

func TestDeliverSendsTheBytesAndRecordsTheReply(t *testing.T) {
	var got *http.Request
	var body []byte
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, "thanks")
	})
	d := delivery(url+"/hook?a=1", `{"n":1}`)
	d.Message.Query = "b=2"
	a := deliver(t, newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}}), d)
	if string(body) != `{"n":1}` || got.URL.String() != "/hook?a=1&b=2" || got.Method != "POST" {
		t.Errorf("receiver got %s %s %q", got.Method, got.URL, body)
	}
	if a.Reply == nil || a.Reply.Status != 202 || string(a.Reply.Body) != "thanks" || a.Acknowledged != mocksender.Undocumented {
		t.Errorf("attempt is %+v", a)
	}
	if a.Failure != nil || !a.MayHaveArrived || a.Number != 1 || a.Settled.Before(a.Sent) || a.Sent.Before(a.Planned) {
		t.Errorf("attempt is %+v", a)
	}
	if ae := got.Header["Accept-Encoding"]; ae != nil {
		t.Errorf("Accept-Encoding %q was added", ae)
	}
}

func TestNewReportsAllProblemsAtOnce(t *testing.T) {
	_, err := mocksender.New(mocksender.Config{
		MaxReply:  -1,
		TimeScale: mocksender.Scale{To: time.Second},
		Guard:     mocksender.Guard{Allow: []string{"https://example.com/"}},
		Header:    http.Header{"Content-Length": {"3"}, "X Y": {"a"}, "X-Break": {"a\r\nb"}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"no policy", "MaxReply -1", "time scale", `"https://example.com/"`, `"Content-Length"`, `"X Y"`, `"X-Break"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error lacks %q:\n%v", part, err)
		}
	}
}

// waits of a schedule of 75 hours and more.
var longWaits = []time.Duration{time.Minute, 2 * time.Hour, 25 * time.Hour, 48 * time.Hour}

func TestDeliverKeepsTheTimetable(t *testing.T) {
	for _, test := range []struct {
		name  string
		scale mocksender.Scale
		want  []time.Duration
	}{
		{"real time", mocksender.Scale{}, []time.Duration{0, time.Minute, 2*time.Hour + time.Minute, 27*time.Hour + time.Minute, 75*time.Hour + time.Minute}},
		{"an hour a second", mocksender.Scale{From: time.Hour, To: time.Second},
			[]time.Duration{0, time.Second / 60, 2*time.Second + time.Second/60, 27*time.Second + time.Second/60, 75*time.Second + time.Second/60}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { timetable(t, test.scale, test.want) })
		})
	}
}

func timetable(t *testing.T, scale mocksender.Scale, want []time.Duration) {
	network := pipenet.New()
	start := time.Now()
	var arrived []time.Duration
	defer network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived = append(arrived, time.Since(start))
		w.WriteHeader(http.StatusInternalServerError)
	}))()
	s, err := mocksender.New(mocksender.Config{Policy: plan{waits: longWaits, timeout: time.Minute}, TimeScale: scale, Dial: network.Dial})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := s.Deliver(t.Context(), delivery("http://127.0.0.1/", "{}"))
	if err != nil || d.Outcome != mocksender.Exhausted || len(d.Attempts) != len(want) {
		t.Fatalf("outcome %q after %d attempts, error %v", d.Outcome, len(d.Attempts), err)
	}
	for i, a := range d.Attempts {
		if arrived[i] != want[i] || a.Planned.Sub(start) != want[i] || a.Number != i+1 {
			t.Errorf("attempt %d (%d) arrived %v, planned %v, want %v", i+1, a.Number, arrived[i], a.Planned.Sub(start), want[i])
		}
		if i > 0 && a.Wait != longWaits[i-1] {
			t.Errorf("attempt %d waited %v, want %v unscaled", i+1, a.Wait, longWaits[i-1])
		}
	}
}

func TestTimeoutIsNotScaled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			<-r.Context().Done()
		}))()
		s, _ := mocksender.New(mocksender.Config{
			Policy:    plan{timeout: 14 * time.Second},
			TimeScale: mocksender.Scale{From: time.Hour, To: time.Second},
			Dial:      network.Dial,
		})
		defer s.Close()
		d, err := s.Deliver(t.Context(), delivery("http://127.0.0.1/", "{}"))
		if err != nil {
			t.Fatal(err)
		}
		a := d.Attempts[0]
		if a.Failure == nil || a.Failure.Kind != mocksender.FailureTimeout || a.Duration() != 14*time.Second || !a.MayHaveArrived {
			t.Errorf("attempt is %+v, failure %+v", a, a.Failure)
		}
		if d.Outcome != mocksender.Unknown {
			t.Errorf("outcome %q, want unknown: the bytes had left", d.Outcome)
		}
	})
}

func TestCancelEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(http.NotFoundHandler())()
		stopped := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		var observed []string
		s, _ := mocksender.New(mocksender.Config{Policy: plan{waits: longWaits}, Dial: network.Dial, Observe: func(d mocksender.Delivery) error {
			observed = append(observed, fmt.Sprintf("%d %t %s", len(d.Attempts), d.Next != nil, d.Outcome))
			return nil
		}})
		defer s.Close()
		time.AfterFunc(time.Hour, func() { cancel(stopped) })
		d, err := s.Deliver(ctx, delivery("http://127.0.0.1/", "{}"))
		if !errors.Is(err, stopped) || d.Outcome != mocksender.Cancelled || len(d.Attempts) != 2 {
			t.Errorf("outcome %q after %d attempts, error %v", d.Outcome, len(d.Attempts), err)
		}
		want := "1 true |2 true |2 false cancelled"
		if got := strings.Join(observed, "|"); got != want {
			t.Errorf("observed %q, want %q", got, want)
		}
	})
}

func TestCancelEndsAnExchange(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	s := newSender(t, mocksender.Config{Policy: plan{waits: longWaits, timeout: time.Minute}})
	d, err := s.Deliver(ctx, delivery(url, ""))
	if !errors.Is(err, context.Canceled) || d.Outcome != mocksender.Cancelled {
		t.Fatalf("outcome %q, error %v", d.Outcome, err)
	}
	if f := d.Attempts[0].Failure; f == nil || f.Kind != mocksender.FailureCancelled {
		t.Errorf("failure %+v", f)
	}
}

func TestObserverErrorEndsTheDelivery(t *testing.T) {
	var calls atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); w.WriteHeader(500) })
	full := errors.New("disk full")
	s := newSender(t, mocksender.Config{Policy: plan{waits: []time.Duration{0, 0}}, Observe: func(mocksender.Delivery) error { return full }})
	_, err := s.Deliver(t.Context(), delivery(url, "{}"))
	if !errors.Is(err, full) || calls.Load() != 1 {
		t.Errorf("error %v after %d requests", err, calls.Load())
	}
}

func TestDeliverContinuesADelivery(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) })
	s := newSender(t, mocksender.Config{Policy: plan{waits: []time.Duration{0, 0}}})
	first, err := s.Step(t.Context(), delivery(url, "{}"))
	if err != nil || first.Next == nil || first.Next.Number != 2 {
		t.Fatalf("next %+v, error %v", first.Next, err)
	}
	d, err := s.Deliver(t.Context(), first)
	if err != nil || len(d.Attempts) != 3 || d.Outcome != mocksender.Exhausted || len(first.Attempts) != 1 {
		t.Errorf("%d attempts, outcome %q, error %v", len(d.Attempts), d.Outcome, err)
	}
}

func TestAMessageWithoutABodyHasNoMediaType(t *testing.T) {
	var got []string
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header["Content-Type"] })
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute, header: http.Header{"Content-Type": {"application/json"}}}})
	for body, want := range map[string]int{"": 0, "{}": 1} {
		d := delivery(url, body)
		d.Message.Header = nil // the contract asks for none
		if a := deliver(t, s, d); a.Reply == nil || len(got) != want {
			t.Errorf("body %q: Content-Type %v, failure %+v", body, got, a.Failure)
		}
	}
}
