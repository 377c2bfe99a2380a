package policy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// with returns a policy of plain values in which the named facts are replaced.
func with(t *testing.T, facts map[string]string) *policy.Policy {
	t.Helper()
	values := map[string]string{
		"connect_timeout": "5s", "timeout": "10s", "success": "{statuses: [200]}", "retry": "null", "disable": "null",
		"headers": "{}", "authentication": "{scheme: none}",
	}
	for name, value := range facts {
		values[name] = value
	}
	text := "policy: p\ntitle: P\n"
	for name, value := range values {
		text += fmt.Sprintf("%s: {value: %s, grade: assumption, reason: r}\n", name, value)
	}
	p, err := policy.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// timetable writes the moments of a delivery's attempts, since the first.
func timetable(d mocksender.Delivery) string {
	var times []string
	for _, a := range d.Attempts {
		times = append(times, policy.FormatDuration(a.Sent.Sub(d.Attempts[0].Sent)))
	}
	return strings.Join(times, " ")
}

// answers replies with the statuses in order, the last for ever; a header may follow: "503 Retry-After: 60".
func answers(list ...string) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		text := list[min(n, len(list)-1)]
		n++
		var status int
		_, header, _ := strings.Cut(text, " ")
		if name, value, ok := strings.Cut(header, ": "); ok {
			if d, err := policy.ParseDuration(strings.TrimPrefix(value, "in ")); err == nil {
				value = time.Now().Add(d).UTC().Format(http.TimeFormat)
			}
			w.Header().Set(name, value)
		}
		_, _ = fmt.Sscan(text, &status)
		w.WriteHeader(status)
	}
}

func TestSchedules(t *testing.T) {
	for _, row := range []struct {
		name, retry string
		handler     http.HandlerFunc
		want        string
	}{
		{"list", "{delays: [10s, 1m]}", answers("500"), "0s 10s 1m10s"},
		{"list and period", "{delays: [10s], repeat: {every: 1m, until: 3m}}", answers("500"), "0s 10s 1m10s 2m10s"},
		{"exponential", "{exponential: {first: 1s, factor: 3, retries: 4}}", answers("500"), "0s 1s 4s 13s 40s"},
		{"exponential with a limit", "{exponential: {first: 1m, factor: 2, max: 5m, retries: 5}}", answers("500"), "0s 1m 3m 7m 12m 17m"},
		{"formula", "{attempts: 3, expr: '2 ** x', x_min: 1, x_max: 3, unit: m}", answers("500"), "0s 2m 6m 14m"},
		{"a final status", "{delays: [1s, 1s, 1s], final: [410, 4xx]}", answers("500", "404"), "0s 1s"},
		{"Retry-After in seconds", "{delays: [1s, 1s], retry_after: true}", answers("503 Retry-After: 60", "500"), "0s 1m 1m1s"},
		{"Retry-After as a date", "{delays: [1s, 1s], retry_after: true}", answers("503 Retry-After: in 1h", "500"), "0s 1h 1h1s"},
		{"Retry-After that is clamped", "{delays: [1s], retry_after: {max: 2m}}", answers("503 Retry-After: 3600"), "0s 2m"},
		{"Retry-After that nobody reads", "{delays: [1s]}", answers("503 Retry-After: 3600"), "0s 1s"},
		{"throttled", "{delays: [1s, 1s, 1s], throttle: {statuses: [429, 502, 504], wait: 5m}}", answers("500", "429", "504"), "0s 1s 5m1s 10m1s"},
		{"undocumented ends it", "{delays: [1s]}", answers("500", "200"), "0s 1s"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := with(t, map[string]string{"retry": row.retry})
			inBubble(t, mocksender.Config{Policy: p}, row.handler, func(t *testing.T, d mocksender.Delivery) {
				if got := timetable(d); got != row.want {
					t.Errorf("attempts at %s, want %s", got, row.want)
				}
			})
		})
	}
}

