package main

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/reports"
)

// loadFormats are the reports that can be made from the record of a load run.
func loadFormats() []string { return []string{"ndjson", "text"} }

// loadRecord tells that a run is one of load. Such runs have no scenarios.
func loadRecord(run *harness.Run) bool { return run.Load != nil || run.Header.Command == "load" }

// reportLoad makes reports of a load run, and ends as the run did.
func (r *reporting) reportLoad(run *harness.Run) error {
	if err := checkReports(r.reports, loadFormats()); err != nil {
		return err
	}
	if run.Load == nil {
		return usage(errors.New("the load run did not come to its result: the record holds its seconds only"))
	}
	show := func(w io.Writer, run harness.Run) error {
		o := reports.LoadOptions{Target: mocksender.Delivery{URL: run.Header.Target}.Redacted().URL, Repeat: reports.Escape(run.Header.Repeat)}
		o.Color = w == r.stdout && r.colored(w)
		return reports.LoadText(w, run.Load, o)
	}
	err := writeWith(map[string]reportWriter{"text": show, "ndjson": reports.NDJSON}, r.reports, *run)
	switch {
	case err != nil:
		return err
	case r.json():
		err = json.NewEncoder(r.stdout).Encode(run.Load)
	case len(r.reports) == 0:
		err = show(r.stdout, *run)
	}
	if err != nil {
		return err
	}
	return ended(codeOfLoad(&run.Load.Result, run.Load.Thresholds))
}
