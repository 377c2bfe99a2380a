package load_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// secondsOf are n seconds whose latency and success vary by some percent about what is given.
func secondsOf(n int, seed uint64, latency time.Duration, success float64) []load.Second {
	random := rand.New(rand.NewPCG(seed, 7))
	all := make([]load.Second, n)
	for i := range all {
		vary := func(d time.Duration) time.Duration { return time.Duration(float64(d) * (0.96 + 0.08*random.Float64())) }
		taken := uint64(1000 * success)
		all[i] = load.Second{At: time.Duration(i+1) * time.Second, Took: time.Second,
			Counts:  load.Counts{Due: 1000, Attempts: 1000, Acknowledged: taken, Refused: 1000 - taken},
			Latency: load.Summary{Count: 1000, P50: vary(latency), P95: vary(2 * latency), P99: vary(4 * latency), Max: vary(9 * latency)}}
	}
	return all
}

func TestCompareFindsWhatChanged(t *testing.T) {
	old := secondsOf(60, 1, 10*time.Millisecond, 1)
	for _, test := range []struct {
		name string
		new  []load.Second
		want map[string]load.ChangeVerdict
	}{
		{"another run of the same", secondsOf(60, 2, 10*time.Millisecond, 1),
			map[string]load.ChangeVerdict{"p50": load.Same, "rate": load.Same, "success": load.Same}},
		{"a third slower", secondsOf(60, 3, 13*time.Millisecond, 1), map[string]load.ChangeVerdict{"p50": load.Worse, "p99": load.Worse, "success": load.Same}},
		{"a third faster", secondsOf(60, 4, 7*time.Millisecond, 1), map[string]load.ChangeVerdict{"p50": load.Better, "max": load.Better}},
		{"less is taken", secondsOf(60, 5, 10*time.Millisecond, 0.97), map[string]load.ChangeVerdict{"success": load.Worse, "rate": load.Same}},
		{"too short to tell", secondsOf(5, 6, 90*time.Millisecond, 0.5), map[string]load.ChangeVerdict{"p50": load.Unsure, "success": load.Unsure}},
		{"nothing", nil, map[string]load.ChangeVerdict{"p50": load.Unsure, "rate": load.Unsure}},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := 0
			for _, c := range load.Compare(old, test.new) {
				if want, asked := test.want[c.Measure]; asked {
					found++
					if c.Verdict != want || c.Low > c.High {
						t.Errorf("%+v, want %s", c, want)
					}
				}
			}
			if found != len(test.want) {
				t.Errorf("%d measures of %d", found, len(test.want))
			}
		})
	}
}

// A single bad second is no regression; the interval must not be fooled by it.
func TestCompareIsNotFooledByOneSecond(t *testing.T) {
	odd := secondsOf(60, 8, 10*time.Millisecond, 1)
	odd[30].Latency = load.Summary{Count: 1000, P50: time.Second, P95: time.Second, P99: time.Second, Max: time.Second}
	for _, c := range load.Compare(secondsOf(60, 9, 10*time.Millisecond, 1), odd) {
		if c.Verdict == load.Worse {
			t.Errorf("%+v", c)
		}
	}
}

func TestCurveRisesToTheMaximum(t *testing.T) {
	var got seen
	r := run(t, load.Config{Target: serve(t, got.handler(nil)), Events: []load.Event{small(t)}, Count: 300, Connections: 2})
	curve, err := r.Latency.Curve()
	if err != nil || len(curve) < 40 || curve[0].Share != 0 {
		t.Fatalf("%d points, %v", len(curve), err)
	}
	for i := 1; i < len(curve); i++ {
		if curve[i].Share <= curve[i-1].Share || curve[i].Time < curve[i-1].Time {
			t.Errorf("point %d: %+v after %+v", i, curve[i], curve[i-1])
		}
	}
	if last := curve[len(curve)-1]; last.Time != r.Latency.Max || last.Share != 1 {
		t.Errorf("ends with %+v, max %s", last, r.Latency.Max)
	}
	if few, err := (&load.Summary{Count: 9, P50: 1, P9999: 2}).Curve(); err != nil || len(few) != 6 {
		t.Errorf("without a distribution: %v, %v", few, err)
	}
}