// A connection that fails is tried again at once, as often in a row as the policy says, and without
// using up the schedule; a reply that fails is not.
func TestImmediateRetries(t *testing.T) {
	p := with(t, map[string]string{"retry": "{delays: [1m, 2m], immediate: 2}"})
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(answers("500"))()
		dials := 0
		refuse := func(ctx context.Context, n, address string) (net.Conn, error) {
			if dials++; dials <= 4 {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return network.Dial(ctx, n, address)
		}
		s, err := mocksender.New(mocksender.Config{Policy: p, Dial: refuse})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		d, err := s.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: "http://127.0.0.1/"})
		if got, want := timetable(d), "0s 0s 0s 1m 1m 3m"; err != nil || got != want {
			t.Errorf("attempts at %s, want %s: three at once, then the schedule; error %v", got, want, err)
		}
	})
}

// pause ends after d of the bubble's time, or with the request.
func pause(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

func TestTimeoutsOfAnExchange(t *testing.T) {
	slow := func(first, rest time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			pause(r, first)
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			pause(r, rest)
		}
	}
	facts := map[string]string{"first_byte_timeout": "3s", "first_attempt": "{first_byte_timeout: 1s, timeout: 4s}", "retry": "{delays: [1m]}"}
	for _, row := range []struct {
		name        string
		first, rest time.Duration
		want        []string // of each attempt: how long it took, and its failure
	}{
		{"late first byte", time.Minute, 0, []string{"1s no first byte of a reply within 1s", "3s no first byte of a reply within 3s"}},
		{"first byte that is in time later only", 2 * time.Second, 0, []string{"1s no first byte of a reply within 1s", "2s "}},
		{"late end", 500 * time.Millisecond, time.Minute, []string{"4s no complete reply within 4s", "10s no complete reply within 10s"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			inBubble(t, mocksender.Config{Policy: with(t, facts)}, slow(row.first, row.rest), func(t *testing.T, d mocksender.Delivery) {
				if len(d.Attempts) != len(row.want) {
					t.Fatalf("%d attempts", len(d.Attempts))
				}
				for i, a := range d.Attempts {
					got := policy.FormatDuration(a.Duration()) + " "
					if a.Failure != nil {
						got += a.Failure.Text
					}
					if !strings.HasPrefix(got, row.want[i]) || !a.MayHaveArrived || a.Failure != nil && a.Failure.Kind != mocksender.FailureTimeout {
						t.Errorf("attempt %d: %s, want %s", i+1, got, row.want[i])
					}
				}
			})
		})
	}
}

func TestConnectTimeoutOfTheFirstAttempt(t *testing.T) {
	p := with(t, map[string]string{"first_attempt": "{connect_timeout: 2s}", "retry": "{delays: [1m]}"})
	never := func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	inBubble(t, mocksender.Config{Policy: p, Dial: never}, answers("200"), func(t *testing.T, d mocksender.Delivery) {
		for i, want := range []time.Duration{2 * time.Second, 5 * time.Second} {
			a := d.Attempts[i]
			if a.Duration() != want || a.Failure.Kind != mocksender.FailureConnect || a.MayHaveArrived {
				t.Errorf("attempt %d took %v: %+v", i+1, a.Duration(), a.Failure)
			}
		}
		if d.Outcome != mocksender.Exhausted {
			t.Errorf("outcome %s although nothing left", d.Outcome)
		}
	})
}

func TestIdentity(t *testing.T) {
	for _, row := range []struct{ identity, bodies, ids string }{
		{"{body: frozen, delivery_id: same}", "{} {} {}", "d/e/1 d/e/2 d/e/3"},
		{"{body: refreshed, delivery_id: new}", `{} {"n":2} {"n":3}`, "d/e/1 d.2/e/2 d.3/e/3"},
	} {
		var bodies, ids []string
		p := with(t, map[string]string{"retry": "{delays: [1s, 1s]}", "identity": row.identity, "headers": `{X-Id: "{delivery.id}/{event.id}/{attempt}"}`})
		config := mocksender.Config{Policy: p, Refresh: func(_ mocksender.Delivery, n int) ([]byte, error) { return fmt.Appendf(nil, `{"n":%d}`, n), nil }}
		inBubble(t, config, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			bodies, ids = append(bodies, string(body)), append(ids, r.Header.Get("X-Id"))
			w.WriteHeader(http.StatusInternalServerError)
		}, func(t *testing.T, d mocksender.Delivery) {
			if got := strings.Join(bodies, " "); got != row.bodies {
				t.Errorf("%s: bodies %s", row.identity, got)
			}
			if got := strings.Join(ids, " "); got != row.ids {
				t.Errorf("%s: ids %s", row.identity, got)
			}
			for i, a := range d.Attempts {
				changed := strings.Fields(row.bodies)[i] != "{}"
				if (string(a.Body) == bodies[i]) != changed || (a.DeliveryID != "") != changed || string(d.Message.Body) != "{}" {
					t.Errorf("%s: attempt %d is recorded with body %q and id %q", row.identity, i+1, a.Body, a.DeliveryID)
				}
			}
		})
	}
}

