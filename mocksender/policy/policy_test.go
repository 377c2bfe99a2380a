package policy_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// The attempt timetables, in times since the first attempt, of a receiver that always answers 500 at once.
var timetables = map[string][]string{
	"chargeover":        {"0s", "1m", "6m", "36m", "2h36m", "8h36m"},
	"zipit":             append([]string{"0s", "10s", "40s", "1m40s", "6m40s", "21m40s", "51m40s"}, hourly(51*time.Minute+40*time.Second, 23)...),
	"standard-webhooks": {"0s", "5s", "5m5s", "35m5s", "2h35m5s", "7h35m5s", "17h35m5s", "1d7h35m5s", "2d3h35m5s", "3d3h35m5s"},
	"svix":              {"0s", "5s", "5m5s", "35m5s", "2h35m5s", "7h35m5s", "17h35m5s", "1d3h35m5s"},
	"github":            {"0s"},
	"shopify":           {"0s", "1m", "3m", "7m", "15m", "30m", "1h", "2h", "4h"},
	"recurly": {"0s", "10s", "1m24s", "5m50s", "18m48s", "53m6s", "2h18m36s", "5h43m34s", "13h41m36s",
		"1d7h54m2s", "3d51m48s"},
	"chargebee": {"0s", "2m", "8m", "38m", "1h38m", "6h38m", "1d6h38m", "3d6h38m"},
	"adyen": append([]string{"0s", "9s", "18s", "27s", "2m27s", "7m27s", "17m27s", "32m27s", "1h2m27s", "2h2m27s",
		"4h2m27s", "8h2m27s", "16h2m27s"}, every(8*time.Hour, 16*time.Hour+2*time.Minute+27*time.Second, 87)...),
}

func hourly(after time.Duration, n int) []string { return every(time.Hour, after, n) }

func every(step, after time.Duration, n int) []string {
	times := make([]string, n)
	for i := range times {
		times[i] = policy.FormatDuration(after + time.Duration(i+1)*step)
	}
	return times
}

func TestEveryPolicyKeepsItsTimetable(t *testing.T) {
	for _, name := range policy.Names() {
		t.Run(name, func(t *testing.T) {
			p, err := policy.Named(name)
			if err != nil {
				t.Fatal(err)
			}
			p.Retry.Value.Jitter = policy.Jitter{} // jitter has its own test
			want, ok := timetables[name]
			if !ok {
				t.Fatal("no timetable in this test")
			}
			synctest.Test(t, func(t *testing.T) {
				if got := play(t, p); !slices.Equal(got, want) {
					t.Errorf("attempts at\n%v, want\n%v", got, want)
				}
			})
		})
	}
}

// play delivers to a receiver that fails and returns when the requests arrived.
func play(t *testing.T, p mocksender.Policy) []string {
	network := pipenet.New()
	start := time.Now()
	var times []string
	defer network.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		times = append(times, policy.FormatDuration(time.Since(start)))
		w.WriteHeader(http.StatusInternalServerError)
	}))()
	s, err := mocksender.New(mocksender.Config{Policy: p, Dial: network.Dial})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := s.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: "http://127.0.0.1/"})
	if err != nil || d.Outcome != mocksender.Exhausted {
		t.Errorf("outcome %q, error %v", d.Outcome, err)
	}
	return times
}

func TestEveryPolicySaysHowSureItIs(t *testing.T) {
	for _, name := range policy.Names() {
		p, err := policy.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != name {
			t.Errorf("file %s holds policy %q", name, p.Name)
		}
		facts := p.Facts()
		if len(facts) < 9 {
			t.Errorf("%s: only %d facts", name, len(facts))
		}
		for _, f := range facts {
			if f.Grade == policy.Assumption && f.Reason == "" || f.Grade != policy.Assumption && f.Source == "" {
				t.Errorf("%s: %+v has neither source nor reason", name, f)
			}
		}
	}
}

func TestForContract(t *testing.T) {
	for contract, want := range map[string]string{"chargeover": "chargeover", "chargeover-published": "chargeover", "zipit": "zipit"} {
		p, err := policy.ForContract(contract)
		if err != nil || p.Name != want {
			t.Errorf("contract %s: policy %v, error %v", contract, p, err)
		}
	}
	if _, err := policy.ForContract("acme"); !errors.Is(err, policy.ErrNoPolicy) {
		t.Errorf("error is %v", err)
	}
}

func TestNamedSuggests(t *testing.T) {
	_, err := policy.Named("zipitt")
	if err == nil || !strings.Contains(err.Error(), `unknown policy "zipitt" (did you mean "zipit"?)`) {
		t.Errorf("error is %v", err)
	}
}

