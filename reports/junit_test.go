package reports_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/reports"
)

type suites struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestJUnitCounts(t *testing.T) {
	for name, want := range map[string]suites{
		"always-fails": {Tests: 20, Failures: 19},
		"mixed":        {Tests: 6, Failures: 2, Skipped: 2},
		"clean":        {Tests: 19},
		"nothing":      {Tests: 1, Errors: 1},
		"stopped":      {Tests: 4, Errors: 1},
	} {
		var got suites
		if err := xml.Unmarshal([]byte(render(t, reports.JUnit, runs[name]())), &got); err != nil {
			t.Fatal(err)
		}
		if got.Tests != want.Tests || got.Failures != want.Failures || got.Errors != want.Errors || got.Skipped != want.Skipped {
			t.Errorf("%s: %d tests, %d failures, %d errors, %d skipped; want %d, %d, %d, %d", name,
				got.Tests, got.Failures, got.Errors, got.Skipped, want.Tests, want.Failures, want.Errors, want.Skipped)
		}
	}
}

func TestJUnitShowsTheEvidence(t *testing.T) {
	var got suites
	if err := xml.Unmarshal([]byte(render(t, reports.JUnit, alwaysFails())), &got); err != nil {
		t.Fatal(err)
	}
	failure := got.Suites[0].Cases[0].Failure
	if failure == nil || failure.Message != "answered 500 where the contract documents 200" {
		t.Fatalf("the first failure is %+v", failure)
	}
	for _, want := range []string{"want      status 200\n", "contract  chargeover.yaml:412", "received  HTTP/1.1 500", "curl      curl -sS", "repeat    hookrig verify"} {
		if !strings.Contains(failure.Text, want) {
			t.Errorf("the failure does not say %q:\n%s", want, failure.Text)
		}
	}
	if err := xml.Unmarshal([]byte(render(t, reports.JUnit, mixed())), &got); err != nil {
		t.Fatal(err)
	}
	if out := got.Suites[len(got.Suites)-1]; out.Name == "" {
		t.Error("a suite without a name")
	}
	if text := render(t, reports.JUnit, mixed()); !strings.Contains(text, "<system-out>verdict   warning") {
		t.Errorf("the warning is not told:\n%s", text)
	}
}
