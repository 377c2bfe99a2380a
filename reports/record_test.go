package reports_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

func TestRecordComesBackAsItWas(t *testing.T) {
	for _, name := range []string{"always-fails", "mixed", "clean", "nothing", "stopped"} {
		run := runs[name]()
		got, err := reports.Read(strings.NewReader(render(t, reports.NDJSON, run)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, run) {
			t.Errorf("%s: came back as\n%+v\nwant\n%+v", name, got, run)
		}
	}
}

const headerLine = `{"kind":"header","header":{"version":1,"hookrig":"v0.1.0","command":"verify","target":"","contracts":null,"seed":7,"started":"2026-03-14T09:26:53Z"}}` + "\n"

func TestReadRefuses(t *testing.T) {
	finding := `{"kind":"finding","finding":{"rule":"r"}}` + "\n"
	tests := []struct{ reason, record, want string }{
		{"nothing at all", "", "empty: a run record begins with a header line"},
		{"only blank lines", "\n\n", "empty: a run record begins with a header line"},
		{"another file", "<html>\n", "line 1: not a hookrig run record: invalid character '<' looking for beginning of value"},
		{"another JSON file", "{\"a\":1}\n", `line 1: not a hookrig run record: "kind" is missing`},
		{"the middle of a record", finding, "line 1: not a hookrig run record: it begins with a finding, want a header"},
		{"a header cut off says nothing", `{"kind":"header","hea`, "line 1: not a hookrig run record: unexpected end of JSON input"},
		{"no version", `{"kind":"header","header":{}}`, "line 1: the record is older than this hookrig reads: it has version 0, and this hookrig reads from 1 on; run it again to get a new one"},
		{
			"newer, and changed in form", `{"kind":"header","header":{"version":2,"seed":"many"}}` + "\n" + finding,
			"line 1: the record is newer than this hookrig reads: it has version 2, and this hookrig knows up to 1; use the hookrig that wrote it, or a newer one",
		},
		{"two runs", headerLine + headerLine, "line 2: a second header: this looks like two records in one file"},
		{
			"all bad lines at once", headerLine + "{]\n" + `{"kind":"findng","finding":{}}` + "\n" + finding + `{"kind":"scenario","finding":{}}` + "\n",
			"line 2: invalid character ']' looking for beginning of object key string\n" +
				`line 3: unknown kind "findng" (known: header, scenario, progress, delivery, change, finding, second, load, summary)` + "\n" +
				`line 5: kind is "scenario", but the line holds a finding`,
		},
		{"blank lines count", headerLine + "\n\n{]\n", "line 4: invalid character ']' looking for beginning of object key string"},
		{"a whole line is not cut off", headerLine + `{"kind":"finding","find` + "\n", "line 2: unexpected end of JSON input"},
		{"two things in a line", headerLine + `{"kind":"finding","finding":{},"summary":{}}`, "line 2: record: holds 2 things, want exactly one"},
		{
			"too many to list", headerLine + strings.Repeat("{]\n", 12),
			strings.Repeat("line N: invalid character ']' looking for beginning of object key string\n", 10) + "and 2 lines more",
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			run, err := reports.Read(strings.NewReader(tt.record))
			if err == nil {
				t.Fatalf("no error, run %+v", run)
			}
			got := err.Error()
			if strings.HasPrefix(tt.want, "line N") {
				for _, n := range strings.Fields("2 3 4 5 6 7 8 9 10 11") {
					got = strings.Replace(got, "line "+n+":", "line N:", 1)
				}
			}
			if got != tt.want {
				t.Errorf("error\n%s\nwant\n%s", got, tt.want)
			}
			if !reflect.DeepEqual(run, harness.Run{}) {
				t.Errorf("a run came with the error: %+v", run)
			}
		})
	}
}

func TestReadNewerCanBeMatched(t *testing.T) {
	_, err := reports.Read(strings.NewReader(strings.Replace(headerLine, `"version":1`, `"version":2`, 1)))
	if !errors.Is(err, reports.ErrNewer) {
		t.Errorf("error %v, want one that matches ErrNewer", err)
	}
}

