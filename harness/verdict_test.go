package harness_test

import (
	"testing"

	"github.com/hookrig/hookrig/harness"
)

func TestRunVerdict(t *testing.T) {
	ended := &harness.Summary{}
	scenarios := func(verdicts ...harness.Verdict) []harness.Scenario {
		var list []harness.Scenario
		for _, v := range verdicts {
			list = append(list, harness.Scenario{Verdict: v})
		}
		return list
	}
	tests := []struct {
		reason string
		run    harness.Run
		want   harness.Verdict
	}{
		{"all passed", harness.Run{Scenarios: scenarios(harness.Pass, harness.Skipped), Summary: ended}, harness.Pass},
		{"one failure outweighs all", harness.Run{Scenarios: scenarios(harness.Pass, harness.Warning, harness.Fail), Summary: ended}, harness.Fail},
		{"a finding counts without its scenario", harness.Run{Findings: []harness.Finding{{Verdict: harness.Fail}}, Summary: ended}, harness.Fail},
		{"a failure stands although the run was stopped", harness.Run{Scenarios: scenarios(harness.Fail)}, harness.Fail},
		{"a warning is not a pass", harness.Run{Scenarios: scenarios(harness.Pass, harness.Warning), Summary: ended}, harness.Warning},
		{"inconclusive scenarios leave the others standing", harness.Run{Scenarios: scenarios(harness.Pass, harness.Inconclusive), Summary: ended}, harness.Pass},
		{"only inconclusive", harness.Run{Scenarios: scenarios(harness.Inconclusive), Summary: ended}, harness.Inconclusive},
		{"only skipped", harness.Run{Scenarios: scenarios(harness.Skipped), Summary: ended}, harness.Inconclusive},
		{"nothing ran", harness.Run{Summary: ended}, harness.Inconclusive},
		{"no summary: the run did not end", harness.Run{Scenarios: scenarios(harness.Pass)}, harness.Inconclusive},
		{"interrupted", harness.Run{Scenarios: scenarios(harness.Pass), Summary: &harness.Summary{Interrupted: true}}, harness.Inconclusive},
		{"counts of the summary serve when scenarios are missing", harness.Run{Summary: &harness.Summary{Counts: map[harness.Verdict]int{harness.Pass: 2}}}, harness.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			if got := tt.run.Verdict(); got != tt.want {
				t.Errorf("Verdict() = %q, want %q", got, tt.want)
			}
		})
	}
}
