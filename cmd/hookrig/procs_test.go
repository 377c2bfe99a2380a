package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/reports"
	"github.com/hookrig/hookrig/scenarios"
)

// samerun FILE FILE checks that two records have the same scenarios and findings, in
// the same order.
func sameRun(ts *testscript.TestScript, _ bool, args []string) {
	var told [2]string
	for i, name := range args {
		run, err := reports.Read(strings.NewReader(ts.ReadFile(name)))
		ts.Check(err)
		told[i] = essence(run)
	}
	if told[0] != told[1] {
		ts.Fatalf("%s\n%s\n%s\n%s", args[0], told[0], args[1], told[1])
	}
}

func essence(run harness.Run) string {
	var b strings.Builder
	for _, s := range run.Scenarios {
		b.WriteString(string(s.Verdict) + " " + s.Text + "\n")
	}
	for _, f := range run.Findings {
		b.WriteString(strings.Join([]string{f.Scenario, f.Rule, string(f.Verdict), f.Want, f.Got, f.Pos.String()}, " | ") + "\n")
	}
	return b.String()
}

// leave writes what a worker leaves behind.
func leave(t *testing.T, j *job, process int, r *workerResult, scenarioTexts ...string) {
	t.Helper()
	f, err := os.Create(j.record(process))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := reports.NewRecorder(f)
	records := []harness.Record{{Header: &harness.Header{}}}
	for i, text := range scenarioTexts {
		id := fmt.Sprintf("c/e/7.%d", i+1)
		d := mocksender.Delivery{ID: id, Attempts: []mocksender.Attempt{{Number: 1, Sent: time.Unix(int64(10-process), 0)}}}
		records = append(records, harness.Record{Delivery: &d},
			harness.Record{Finding: &harness.Finding{Scenario: text, Deliveries: []string{id}}},
			harness.Record{Scenario: &harness.Scenario{Text: text, Verdict: harness.Pass}})
	}
	for _, record := range records {
		if err := w.Record(record); err != nil {
			t.Fatal(err)
		}
	}
	if r == nil {
		return
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(j.result(process), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func mergerOf(t *testing.T, processes int, texts ...string) *merger {
	m := &merger{job: &job{Folder: t.TempDir(), Procs: processes}, recorder: harness.NewRecorder(harness.Header{}, nil)}
	for _, text := range texts {
		m.listed = append(m.listed, scenarios.Listing{Text: text})
	}
	return m
}

func TestMergeKeepsTheOrderOfASerialRun(t *testing.T) {
	m := mergerOf(t, 2, "a", "b", "c")
	leave(t, m.job, 1, &workerResult{Passed: true}, "b")
	leave(t, m.job, 2, &workerResult{Passed: false}, "c", "a")
	result, err := m.merge()
	if err != nil || result.Passed || result.Selected != 3 {
		t.Fatalf("%+v, %v", result, err)
	}
	run := m.recorder.Close(time.Unix(20, 0), false)
	var order, ids, evidence []string
	for _, s := range run.Scenarios {
		order = append(order, s.Text)
	}
	for _, d := range run.Deliveries {
		ids = append(ids, d.ID)
	}
	for _, f := range run.Findings {
		evidence = append(evidence, f.Scenario+" "+f.Deliveries[0])
	}
	for _, pair := range [][2]string{
		{strings.Join(order, " "), "a b c"},
		{strings.Join(ids, " "), "c/e/7.2 c/e/7.3 c/e/7.1"},
		{strings.Join(evidence, ", "), "a c/e/7.3, b c/e/7.1, c c/e/7.2"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("got %s, want %s", pair[0], pair[1])
		}
	}
}

func TestMergeRefusesWhatIsNotComplete(t *testing.T) {
	whole := &workerResult{Passed: true}
	for reason, test := range map[string]struct {
		leave func(t *testing.T, j *job)
		want  string
	}{
		"a worker left no result": {func(t *testing.T, j *job) { leave(t, j, 1, whole, "a", "b"); leave(t, j, 2, nil) }, "process 2: it left no result"},
		"a worker left nothing":   {func(t *testing.T, j *job) { leave(t, j, 1, whole, "a", "b") }, "process 2: it left no result"},
		"a fault of ours": {func(t *testing.T, j *job) {
			leave(t, j, 1, whole, "a")
			leave(t, j, 2, &workerResult{Fault: "no"}, "b")
		}, "process 2: no"},
		"a scenario is missing":    {func(t *testing.T, j *job) { leave(t, j, 1, whole, "a"); leave(t, j, 2, whole) }, `"b" ran 0 times`},
		"a scenario ran twice":     {func(t *testing.T, j *job) { leave(t, j, 1, whole, "a", "b"); leave(t, j, 2, whole, "b") }, `"b" ran 2 times`},
		"a scenario is a stranger": {func(t *testing.T, j *job) { leave(t, j, 1, whole, "a", "b"); leave(t, j, 2, whole, "z") }, "3 scenarios ran, want 2"},
		"a record is cut off": {func(t *testing.T, j *job) {
			leave(t, j, 1, whole, "a")
			leave(t, j, 2, whole, "b")
			text, err := os.ReadFile(j.record(2))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(j.record(2), text[:len(text)-20], 0o600); err != nil {
				t.Fatal(err)
			}
		}, "cut off"},
	} {
		t.Run(reason, func(t *testing.T) {
			m := mergerOf(t, 2, "a", "b")
			test.leave(t, m.job)
			if _, err := m.merge(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestMergeOfAStoppedRunTakesWhatThereIs(t *testing.T) {
	m := mergerOf(t, 3, "a", "b", "c")
	m.stopped = true
	leave(t, m.job, 1, &workerResult{}, "a")
	leave(t, m.job, 2, nil, "b")
	if _, err := m.merge(); err != nil {
		t.Fatal(err)
	}
	if run := m.recorder.Close(time.Unix(20, 0), true); len(run.Scenarios) != 2 {
		t.Errorf("%d scenarios, want 2", len(run.Scenarios))
	}
}
