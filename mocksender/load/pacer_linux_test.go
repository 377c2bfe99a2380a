package load

import (
	"testing"
	"time"
)

// The timer is set earlier by most of what it is late at least, and never by much.
func TestTheTimerIsSetEarly(t *testing.T) {
	s := &fdSleeper{}
	for range 2000 {
		s.learn(40 * time.Microsecond)
	}
	if s.lead < 29*time.Microsecond || s.lead > 30*time.Microsecond {
		t.Errorf("always 40 µs late, it is set %v early, want 30 µs", s.lead)
	}
	if s.learn(8 * time.Microsecond); s.lead != 6*time.Microsecond {
		t.Errorf("once 8 µs late, it is set %v early, want 6 µs", s.lead)
	}
	if s.learn(-time.Microsecond); s.lead != 0 {
		t.Errorf("once early, it is set %v early, want 0", s.lead)
	}
	for range 10_000 {
		s.learn(time.Second)
	}
	if s.lead != maxLead {
		t.Errorf("always a second late, it is set %v early, want %v", s.lead, maxLead)
	}
}

// A moment that is asked for is not over before it comes, unless somebody wakes the sleeper.
func TestTheSleeperIsNotEarly(t *testing.T) {
	start := time.Now()
	s := newSleeper(start)
	defer s.close()
	for n := range 200 {
		at := time.Since(start) + 50*time.Microsecond
		if s.until(at); time.Since(start) < at {
			t.Fatalf("sleep %d ended at %v, want %v or later", n, time.Since(start), at)
		}
	}
	s.wake()
	s.until(time.Since(start) + time.Hour)
}
