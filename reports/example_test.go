package reports_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

func ExampleText() {
	run := harness.Run{
		Header: harness.Header{Target: "http://localhost:8080/hooks", Seed: 7, Repeat: "hookrig verify --to http://localhost:8080/hooks --seed 7"},
		Scenarios: []harness.Scenario{
			{Text: "responses customer.nightly gets its documented answer", Verdict: harness.Fail},
			{Text: "authentication refuses a wrong token", Verdict: harness.Pass},
		},
		Findings: []harness.Finding{{
			Rule: "reply-status", Verdict: harness.Fail, Event: "customer.nightly",
			Scenario: "responses customer.nightly gets its documented answer",
			Summary:  "answered 500 where the contract documents 200", Want: "status 200", Got: "status 500",
		}},
		Summary: &harness.Summary{Attempts: 2},
	}
	if err := reports.Text(os.Stdout, run, reports.TextOptions{Width: 72}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// FAIL  1 failed, 1 passed · http://localhost:8080/hooks · seed 7
	//       2 attempts
	//
	// 1  FAIL  reply-status: answered 500 where the contract documents 200
	//    customer.nightly
	//
	//    want      status 200
	//    got       status 500
	//
	// repeat the run: hookrig verify --to http://localhost:8080/hooks --seed 7
}

// A recorder writes while the run goes on; what it wrote can be read at any time.
func ExampleRecorder() {
	var file strings.Builder
	recorder := reports.NewRecorder(&file)
	for _, record := range []harness.Record{
		{Header: &harness.Header{Command: "verify", Seed: 7}},
		{Scenario: &harness.Scenario{Text: "authentication refuses a wrong token", Verdict: harness.Pass}},
	} {
		if err := recorder.Record(record); err != nil {
			fmt.Println(err)
		}
	}
	run, err := reports.Read(strings.NewReader(file.String()))
	fmt.Println(len(run.Scenarios), "scenario,", run.Verdict(), err)
	// Output: 1 scenario, inconclusive <nil>
}
