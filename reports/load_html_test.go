package reports_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/reports"
)

// loadShowcase is a run of a minute in which the receiver stalls for some seconds; slower makes all of it slower.
func loadShowcase(slower float64) harness.Run {
	run := harness.Run{Header: harness.Header{Command: "load", Target: "http://receiver.test/hooks", Contracts: []string{"chargeover"}, Policies: []string{"chargeover"},
		Seed: 7, Started: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC), Hookrig: "v1", Repeat: "hookrig load --to http://receiver.test/hooks --rate 500/s"}}
	run.Load = loadRun(func(r *harness.Load) {
		r.Counts = load.Counts{Statuses: map[string]uint64{}, Failures: map[load.Failure]uint64{}}
		r.Recovery = &load.Recovery{Rescued: 900, Peak: 700, Failing: 30 * time.Second, Recovered: 38 * time.Second}
		r.Sending = time.Minute
		ms := func(n float64) time.Duration { return time.Duration(n * slower * float64(time.Millisecond)) }
		r.Latency = load.Summary{Count: 31050, Mean: ms(12), P50: ms(8), P90: ms(13), P95: ms(16), P99: ms(60), P999: ms(900), P9999: ms(1900), Max: ms(2000)}
		r.Thresholds = append(r.Thresholds, load.Judgement{Threshold: "success>=99.9%", Got: "97 %"})
		r.Events = []load.PerEvent{{Event: "customer.nightly", Attempts: 20000, Latency: r.Latency}, {Event: "customer.super", Attempts: 9000, Latency: r.Latency}}
	})
	for i := range 60 {
		wave := time.Duration(slower * (1 + 0.2*math.Sin(float64(i))) * float64(8*time.Millisecond))
		s := load.Second{At: time.Duration(i+1) * time.Second, Took: time.Second, InFlight: 4, Connections: 16,
			Counts:  load.Counts{Due: 500, Attempts: 500, Acknowledged: 500, Statuses: map[string]uint64{"200": 500}},
			Latency: load.Summary{Count: 500, P50: wave, P95: 2 * wave, P99: 3 * wave, Max: 5 * wave}}
		if i > 24 && i < 31 {
			s.Acknowledged, s.Refused, s.Failed, s.InFlight, s.Waiting, s.Backlog = 300, 150, 50, 120, 300, 200*(i-24)
			s.Statuses, s.Failures = map[string]uint64{"200": 300, "503": 150}, map[load.Failure]uint64{load.Timeout: 50}
			s.Latency.P99, s.Latency.Max = 900*time.Millisecond, 2*time.Second
		} else if i >= 31 && i < 38 {
			s.Retries, s.Attempts, s.Acknowledged, s.Backlog = 150, 650, 650, 1200-170*(i-31)
			s.Statuses = map[string]uint64{"200": 650}
		}
		run.Seconds = append(run.Seconds, s)
		run.Load.Add(&s.Counts)
	}
	run.Load.Service, run.Load.Slip = run.Load.Latency, load.Summary{Count: 31050, P50: 8 * time.Microsecond, P99: 90 * time.Microsecond, Max: time.Millisecond}
	run.Load.Service.P99 /= 2
	return run
}

func TestNoLoadReportHoldsASecret(t *testing.T) {
	run, header := loadShowcase(1), leaky().Header
	run.Header.Target, run.Header.Repeat = header.Target, header.Repeat
	for format, write := range map[string]func(io.Writer) error{
		"html":  func(w io.Writer) error { return reports.LoadHTML(w, run, &run) },
		"junit": func(w io.Writer) error { return reports.LoadJUnit(w, run) },
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got.String(), "PLANTED") {
			t.Errorf("%s holds the secret", format)
		}
	}
}

func loadPages() map[string]func(io.Writer) error {
	one := func(run harness.Run, old *harness.Run) func(io.Writer) error {
		return func(w io.Writer) error { return reports.LoadHTML(w, run, old) }
	}
	old := loadShowcase(1)
	hostile := loadShowcase(1)
	hostile.Header.Target, hostile.Load.Arrivals = `"><script>alert(1)</script>`, "<img src=x onerror=alert(2)>"
	hostile.Load.Thresholds[0].Threshold, hostile.Load.Aborted = "<b>x</b>", "\x1b[2J</style>"
	lost := loadShowcase(1)
	lost.Load.Thresholds = lost.Load.Thresholds[:1]
	lost.Load.Completion = &probe.Completed{Way: "by the keys of processed events", Acknowledged: 30000, Followed: 30000, Processed: 29998,
		Time: load.Summary{Count: 29998, P50: 40 * time.Millisecond, Max: 3 * time.Second}, Missing: []string{"evt_1", "evt_<2>"}}
	bare := loadShowcase(1)
	bare.Seconds = nil
	return map[string]func(io.Writer) error{"load": one(loadShowcase(1), nil), "load-compared": one(loadShowcase(1.5), &old),
		"load-hostile": one(hostile, nil), "load-without-seconds": one(bare, nil), "load-lost": one(lost, nil)}
}

