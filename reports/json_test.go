package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

// published is the schema as users get it, and strict a copy that permits nothing that it does not name: so that every
// member is described.
func schemas(t *testing.T) (published, strict *jsonschema.Resolved) {
	t.Helper()
	resolve := func(s *jsonschema.Schema) *jsonschema.Resolved {
		r, err := s.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	read := func() *jsonschema.Schema {
		var s jsonschema.Schema
		if err := json.Unmarshal(reports.ReportSchema(), &s); err != nil {
			t.Fatal(err)
		}
		return &s
	}
	closed := read()
	var seal func(s *jsonschema.Schema)
	seal = func(s *jsonschema.Schema) {
		if s == nil {
			return
		}
		if s.Properties != nil {
			s.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
		}
		for _, p := range s.Properties {
			seal(p)
		}
		for _, d := range s.Defs {
			seal(d)
		}
		seal(s.Items)
	}
	seal(closed)
	return resolve(read()), resolve(closed)
}

func TestJSONFitsItsSchema(t *testing.T) {
	published, strict := schemas(t)
	all := map[string]harness.Run{"showcase": showcase(), "leaky": leaky(), "no more than a header": {Header: header("")}}
	for name, run := range runs {
		all[name] = run()
	}
	for name, run := range all {
		var value any
		if err := json.Unmarshal([]byte(render(t, reports.JSON, run)), &value); err != nil {
			t.Fatal(err)
		}
		if err := published.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := strict.Validate(value); err != nil {
			t.Errorf("%s: the schema does not describe everything: %v", name, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	published, _ := schemas(t)
	good := render(t, reports.JSON, showcase())
	for _, change := range [][2]string{
		{`{"version":1,`, `{"version":2,`},
		{`"verdict":"fail"`, `"verdict":"failed"`},
		{`"duration":12000000`, `"duration":"12ms"`},
		{`"ended":true,`, ``},
		{`"kind":"timeout"`, `"kind":"slow"`},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		if text == good {
			t.Fatalf("the report has no %s", change[0])
		}
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if published.Validate(value) == nil {
			t.Errorf("%s instead of %s fits", change[1], change[0])
		}
	}
}

func TestJSONGroupsFindings(t *testing.T) {
	var report reports.Report
	if err := json.Unmarshal([]byte(render(t, reports.JSON, alwaysFails())), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 1 || len(report.Findings[0].Occurrences) != 19 || len(report.Findings[0].Events) != 19 {
		t.Errorf("%d findings, want one of 19 occurrences", len(report.Findings))
	}
	if report.Verdict != harness.Fail || report.Counts[harness.Fail] != 19 || !report.Checked || !report.Ended || report.Version != reports.ReportVersion {
		t.Errorf("verdict %s, counts %v", report.Verdict, report.Counts)
	}
}