// A run may die at any byte: what was whole is read, what was cut off is said.
func TestReadToleratesACutOffEnd(t *testing.T) {
	record := render(t, reports.NDJSON, mixed())
	for end := strings.Index(record, "\n") + 1; end < len(record); end += 3 { // a byte at a time takes seconds
		part := record[:end]
		run, err := reports.Read(strings.NewReader(part))
		whole := strings.HasSuffix(part, "\n") || record[end] == '\n'
		switch {
		case whole && err != nil:
			t.Fatalf("cut at %d, at a line's end: %v", end, err)
		case !whole && !errors.Is(err, reports.ErrTruncated):
			t.Fatalf("cut at %d: error %v, want ErrTruncated", end, err)
		}
		if got, want := len(run.Scenarios)+len(run.Deliveries)+len(run.Findings), strings.Count(part, "\n")-1; got < want {
			t.Fatalf("cut at %d: %d records, want %d", end, got, want)
		}
		if run.Verdict() == harness.Pass {
			t.Fatalf("cut at %d: the rest of a run passes", end)
		}
	}
}

func TestRecorderRefuses(t *testing.T) {
	h, f := &harness.Header{}, &harness.Finding{}
	tests := []struct {
		reason  string
		records []harness.Record
		want    string
	}{
		{"no header", []harness.Record{{Finding: f}}, "finding record: the header comes first, and once"},
		{"two headers", []harness.Record{{Header: h}, {Header: h}}, "header record: the header comes first, and once"},
		{"nothing in it", []harness.Record{{Kind: "finding"}}, "record: holds 0 things, want exactly one"},
		{"two in one", []harness.Record{{Header: h, Finding: f}}, "record: holds 2 things, want exactly one"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			recorder := reports.NewRecorder(&bytes.Buffer{})
			var err error
			for _, r := range tt.records {
				err = recorder.Record(r)
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// Whatever is recorded at once, every line is whole.
func TestRecorderIsSafeForConcurrentUse(t *testing.T) {
	const writers, each = 8, 50
	var b bytes.Buffer
	recorder := reports.NewRecorder(&b)
	if err := recorder.Record(harness.Record{Header: &harness.Header{}}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				if err := recorder.Record(harness.Record{Scenario: &harness.Scenario{Text: "a", Verdict: harness.Pass}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	run, err := reports.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Scenarios) != writers*each {
		t.Errorf("%d scenarios, want %d", len(run.Scenarios), writers*each)
	}
}

// A line that never ends must not take all memory.
func TestReadBoundsALine(t *testing.T) {
	_, err := reports.Read(&endless{})
	if want := "line 1: longer than 64 MiB"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// FuzzRead checks that any input gives a run or an error, and that what is read can
// be written and read again.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := reports.NDJSON(&b, mixed()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(headerLine))
	f.Add([]byte(headerLine + `{"kind":"finding","find`))
	f.Add([]byte(`{"kind":"header","header":{"version":2}}`))
	f.Add([]byte("\n\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := reports.Read(bytes.NewReader(data))
		if err != nil && !errors.Is(err, reports.ErrTruncated) {
			return
		}
		for format, write := range writers {
			var out bytes.Buffer
			if err := write(&out, run); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if format != "ndjson" {
				continue
			}
			again, err := reports.Read(&out)
			if err != nil {
				t.Fatalf("written record is not read: %v", err)
			}
			if got, want := again.Verdict(), run.Verdict(); got != want {
				t.Errorf("verdict %q after writing and reading, want %q", got, want)
			}
		}
	})
}

func TestCommandsKeepWhatTheyLookUp(t *testing.T) {
	t.Parallel()
	line := `curl -H 'X-Key: '"$HOOKRIG_SECRET" --data-binary '{"security_token":"'"$HOOKRIG_SECRET"'","password":""}' 'http://127.0.0.1/'`
	run := harness.Run{Findings: []harness.Finding{{Rule: "r", Verdict: harness.Fail, Summary: "s", Curl: line}}}
	var b strings.Builder
	if err := reports.Text(&b, run, reports.TextOptions{Width: 400}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), line) {
		t.Errorf("the command is not the one that was given:\n%s", b.String())
	}
}
