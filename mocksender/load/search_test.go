package load_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hookrig/hookrig/mocksender/load"
)

func TestSearchFindsTheLimit(t *testing.T) {
	for _, limit := range []load.Rate{0.3, 90, 100, 777, 123_456} {
		s := load.Search{From: 100, Run: func(_ context.Context, r load.Rate) (load.Try, error) { return load.Try{Held: r <= limit}, nil }}
		got, tries, err := s.Find(t.Context())
		if err != nil || got > limit || got < limit*0.94 {
			t.Errorf("limit %v: found %v, %v", limit, got, err)
		}
		confirmed := 0
		for _, try := range tries {
			if try.Confirms && try.Held && try.Rate == got {
				confirmed++
			}
		}
		if confirmed != 2 || len(tries) > 30 {
			t.Errorf("limit %v: %d confirmations in %d tries", limit, confirmed, len(tries))
		}
	}
}

// A rate that holds once and then no more is not the answer.
func TestSearchGoesBelowARateThatHeldByLuck(t *testing.T) {
	seen := map[load.Rate]int{}
	s := load.Search{From: 100, Run: func(_ context.Context, r load.Rate) (load.Try, error) {
		seen[r]++
		return load.Try{Held: r <= 300 || r <= 420 && seen[r] == 1}, nil
	}}
	got, tries, err := s.Find(t.Context())
	if err != nil || got > 300 || got < 200 {
		t.Errorf("found %v, %v in %v", got, err, tries)
	}
}

// A rate that a hiccup of the machine spoilt is tried again before it is believed.
func TestSearchGoesAboveARateThatFailedByMishap(t *testing.T) {
	for _, spoilt := range []int{1, 2, 3, 4} { // the first runs
		n := 0
		s := load.Search{From: 100, Run: func(_ context.Context, r load.Rate) (load.Try, error) {
			n++
			return load.Try{Held: r <= 700 && n > spoilt}, nil
		}}
		got, tries, err := s.Find(t.Context())
		if err != nil || got > 700 || got < 660 {
			t.Errorf("%d spoilt: found %v, %v in %v", spoilt, got, err, tries)
		}
	}
}

func TestSearchEnds(t *testing.T) {
	never := load.Search{From: 100, Run: func(context.Context, load.Rate) (load.Try, error) { return load.Try{Why: "p99"}, nil }}
	if _, _, err := never.Find(t.Context()); !errors.Is(err, load.ErrNoRate) {
		t.Errorf("error %v", err)
	}
	broken := errors.New("broken")
	fails := load.Search{From: 100, Run: func(context.Context, load.Rate) (load.Try, error) { return load.Try{}, broken }}
	if _, _, err := fails.Find(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopped := load.Search{From: 100, Run: func(context.Context, load.Rate) (load.Try, error) { cancel(); return load.Try{Held: true}, nil }}
	if _, tries, err := stopped.Find(ctx); !errors.Is(err, context.Canceled) || len(tries) != 0 {
		t.Errorf("error %v, tries %v: a run that was stopped says nothing", err, tries)
	}
}
