package policy_test

import (
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Each wait is between the first one and three times the last, and never longer than the limit.
func TestDecorrelatedJitter(t *testing.T) {
	p := &policy.Policy{}
	p.Retry.Value = policy.Retry{
		Exponential: &policy.Exponential{First: time.Second, Factor: 2, Max: time.Minute, Retries: 6},
		Jitter:      policy.Jitter{Kind: "decorrelated"},
	}
	refused := mocksender.Attempt{Acknowledged: mocksender.Unacknowledged, Reply: &mocksender.Reply{Status: 500}}
	for _, row := range []struct {
		before []time.Duration
		random float64
		want   time.Duration
	}{
		{[]time.Duration{0}, 0, time.Second},
		{[]time.Duration{0}, 0.5, 2 * time.Second},
		{[]time.Duration{0, 2 * time.Second}, 0, time.Second},
		{[]time.Duration{0, 2 * time.Second}, 0.5, 3500 * time.Millisecond},
		{[]time.Duration{0, 5 * time.Second, 2 * time.Second}, 0.5, 3500 * time.Millisecond},
		{[]time.Duration{0, 50 * time.Second}, 0.9, time.Minute},
	} {
		var attempts []mocksender.Attempt
		for _, wait := range row.before {
			refused.Wait = wait
			attempts = append(attempts, refused)
		}
		if got, again := p.Next(attempts, row.random); got != row.want || !again {
			t.Errorf("after %v with %g: %v, %t, want %v", row.before, row.random, got, again, row.want)
		}
	}
	if _, again := p.Next(make([]mocksender.Attempt, 7), 0); again {
		t.Error("a seventh retry of six")
	}
}
