package reports_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

func TestMergeMakesOneRunOfItsParts(t *testing.T) {
	a, b := mixed(), clean()
	b.Scenarios = b.Scenarios[4:6]
	b.Deliveries = a.Deliveries[:1]
	b.Scenarios[0].Deliveries = []string{b.Deliveries[0].ID}
	b.Header.Repeat += " --only b"
	run, err := reports.Merge(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Scenarios) != 8 || len(run.Findings) != 4 || len(run.Deliveries) != 3 || run.Verdict() != harness.Fail || !run.Ended() {
		t.Errorf("%d scenarios, %d findings, %d deliveries, %s", len(run.Scenarios), len(run.Findings), len(run.Deliveries), run.Verdict())
	}
	if got := run.Scenarios[6].Deliveries; !slices.Equal(got, []string{"dlv_0001#2"}) || run.Deliveries[2].ID != got[0] {
		t.Errorf("the second delivery of one ID is %q in its scenario and %q in the list", got, run.Deliveries[2].ID)
	}
	if !slices.Equal(run.Header.Contracts, []string{"chargeover", "zipit"}) || run.Header.Repeat != "" || run.Summary.Attempts != 25 {
		t.Errorf("header %+v, summary %+v", run.Header, run.Summary)
	}
	if a.Scenarios[0].Deliveries != nil || b.Deliveries[0].ID != "dlv_0001" {
		t.Error("the parts were changed")
	}
	b.Summary = nil
	if run, err = reports.Merge(a, b); err != nil || run.Ended() {
		t.Errorf("a part that did not end makes a run that did: %v", err)
	}
}

func TestMergeRefuses(t *testing.T) {
	other := clean()
	other.Header.Target, other.Header.Command = "http://127.0.0.1:9090", "send"
	_, err := reports.Merge(clean(), other)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`record 2 is of "send", the first of "verify"`,
		"record 2 is of the receiver http://127.0.0.1:9090, the first of http://127.0.0.1:8080/hooks",
		"these are two runs, not two parts of one",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
