package k6

import (
	"testing"

	"go.k6.io/k6/lib"
)

// However a test is cut, each event belongs to one instance, and none has much more than its share.
func TestSegmentsHaveNoEventInCommon(t *testing.T) {
	const events = 10_000
	for _, cut := range [][]string{
		{"0:1"},
		{"0:1/2", "1/2:1"},
		{"0:1/3", "1/3:2/3", "2/3:1"},
		{"0:1/10", "1/10:7/13", "7/13:1"},
		{"0:0.1", "0.1:20%", "1/5:1"},
	} {
		owners := make([]int, events)
		for _, text := range cut {
			given, err := lib.NewExecutionSegmentFromString(text)
			if err != nil {
				t.Fatal(err)
			}
			s, err := newSegment(given)
			if err != nil {
				t.Fatal(err)
			}
			share := 0
			for n := range uint64(events) {
				if s.holds(n) {
					owners[n]++
					share++
				}
			}
			if want := given.FloatLength() * events; float64(share) < want-20 || float64(share) > want+20 {
				t.Errorf("%v: segment %s has %d of %d events, want about %.0f", cut, text, share, events, want)
			}
		}
		for n, owner := range owners {
			if owner != 1 {
				t.Fatalf("%v: event %d belongs to %d instances", cut, n, owner)
			}
		}
	}
}

func TestASegmentIsTheWhole(t *testing.T) {
	for text, want := range map[string]bool{"0:1": true, "0:1/2": false, "1/2:1": false} {
		given, err := lib.NewExecutionSegmentFromString(text)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := newSegment(given); err != nil || s.whole() != want {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
	}
	if s, err := newSegment(nil); err != nil || !s.whole() {
		t.Errorf("no segment: %+v, %v", s, err)
	}
}

func TestAnEventIsTakenOnce(t *testing.T) {
	x := New()
	s := &segment{0, 1<<63 - 1} // the even numbers
	for want := uint64(0); want < 100; want += 2 {
		if n := x.take(s); n != want {
			t.Fatalf("took %d, want %d", n, want)
		}
	}
}