func TestRefreshThatFailsIsOurs(t *testing.T) {
	broken := errors.New("no such event")
	p := with(t, map[string]string{"retry": "{delays: [0s]}", "identity": "{body: refreshed, delivery_id: same}"})
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(answers("500"))()
		s, err := mocksender.New(mocksender.Config{Policy: p, Dial: network.Dial, Refresh: func(mocksender.Delivery, int) ([]byte, error) { return nil, broken }})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if d, err := s.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: "http://127.0.0.1/"}); !errors.Is(err, broken) || len(d.Attempts) != 1 {
			t.Errorf("%d attempts, error %v", len(d.Attempts), err)
		}
	})
}

func TestNewFactsInWords(t *testing.T) {
	p := with(t, map[string]string{
		"first_byte_timeout": "3s", "first_attempt": "{timeout: 4s, connect_timeout: 1s}", "identity": "{body: refreshed, delivery_id: new}",
		"retry":    "{exponential: {first: 1m, factor: 2, max: 5m, retries: 5}, jitter: {kind: additive, share: 0.25}, retry_after: {max: 1h}, final: [410], throttle: {statuses: [429], wait: 1m}, immediate: 1}",
		"parallel": "20",
		"disable":  "{rate: {share: 0.5, of: 20}, after: 9, after_time: 5d, count: consecutive, scope: event, action: deleted}",
	})
	got := map[string]string{}
	for _, f := range p.Facts() {
		got[f.Name] = f.Value
	}
	for name, want := range map[string]string{
		"first_byte_timeout": "3s",
		"first_attempt":      "connect 1s, whole exchange 4s",
		"parallel":           "20 at once",
		"identity":           "a retry has a body made anew and a delivery id of its own",
		"retry":              "5 times, after 1m × 2 each time, up to 5m; jitter up to +25 %; Retry-After honoured; not after 410; at least 1m after 429; 1 times at once when the connection failed",
		"disable":            "deleted after 9 failed events in a row or 5d of failed attempts only or 50 % of the last 20 events failed",
	} {
		if got[name] != want {
			t.Errorf("%s: %s", name, got[name])
		}
	}
	short := p.WithTimeout(2 * time.Second)
	if terms := short.Terms(&mocksender.Delivery{}, 1); terms.Timeout != 2*time.Second || terms.FirstByte != 2*time.Second || terms.Connect != 2*time.Second {
		t.Errorf("with a timeout of 2 s: %+v", terms)
	}
}

func TestParseReportsFaultsOfTheNewFacts(t *testing.T) {
	for value, want := range map[string]string{
		"{exponential: {first: 1m, factor: 0.5, retries: 5}}":             "exponential.factor: want a number from 1 to 1000",
		"{exponential: {first: 1m, factor: 2}}":                           "exponential.retries: missing",
		"{exponential: {first: 1m, factor: 2, retries: 1}, delays: [1s]}": "exponential excludes delays",
		"{delays: [1s], throttle: {statuses: [429]}}":                     "throttle.wait: missing",
		"{delays: [1s], retry_after: 5}":                                  "retry_after: want true or false",
		"{delays: [1s], final: [gone]}":                                   `"gone" is not a status`,
		"{delays: [1s], jitter: {kind: decorrelated}}":                    "retry.value: decorrelated jitter needs exponential",
		"{delays: [1s], jitter: {kind: additive, share: NaN}}":            "jitter.share: want a number from 0 to 1",
	} {
		_, err := policy.Parse("f.yaml", []byte(formula(value)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q", value, err, want)
		}
	}
}
