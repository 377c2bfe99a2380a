package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

func newReport(a *app) *cobra.Command {
	r := &reporting{app: a}
	cmd := &cobra.Command{
		Use:   "report RUN.ndjson…",
		Short: "Make reports from a recorded run",
		Long: `report reads what --report ndjson=FILE recorded, and makes any other report from it. Without
--report it prints the one for the terminal. A record that was cut off is reported up to there.
Several records are merged when they are parts of one run: the same command against the same
receiver, each with scenarios of its own. Load runs against one receiver are added up, from several processes or
machines too: distributions exactly, thresholds judged anew. - reads stdin.

A load run can be compared to another one: --compare OLD.ndjson shows both, and says what is worse with
a confidence of 95 %.

Exit codes: as the run that was recorded: 0 all held, 1 findings, 3 nothing checked or not at
its end, 99 a threshold missed, 1 a load run that is worse than the one it is compared to; 2 when a file is no record, or one of another version.`,
		Example: `  hookrig report run.ndjson --report html=report.html,junit=junit.xml
  hookrig report shard-*.ndjson
  hookrig report machine-1.ndjson machine-2.ndjson
  hookrig report new.ndjson --compare old.ndjson --report html=report.html
  hookrig report --schema > report.schema.json`,
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	f := cmd.Flags()
	f.StringToStringVar(&r.reports, "report", nil, "write reports: `format=FILE,…` with html, junit, json, ndjson, markdown, text")
	f.BoolVar(&r.strict, "strict", false, "warnings fail")
	f.StringVar(&r.compare, "compare", "", "record of an older load run that this one is compared to: `OLD.ndjson`")
	f.BoolVar(&r.schema, "schema", false, "print the JSON Schema of the json report, and do nothing else")
	return cmd
}

// reporting is one run of the command.
type reporting struct {
	*app
	reports map[string]string
	strict  bool
	schema  bool
	compare string
}

// recordFormats are the words of report's --report.
func recordFormats() []string { return []string{"html", "junit", "json", "ndjson", "markdown", "text"} }

func (r *reporting) run(args []string) error {
	if r.schema {
		_, err := r.stdout.Write(reports.ReportSchema())
		return err
	}
	if len(args) == 0 {
		return usagef("report: RUN.ndjson: missing, the record of a run (see hookrig report --help)")
	}
	if err := checkReports(r.reports, recordFormats()); err != nil {
		return err
	}
	run, err := r.read(args)
	if err != nil {
		return err
	}
	if loadRecord(&run) {
		return r.reportLoad(&run)
	}
	if r.compare != "" {
		return usage(errors.New("--compare: only load runs can be compared"))
	}
	if err := writeReports(r.reports, run); err != nil {
		return err
	}
	if err := r.show(run); err != nil {
		return err
	}
	return ended(codeOfRun(&run, r.strict))
}

// show prints the run, unless it went to files.
func (r *reporting) show(run harness.Run) error {
	switch {
	case r.json():
		return reports.JSON(r.stdout, run)
	case len(r.reports) > 0 && !r.shared.verbose:
		return nil
	}
	return reports.Text(r.stdout, run, reports.TextOptions{Color: r.colored(r.stdout), Width: width(r.stdout), Verbose: r.shared.verbose})
}

// read reads and merges the records. All files with problems are named.
func (r *reporting) read(names []string) (harness.Run, error) {
	var parts []harness.Run
	var problems []error
	for _, name := range names {
		run, err := r.readOne(name)
		switch {
		case errors.Is(err, reports.ErrTruncated):
			r.sayErr(fmt.Errorf("%s: %w", name, err))
		case err != nil:
			problems = append(problems, named(name, err))
			continue
		}
		parts = append(parts, run)
	}
	if err := errors.Join(problems...); err != nil {
		return harness.Run{}, usage(err)
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	merge := reports.Merge
	if slices.ContainsFunc(parts, func(run harness.Run) bool { return loadRecord(&run) }) {
		merge = reports.MergeLoad
	}
	run, err := merge(parts...)
	if err != nil {
		return run, usage(err)
	}
	return run, nil
}

// named puts the file before each line of an error.
func named(name string, err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", name, path.Err)
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range list.Unwrap() {
			all = append(all, fmt.Errorf("%s: %w", name, one))
		}
		return errors.Join(all...)
	}
	return fmt.Errorf("%s: %w", name, err)
}

func (r *reporting) readOne(name string) (harness.Run, error) {
	if name == "-" {
		return reports.Read(r.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return harness.Run{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return reports.Read(f)
}

// codeOfRun is the exit code that tells how a finished run went.
func codeOfRun(run *harness.Run, strict bool) int {
	switch v := run.Verdict(); {
	case v == harness.Fail || strict && run.Counts()[harness.Warning] > 0:
		return exitFindings
	case v == harness.Inconclusive:
		return exitUnreachable
	}
	return exitHeld
}

// reportWriter writes one report of a finished run.
type reportWriter = func(io.Writer, harness.Run) error

// reportWriters are the reports that are made from a finished run.
func reportWriters() map[string]reportWriter {
	return map[string]reportWriter{
		"html":     reports.HTML,
		"json":     reports.JSON,
		"junit":    reports.JUnit,
		"markdown": reports.Markdown,
		"ndjson":   reports.NDJSON,
		"text": func(w io.Writer, run harness.Run) error {
			return reports.Text(w, run, reports.TextOptions{Width: 100, Verbose: true})
		},
	}
}

// writeReports writes the reports that were asked for, whatever becomes of each.
func writeReports(wanted map[string]string, run harness.Run) error {
	return writeWith(reportWriters(), wanted, run)
}

func writeWith(writers map[string]reportWriter, wanted map[string]string, run harness.Run) error {
	var problems []error
	for _, format := range slices.Sorted(maps.Keys(wanted)) {
		if write := writers[format]; write != nil {
			problems = append(problems, writeFile(wanted[format], run, write))
		}
	}
	return errors.Join(problems...)
}

func writeFile(name string, run harness.Run, write reportWriter) error {
	f, err := os.Create(name)
	if err != nil {
		return usage(fmt.Errorf("--report: %w", err))
	}
	return errors.Join(write(f, run), f.Close())
}
