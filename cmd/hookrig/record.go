package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/reports"
)

// reportFormats are the words of --report.
var reportFormats = []string{"html", "junit", "json", "ndjson", "markdown", "text", "ginkgo"}

// checkReports refuses formats that the command cannot write, and makes the folders of the files.
func checkReports(wanted map[string]string, formats []string) error {
	for format, file := range wanted {
		known := false
		for _, f := range formats {
			known = known || f == format
		}
		if !known {
			return usagef("--report %s=%s: unknown format%s, want %s", format, file, contract.DidYouMean(format, formats), strings.Join(formats, ", "))
		}
		if file == "" {
			return usagef("--report %s: want %s=FILE", format, format)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // reports are for others to read
			return usagef("--report %s=%s: %w", format, file, err)
		}
	}
	return nil
}

// recordFile is an NDJSON record that is written while the run goes on.
type recordFile struct {
	file *os.File
	err  error
}

// recordTo opens the record that the reports ask for. Without one, observe is nil.
func recordTo(wanted map[string]string) (*recordFile, func(harness.Record), error) {
	if err := checkReports(wanted, []string{"ndjson"}); err != nil {
		return nil, nil, err
	}
	return openRecord(wanted["ndjson"])
}

func openRecord(name string) (*recordFile, func(harness.Record), error) {
	r := &recordFile{}
	if name == "" {
		return r, nil, nil
	}
	var err error
	if r.file, err = os.Create(name); err != nil {
		return r, nil, usage(fmt.Errorf("--report: %w", err))
	}
	writer := reports.NewRecorder(r.file)
	return r, func(record harness.Record) {
		if err := writer.Record(record); err != nil && r.err == nil {
			r.err = err
		}
	}, nil
}

// close says what kept the record from being complete.
func (r *recordFile) close(a *app) {
	if r.file == nil {
		return
	}
	if err := r.file.Close(); r.err == nil {
		r.err = err
	}
	if r.err != nil {
		a.sayErr(fmt.Errorf("%s: the record is not complete: %w", r.file.Name(), r.err))
	}
}