func TestLoadHTMLShowsEverything(t *testing.T) {
	pages := map[string]string{}
	for name, write := range loadPages() {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		pages[name] = b.String()
	}
	for _, want := range []string{"MISSED", "1 of 2 thresholds", "p99&lt;250ms", `id="chart-latency"`, `id="chart-percentiles"`, `id="chart-rate"`, `id="chart-answers"`,
		`id="chart-backlog"`, "503 × 900", "timeout × 300", "default-src 'none'", "customer.super", "8s after the last failure", "33 s"} {
		if !strings.Contains(pages["load"], want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, want := range []string{"LOST", "2 events that the receiver acknowledged had no effect", "evt_&lt;2&gt;", "from due to effect"} {
		if !strings.Contains(pages["load-lost"], want) {
			t.Errorf("the page of lost events lacks %q", want)
		}
	}
	if !strings.Contains(pages["load-compared"], "REGRESSION") || !strings.Contains(pages["load-compared"], "latency before") {
		t.Error("the comparison does not say that the run is slower")
	}
	for name, page := range pages {
		if strings.Contains(page, "<script") || strings.Contains(page, "NaN") || strings.Contains(page, "<img") || strings.Contains(page, "\x1b") || strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%s: something is in it that must not be", name)
		}
		if strings.Count(page, "<svg class=\"chart\"") != strings.Count(page, `role="img"`) {
			t.Errorf("%s: a picture without a text", name)
		}
	}
	if strings.Count(pages["load-without-seconds"], "<svg class=\"chart\"") != 1 {
		t.Error("a run without seconds has but one picture")
	}
}

// A long run is drawn with a bounded number of points, and loses no count and no maximum.
func TestLoadHTMLOfALongRunIsBounded(t *testing.T) {
	run := loadShowcase(1)
	for len(run.Seconds) < 20_000 {
		s := run.Seconds[len(run.Seconds)%60]
		s.At, s.Statuses = time.Duration(len(run.Seconds)+1)*time.Second, maps.Clone(s.Statuses)
		run.Seconds = append(run.Seconds, s)
	}
	var b bytes.Buffer
	if err := reports.LoadHTML(&b, run, nil); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 1<<20 {
		t.Errorf("%d bytes", b.Len())
	}
	if line := regexp.MustCompile(`series max" d="([^"]*)"`).FindAllStringSubmatch(b.String(), -1); len(line) < 2 || strings.Count(line[1][1], "L") > 460 {
		t.Errorf("%d lines", len(line))
	}
}

func TestLoadHTMLWithoutAResultIsAnError(t *testing.T) {
	if err := reports.LoadHTML(io.Discard, harness.Run{Header: harness.Header{Command: "load"}}, nil); err == nil {
		t.Error("no error")
	}
	if err := reports.LoadJUnit(io.Discard, harness.Run{Header: harness.Header{Command: "load"}}); err == nil {
		t.Error("no error")
	}
}

func TestLoadJUnitHasACaseForEachThreshold(t *testing.T) {
	for _, test := range []struct {
		change           func(*harness.Load)
		tests, fail, err int
	}{
		{func(*harness.Load) {}, 2, 0, 0},
		{func(r *harness.Load) { r.Thresholds[0].Held = false }, 2, 1, 0},
		{func(r *harness.Load) { r.Late = 4000 }, 2, 0, 1},
		{func(r *harness.Load) { r.Interrupted = true }, 2, 0, 1},
		{func(r *harness.Load) { r.Completion = &probe.Completed{Followed: 3, Processed: 3} }, 3, 0, 0},
		{func(r *harness.Load) { r.Completion = &probe.Completed{Followed: 3, Processed: 2} }, 3, 1, 0},
		{func(r *harness.Load) { r.Completion = &probe.Completed{Followed: 3, Problem: "no answer"} }, 3, 0, 1},
		{func(r *harness.Load) { r.Checked = load.Checked{Bodies: 2, Invalid: 1} }, 2, 0, 1},
	} {
		var b bytes.Buffer
		if err := reports.LoadJUnit(&b, harness.Run{Load: loadRun(test.change)}); err != nil {
			t.Fatal(err)
		}
		var root struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
		}
		if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
			t.Fatal(err)
		}
		if root.Tests != test.tests || root.Failures != test.fail || root.Errors != test.err {
			t.Errorf("%+v, want %d %d %d:\n%s", root, test.tests, test.fail, test.err, b.String())
		}
	}
}

