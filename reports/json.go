package reports

import (
	_ "embed" // for the schema
	"encoding/json"
	"io"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// ReportVersion is the version of what [JSON] writes. Within a version members are added, and none is taken away or
// changes its meaning.
const ReportVersion = 1

//go:embed schema/report.json
var reportSchema []byte

// ReportSchema returns the JSON Schema (2020-12) of what [JSON] writes.
func ReportSchema() []byte { return append([]byte(nil), reportSchema...) }

// Report is what [JSON] writes. Times are RFC 3339, durations nanoseconds, bodies base64.
type Report struct {
	Version int `json:"version"`
	// Verdict is the run's, see [harness.Run.Verdict]. Checked tells that something was judged, Ended that the run was
	// not stopped: a run that passes has both.
	Verdict harness.Verdict `json:"verdict"`
	Checked bool            `json:"checked"`
	Ended   bool            `json:"ended"`
	// Counts are scenarios by verdict; each verdict is there.
	Counts     map[harness.Verdict]int `json:"counts"`
	Header     harness.Header          `json:"header"`
	Findings   []Cause                 `json:"findings"`
	Scenarios  []harness.Scenario      `json:"scenarios"`
	Deliveries []mocksender.Delivery   `json:"deliveries"`
	Changes    []harness.Change        `json:"changes"`
	Summary    *harness.Summary        `json:"summary,omitempty"`
}

// Cause is one defect with every finding that it led to, the worst causes first.
type Cause struct {
	Verdict     harness.Verdict   `json:"verdict"`
	Rule        string            `json:"rule"`
	Summary     string            `json:"summary"`
	Events      []string          `json:"events"`
	Occurrences []harness.Finding `json:"occurrences"`
}

// JSON writes a run as one document for programs, in one line: [Report], whose form [ReportSchema] describes. Credentials are taken
// out. What a receiver sent is in it as it was: escape it before it is shown.
//
// The error is w's, or says that a value has no JSON form.
func JSON(w io.Writer, run harness.Run) error {
	run = runWithoutSecrets(run)
	report := Report{
		Version: ReportVersion, Verdict: run.Verdict(), Checked: run.Checked(), Ended: run.Ended(), Counts: map[harness.Verdict]int{},
		Header: run.Header, Summary: run.Summary, Findings: []Cause{},
		Scenarios: append([]harness.Scenario{}, run.Scenarios...), Changes: append([]harness.Change{}, run.Changes...),
		Deliveries: make([]mocksender.Delivery, len(run.Deliveries)),
	}
	counts := run.Counts()
	for _, v := range verdicts() {
		report.Counts[v] = counts[v]
	}
	for i := range run.Deliveries {
		report.Deliveries[i] = deliveryWithoutSecrets(run.Deliveries[i])
	}
	for _, g := range groups(&run) {
		report.Findings = append(report.Findings, Cause{
			Verdict: g[0].Verdict, Rule: g[0].Rule, Summary: g[0].Summary, Events: append([]string{}, g.events()...), Occurrences: g,
		})
	}
	return json.NewEncoder(w).Encode(report)
}
