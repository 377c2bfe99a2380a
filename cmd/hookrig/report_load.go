package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/reports"
)

// loadFormats are the reports that can be made from the record of a load run.
func loadFormats() []string { return []string{"html", "junit", "json", "ndjson", "text"} }

// loadRecord tells that a run is one of load. Such runs have no scenarios.
func loadRecord(run *harness.Run) bool { return run.Load != nil || run.Header.Command == "load" }

// comparison is an older run and what changed since. The zero value is none.
type comparison struct {
	old     *harness.Run
	changes []load.Change
	note    string
}

// compareTo compares once for all that is said of it here, since it takes a while for long runs. The page compares by itself.
func compareTo(old, run *harness.Run) comparison {
	if old == nil {
		return comparison{}
	}
	changes, note := reports.LoadChanges(old, run)
	return comparison{old, changes, note}
}

// loadWriters are the reports of a load run, beside what it is compared to.
func loadWriters(c comparison) map[string]reportWriter {
	return map[string]reportWriter{
		"html":   func(w io.Writer, run harness.Run) error { return reports.LoadHTML(w, run, c.old) },
		"junit":  reports.LoadJUnit,
		"ndjson": reports.NDJSON,
		"json": func(w io.Writer, run harness.Run) error {
			return json.NewEncoder(w).Encode(compared{run.Load, c.changes})
		},
		"text": func(w io.Writer, run harness.Run) error { return loadText(w, &run, c, false, 0) },
	}
}

// compared is a load run as JSON, with what changed.
type compared struct {
	*harness.Load
	Changes []load.Change `json:"changes,omitempty"`
}

func loadText(w io.Writer, run *harness.Run, c comparison, color bool, columns int) error {
	o := reports.LoadOptions{Color: color, Width: columns, Target: mocksender.Delivery{URL: run.Header.Target}.Redacted().URL, Repeat: reports.Escape(run.Header.Repeat), Note: c.note}
	if c.old != nil {
		if err := reports.LoadComparison(w, c.changes, o); err != nil {
			return err
		}
	}
	return reports.LoadText(w, run.Load, o)
}

// reportLoad makes reports of a load run, and ends as the run did, or with findings if it is worse than the one it is compared to.
func (r *reporting) reportLoad(run *harness.Run) error {
	if err := checkReports(r.reports, loadFormats()); err != nil {
		return err
	}
	old, err := r.readOld()
	if err != nil {
		return err
	}
	if run.Load == nil {
		return usage(errors.New("the load run did not come to its result: the record holds its seconds only"))
	}
	c := compareTo(old, run)
	err = writeWith(loadWriters(c), r.reports, *run)
	switch {
	case err != nil:
		return err
	case r.json():
		err = json.NewEncoder(r.stdout).Encode(compared{run.Load, c.changes})
	case len(r.reports) == 0:
		err = loadText(r.stdout, run, c, r.colored(r.stdout), width(r.stdout))
	case old != nil:
		err = reports.LoadComparison(r.stdout, c.changes, reports.LoadOptions{Color: r.colored(r.stdout), Note: c.note})
	}
	if err != nil {
		return err
	}
	code := codeOfLoad(run.Load)
	if code == exitHeld && reports.Regressed(c.changes) {
		code = exitFindings
	}
	return ended(code)
}

// readOld reads the record of --compare, nil if there is none.
func (r *reporting) readOld() (*harness.Run, error) {
	if r.compare == "" {
		return nil, nil
	}
	old, err := r.readOne(r.compare)
	if err == nil && old.Load == nil {
		err = errors.New("not the record of a load run that came to its result")
	}
	if err != nil {
		return nil, usage(fmt.Errorf("--compare: %w", named(r.compare, err)))
	}
	return &old, nil
}