func TestLoadComparisonInText(t *testing.T) {
	var b bytes.Buffer
	changes := load.Compare(loadShowcase(1).Seconds, loadShowcase(1.5).Seconds)
	if err := reports.LoadComparison(&b, changes, reports.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	if !reports.Regressed(changes) || !strings.HasPrefix(b.String(), "REGRESSION: ") || !strings.Contains(b.String(), "worse") || !strings.Contains(b.String(), "p50") {
		t.Errorf("%s", b.String())
	}
	b.Reset()
	if err := reports.LoadComparison(&b, load.Compare(nil, nil), reports.LoadOptions{}); err != nil || !strings.HasPrefix(b.String(), "NOTHING CAN BE SAID") {
		t.Errorf("%s, %v", b.String(), err)
	}
}

// A page does not say in green that all held above a regression.
func TestLoadPageSaysThatARunIsWorse(t *testing.T) {
	t.Parallel()
	held := func(slower float64) harness.Run {
		run := loadShowcase(slower)
		run.Load.Thresholds = run.Load.Thresholds[:1]
		return run
	}
	before, now := held(1), held(1.5)
	for title, old := range map[string]*harness.Run{"<title>REGRESSION": &before, "<title>HELD": nil} {
		var page strings.Builder
		if err := reports.LoadHTML(&page, now, old); err != nil || !strings.Contains(page.String(), title) {
			t.Errorf("%v, lacks %s: %.600s", err, title, page.String())
		}
	}
}

// A run of which less was asked is not worse for that, and it is said.
func TestLoadComparisonOfUnlikeRuns(t *testing.T) {
	t.Parallel()
	before, now := loadShowcase(1), loadShowcase(1)
	before.Load.Asked, now.Load.Asked, now.Load.Arrivals = 500, 100, "100/s for 10s"
	for i := range now.Seconds {
		now.Seconds[i].Attempts /= 5
	}
	changes, note := reports.LoadChanges(&before, &now)
	var b strings.Builder
	if err := reports.LoadComparison(&b, changes, reports.LoadOptions{Note: note}); err != nil {
		t.Fatal(err)
	}
	if want := "warning: the runs were not asked for the same load: 500/s for 10s before, 100/s for 10s now\n"; reports.Regressed(changes) || !strings.Contains(b.String(), want) || strings.Contains(b.String(), "rate  ") {
		t.Errorf("lacks %q:\n%s", want, b.String())
	}
}

// TestLoadPageTellsHowManyBodiesWereValidated, as the text does.
func TestLoadPageTellsHowManyBodiesWereValidated(t *testing.T) {
	t.Parallel()
	run := loadShowcase(1)
	run.Load.Checked = load.Checked{Bodies: 31, Invalid: 2, First: "a"}
	var page strings.Builder
	if err := reports.LoadHTML(&page, run, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "31 on the way, 2 of them invalid") {
		t.Error("the page does not say it")
	}
}

// The moments after the last whole second are too few to make a rate of: they are counted to the second before.
func TestLoadHTMLMakesNoRateOfAStub(t *testing.T) {
	run := loadShowcase(1)
	run.Seconds = append(run.Seconds, load.Second{At: 60*time.Second + 50*time.Millisecond, Took: 50 * time.Millisecond,
		Counts: load.Counts{Attempts: 100, Acknowledged: 100, Statuses: map[string]uint64{"200": 100}}})
	var b bytes.Buffer
	if err := reports.LoadHTML(&b, run, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "At most 650/s.") || run.Seconds[59].Attempts != 500 || run.Seconds[59].Statuses["200"] != 500 {
		t.Errorf("the page has a rate that never was, or the run was changed: %+v", run.Seconds[59])
	}
}

// The p99 of an older run lies beneath the new one's, second by second.
func TestLoadHTMLShowsBothRunsOverTime(t *testing.T) {
	old := loadShowcase(1)
	var one, both bytes.Buffer
	if err := errors.Join(reports.LoadHTML(&one, loadShowcase(1.5), nil), reports.LoadHTML(&both, loadShowcase(1.5), &old)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(one.String(), "p99 before") || !strings.Contains(both.String(), "p99 before") {
		t.Error("the older run is not in the picture of latency over time, or is where there is none")
	}
}
