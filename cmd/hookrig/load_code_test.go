package main

import (
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender/load"
)

func TestCodeOfLoadIsThatOfItsOutcome(t *testing.T) {
	missed := []load.Judgement{{Threshold: "p99<1ms", Got: "2 ms"}}
	for _, row := range []struct {
		name   string
		change func(*harness.Load)
		want   int
	}{
		{"held", func(*harness.Load) {}, exitHeld},
		{"missed", func(r *harness.Load) { r.Thresholds = missed }, exitThreshold},
		{"interrupted", func(r *harness.Load) { r.Interrupted, r.Thresholds = true, missed }, exitInterrupted},
		{"interrupted before the first answer", func(r *harness.Load) { r.Interrupted, r.Attempts = true, 0 }, exitInterrupted},
		{"nothing was sent", func(r *harness.Load) { r.Attempts, r.Thresholds = 0, missed }, exitUnreachable},
		{"late", func(r *harness.Load) { r.Late, r.Thresholds = 90, missed }, exitFault},
		{"bodies that are wrong", func(r *harness.Load) { r.Checked.Invalid = 1 }, exitFault},
		{"dropped", func(r *harness.Load) { r.Due, r.Dropped = 200, 100 }, exitFault},
		{"dropped, and missed", func(r *harness.Load) { r.Due, r.Dropped, r.Thresholds = 200, 100, missed }, exitThreshold},
		{"given up", func(r *harness.Load) { r.Recovery = &load.Recovery{Endpoints: []load.Endpoint{{Status: "failed"}}} }, exitFindings},
		{"retried", func(r *harness.Load) { r.Recovery = &load.Recovery{Endpoints: []load.Endpoint{{}}} }, exitHeld},
		{"lost", func(r *harness.Load) { r.Completion = &probe.Completed{Followed: 2, Processed: 1} }, exitFindings},
		{"not seen", func(r *harness.Load) { r.Completion = &probe.Completed{Followed: 2, Problem: "no answer"} }, exitUnreachable},
	} {
		r := &harness.Load{Thresholds: []load.Judgement{{Threshold: "p99<9s", Held: true}}}
		r.Due, r.Attempts = 100, 100
		row.change(r)
		if got := codeOfLoad(r); got != row.want {
			t.Errorf("%s: exit code %d, want %d", row.name, got, row.want)
		}
	}
}
