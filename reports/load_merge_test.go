package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/reports"
)

// partOf is a run of ten seconds without any value that was measured, begun after a time.
func partOf(after time.Duration, change func(*harness.Run)) harness.Run {
	run := harness.Run{Header: harness.Header{Command: "load", Target: "http://receiver", Started: time.Unix(1000, 0).Add(after)},
		Load: loadRun(func(r *harness.Load) { r.Latency = load.Summary{} })}
	for s := range 10 {
		run.Seconds = append(run.Seconds, load.Second{At: time.Duration(s+1) * time.Second, Took: time.Second,
			Counts: load.Counts{Attempts: 500, Statuses: map[string]uint64{"200": 500}}, InFlight: 2,
			Latency: load.Summary{Count: 500, Mean: time.Millisecond, P99: time.Duration(s) * time.Millisecond}})
	}
	run.Load.Thresholds = []load.Judgement{{Threshold: "success>=99%", Held: true}}
	if change != nil {
		change(&run)
	}
	return run
}

func TestLoadRunsAreAddedUp(t *testing.T) {
	for _, test := range []struct {
		name    string
		after   time.Duration
		sending time.Duration
		seconds int
		shared  uint64 // attempts of the tenth second
	}{
		{"beside each other", 0, 10 * time.Second, 10, 1000},
		{"half a run later", 5 * time.Second, 15 * time.Second, 15, 1000},
		{"one after the other", time.Minute, 20 * time.Second, 20, 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			second := partOf(test.after, func(r *harness.Run) {
				r.Load.Acknowledged, r.Load.Refused = 4000, 1000
				r.Load.Thresholds = append(r.Load.Thresholds, load.Judgement{Threshold: "dropped<1", Held: true})
			})
			run, err := reports.MergeLoad(partOf(0, nil), second)
			if err != nil {
				t.Fatal(err)
			}
			if run.Load.Attempts != 10000 || run.Load.Sending != test.sending || len(run.Seconds) != test.seconds {
				t.Errorf("%d attempts in %v, %d seconds, want 10000, %v, %d", run.Load.Attempts, run.Load.Sending, len(run.Seconds), test.sending, test.seconds)
			}
			if s := run.Seconds[9]; s.Attempts != test.shared || s.Statuses["200"] != test.shared || s.Latency.P99 != 9*time.Millisecond || s.Latency.Mean != time.Millisecond {
				t.Errorf("the tenth second is %+v", s)
			}
			if last := run.Seconds[len(run.Seconds)-1]; last.At != test.after+10*time.Second {
				t.Errorf("the last second ends at %v", last.At)
			}
			j := run.Load.Thresholds
			if len(j) != 2 || j[0].Held || j[0].Got != "90 %" || !j[1].Held {
				t.Errorf("thresholds %+v", j)
			}
		})
	}
}

func TestLoadRunsThatAreNoneOfOneTest(t *testing.T) {
	for want, change := range map[string]func(*harness.Run){
		"record 2 is of the receiver http://other": func(r *harness.Run) { r.Header.Target = "http://other" },
		"record 2 did not come to its result":      func(r *harness.Run) { r.Load = nil },
		"a closed loop and an open model do not":   func(r *harness.Run) { r.Load.Closed = true },
		"result 2: event customer.nightly: histogram": func(r *harness.Run) {
			r.Load.Events = []load.PerEvent{{Event: "customer.nightly", Acknowledged: load.Summary{Count: 1}}}
		},
	} {
		if _, err := reports.MergeLoad(partOf(0, nil), partOf(0, change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