func TestReadAndHeaders(t *testing.T) {
	p, err := policy.Named("zipit")
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]mocksender.Answer{
		200: mocksender.Acknowledged, 204: mocksender.Undocumented, 302: mocksender.Unacknowledged, 500: mocksender.Unacknowledged,
	} {
		if got := p.Read(&mocksender.Attempt{Reply: &mocksender.Reply{Status: status}}); got != want {
			t.Errorf("status %d is %s, want %s", status, got, want)
		}
	}
	if got := p.Read(&mocksender.Attempt{Failure: &mocksender.Failure{}}); got != mocksender.Unacknowledged {
		t.Errorf("a failure is %s", got)
	}
	p.Headers.Value = []policy.Header{{Name: "X-try", Value: "{attempt}/{event.id}/{event.type}/{delivery.id}"}}
	terms := p.Terms(&mocksender.Delivery{ID: "d", Message: mocksender.Message{Event: mocksender.Event{ID: "e", Type: "t"}}}, 3)
	if got := terms.Header["X-try"]; !slices.Equal(got, []string{"3/e/t/d"}) {
		t.Errorf("header %q", got)
	}
}

func failedWith(h http.Header, at time.Time) []mocksender.Attempt {
	return []mocksender.Attempt{{Settled: at, Reply: &mocksender.Reply{Status: 503, Header: h}}}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := &policy.Policy{}
	p.Retry.Value = policy.Retry{Delays: []time.Duration{time.Minute}, RetryAfter: true}
	for _, row := range []struct {
		value, want, reason string
	}{
		{"120", "2m", "seconds"},
		{"30", "1m", "shorter than the policy's own wait"},
		{now.Add(time.Hour).Format(http.TimeFormat), "1h", "a date"},
		{now.Add(-time.Hour).Format(http.TimeFormat), "1m", "a date in the past"},
		{"9999999999", "1d", "clamped to a day"},
		{"-5", "1m", "not a Retry-After"},
		{"soon", "1m", "not a Retry-After"},
	} {
		got, again := p.Next(failedWith(http.Header{"Retry-After": {row.value}}, now), 0)
		if !again || policy.FormatDuration(got) != row.want {
			t.Errorf("%s (%s): wait %v, want %s", row.value, row.reason, got, row.want)
		}
	}
	p.Retry.Value.RetryAfterMax = 90 * time.Second
	if got, _ := p.Next(failedWith(http.Header{"Retry-After": {"120"}}, now), 0); got != 90*time.Second {
		t.Errorf("clamped to 90 s: waits %v", got)
	}
	p.Retry.Value.RetryAfter = false
	if got, _ := p.Next(failedWith(http.Header{"Retry-After": {"120"}}, now), 0); got != time.Minute {
		t.Errorf("a policy that does not honour it waits %v", got)
	}
}

func TestJitterStaysWithinItsKind(t *testing.T) {
	for _, row := range []struct {
		jitter    policy.Jitter
		low, high time.Duration
	}{
		{policy.Jitter{}, time.Hour, time.Hour},
		{policy.Jitter{Kind: "none"}, time.Hour, time.Hour},
		{policy.Jitter{Kind: "full"}, 0, time.Hour},
		{policy.Jitter{Kind: "equal"}, 30 * time.Minute, time.Hour},
		{policy.Jitter{Kind: "proportional", Share: 0.1}, 54 * time.Minute, 66 * time.Minute},
		{policy.Jitter{Kind: "additive", Share: 0.5}, time.Hour, 90 * time.Minute},
	} {
		if got := row.jitter.Apply(time.Hour, 0); got != row.low {
			t.Errorf("%+v at 0: %v, want %v", row.jitter, got, row.low)
		}
		got := row.jitter.Apply(time.Hour, 0.999999999999)
		if diff := row.high - got; diff < -time.Millisecond || diff > time.Millisecond {
			t.Errorf("%+v at 1: %v, want %v", row.jitter, got, row.high)
		}
	}
}

func TestStatusThatDisablesEndsTheRetries(t *testing.T) {
	p, err := policy.Named("standard-webhooks")
	if err != nil {
		t.Fatal(err)
	}
	gone := []mocksender.Attempt{{Reply: &mocksender.Reply{Status: 410}}}
	if wait, again := p.Next(gone, 0.5); again {
		t.Errorf("retry after %v", wait)
	}
	if !p.Disable.Value.Counts(&gone[0]) || p.Disable.Value.Counts(&mocksender.Attempt{Reply: &mocksender.Reply{Status: 500}}) {
		t.Error("410 counts and 500 does not")
	}
}

func TestWithTimeout(t *testing.T) {
	p, err := policy.Named("chargeover")
	if err != nil {
		t.Fatal(err)
	}
	short := p.WithTimeout(2 * time.Second)
	terms := short.Terms(&mocksender.Delivery{}, 1)
	if terms.Timeout != 2*time.Second || terms.Connect != 2*time.Second || short.Timeout.Grade != policy.Configured {
		t.Errorf("terms %+v, fact %+v", terms, short.Timeout)
	}
	if p.Timeout.Value != 14*time.Second {
		t.Error("the original was changed")
	}
}
