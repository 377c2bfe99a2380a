package reports_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/reports"
)

func loadRun(change func(*harness.Load)) *harness.Load {
	r := &harness.Load{Arrivals: "500/s for 10s", Thresholds: []load.Judgement{{Threshold: "p99<250ms", Got: "12.0 ms", Held: true}}}
	r.Counts = load.Counts{Due: 5000, Attempts: 5000, Acknowledged: 5000, Opened: 16, Statuses: map[string]uint64{"200": 5000}}
	r.Sending, r.Connections, r.Peak, r.Transport = 10*time.Second, 16, 3, "raw"
	r.Latency = load.Summary{Count: 5000, P50: 400 * time.Microsecond, P99: 12 * time.Millisecond, Max: 1204 * time.Millisecond}
	change(r)
	return r
}

func TestLoadTextSaysTheVerdictFirst(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*harness.Load)
		first  string
		also   []string
	}{
		{"held", func(*harness.Load) {}, "HELD: 1 threshold",
			[]string{"held    p99<250ms  is 12.0 ms", "5000 attempts in 10s (500.0/s) to http://receiver", "12.0 ms", "1.204 s", "200 × 5000 (100 % taken)", "repeat it: hookrig load"}},
		{"missed", func(r *harness.Load) { r.Thresholds[0].Held = false }, "MISSED: 1 of 1 threshold", []string{"missed  p99<250ms"}},
		{"the engine's own limit", func(r *harness.Load) { r.Late, r.Thresholds[0].Held = 2000, false },
			"NOT THE RECEIVER: 2000 of 5000 attempts were sent late by hookrig itself", nil},
		{"a little late", func(r *harness.Load) { r.Late = 100 }, "HELD", []string{"warning: 100 of 5000"}},
		{"bodies that are wrong", func(r *harness.Load) { r.Checked = load.Checked{Bodies: 9, Invalid: 1, First: "a\x1b[2Jb"} },
			`INVALID: 1 of 9 checked bodies do not fit the contract: a\x1b[2Jb`, nil},
		{"interrupted", func(r *harness.Load) { r.Interrupted, r.Abandoned = true, 4 }, "HELD", []string{"interrupted: ", "4 attempts were due and not sent"}},
		{"ended early", func(r *harness.Load) { r.Aborted = "p99<1ms is 3 ms" }, "HELD", []string{"ended early: p99<1ms is 3 ms"}},
		{"dropped", func(r *harness.Load) { r.Due, r.Dropped = 5007, 7 }, "HELD", []string{"5007 events were due, 5000 of them were sent", "7 events were dropped"}},
		{"a rate that was not reached", func(r *harness.Load) { r.Due, r.Dropped = 9000, 4000 },
			"NOT REACHED: 4000 of 9000 events that were due were dropped, since too many were under way", nil},
		{"thresholds come first", func(r *harness.Load) { r.Due, r.Dropped, r.Thresholds[0].Held = 9000, 4000, false }, "MISSED", nil},
		{"a rate that came late", func(r *harness.Load) {
			r.Asked, r.Arriving, r.InTime, r.Wait.P50 = 500, 10*time.Second, 2500, 3*time.Second
		}, "HELD",
			[]string{"warning: the rate was not reached: 500/s asked, 250.0/s answered; half waited 3.000 s for a connection"}},
		{"undocumented", func(r *harness.Load) { r.Undocumented = 5 }, "HELD", []string{"5 answers have a status of which the provider says nothing"}},
		{"failures", func(r *harness.Load) { r.Failures = map[load.Failure]uint64{load.Timeout: 3} }, "HELD", []string{"timeout × 3"}},
		{"closed", func(r *harness.Load) { r.Closed = true }, "HELD", []string{"latency, from each sending (closed loop)"}},
		{"retries", func(r *harness.Load) {
			r.Retries, r.Recovery = 2500, &load.Recovery{Failing: 5 * time.Second, Recovered: 8 * time.Second, Rescued: 900, Peak: 800}
		}, "HELD", []string{"retries      2500; 2.00 attempts an event; 900 delivered late", "all was delivered 3s after the last failure"}},
		{"an endpoint that was throttled and given up", func(r *harness.Load) {
			r.Recovery = &load.Recovery{Exhausted: 1, Unfollowed: []string{"x: in order"}, Endpoints: []load.Endpoint{{Policy: "zipit", Throttled: 2, Paused: 3 * time.Second,
				Status: "failed", Stopped: 4200 * time.Millisecond, Rule: "failed after 10 failed attempts in total", Held: 70}}}
		}, "GIVEN UP: the provider of policy zipit stopped sending: the endpoint is failed from 4.2s on (failed after 10 failed attempts in total); 70 events not sent",
			[]string{"endpoint     zipit: throttled by 2 answers, nothing was sent for 3s; failed from 4.2s on (failed after 10 failed attempts in total); 70 held back since then, never delivered",
				"71 events never delivered", "not followed: x: in order"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := reports.LoadText(&b, loadRun(test.change), reports.LoadOptions{Target: "http://receiver", Repeat: "hookrig load"}); err != nil {
				t.Fatal(err)
			}
			for _, want := range append(test.also, test.first) {
				if !strings.Contains(b.String(), want) {
					t.Errorf("lacks %q:\n%s", want, b.String())
				}
			}
			if !strings.HasPrefix(b.String(), test.first) {
				t.Errorf("begins with %.80q, want %q", b.String(), test.first)
			}
			if strings.Contains(b.String(), "\x1b") {
				t.Error("an escape sequence is in it, without colour")
			}
		})
	}
}

// What a run under load recorded is read back as it was.
func TestLoadRecordIsReadBack(t *testing.T) {
	run := harness.Run{Header: harness.Header{Command: "load"}, Seconds: []load.Second{{At: time.Second, Took: time.Second}},
		Load: loadRun(func(*harness.Load) {})}
	var b bytes.Buffer
	if err := reports.NDJSON(&b, run); err != nil {
		t.Fatal(err)
	}
	got, err := reports.Read(&b)
	if err != nil || len(got.Seconds) != 1 || got.Load == nil || got.Load.Attempts != 5000 || got.Load.Arrivals != "500/s for 10s" || got.Load.Latency.Max != run.Load.Latency.Max {
		t.Errorf("error %v, read %+v", err, got.Load)
	}
}

// On a terminal of eighty columns a table fits: a name stands above its numbers. On a narrower one it loses columns.
func TestLoadTextFitsATerminal(t *testing.T) {
	r := loadRun(func(r *harness.Load) {
		r.Events = []load.PerEvent{{Event: "billing:subscriptionStart", Attempts: 4000, Latency: r.Latency}, {Event: "device:deviceUpdated", Attempts: 1000, Latency: r.Latency}}
	})
	for width, heads := range map[int][]string{80: {"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"}, 60: {"p50", "p95", "p99", "p99.9", "max"}, 40: {"p50", "p99", "max"}, 10: {"p50", "p99", "max"}} {
		var b bytes.Buffer
		if err := reports.LoadText(&b, r, reports.LoadOptions{Target: "http://receiver", Width: width}); err != nil {
			t.Fatal(err)
		}
		table, _, _ := strings.Cut(b.String(), "answers")
		for _, line := range strings.Split(table, "\n") {
			if n := len([]rune(line)); n >= max(width, 60) {
				t.Errorf("%d columns on %d: %q", n, width, line)
			}
			if strings.HasPrefix(strings.TrimSpace(line), "p50") && !slices.Equal(strings.Fields(line), heads) {
				t.Errorf("on %d columns: %s, want %s", width, line, heads)
			}
		}
		if !strings.Contains(b.String(), "\nlatency, from when each was due\n  0.400 ms") {
			t.Error(b.String())
		}
	}
}
