package load_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

func TestThresholds(t *testing.T) {
	r := &load.Result{
		Sending: 2 * time.Second, Counts: load.Counts{Due: 995, Attempts: 1000, Retries: 100, Acknowledged: 980, Undocumented: 10, Dropped: 0, Late: 3},
		Latency: load.Summary{Count: 1000, P99: 20 * time.Millisecond, P9999: time.Second, Mean: 4 * time.Millisecond, Max: time.Second},
		Slip:    load.Summary{Count: 1000, P99: time.Millisecond},
		Events: []load.PerEvent{{Event: "billing:purchase", Attempts: 10, Acknowledged: load.Summary{Count: 9},
			Latency: load.Summary{Count: 10, P95: 7 * time.Millisecond}}, {Event: "unsent"}},
	}
	for _, test := range []struct {
		text, got string
		held      bool
	}{
		{"p99<20ms", "20.0 ms", false},
		{"p99<=20ms", "20.0 ms", true},
		{" p99.99 > 999ms ", "1.000 s", true},
		{"latency.mean<5ms", "4.00 ms", true},
		{"slip.p99<5ms", "1.00 ms", true},
		{"success>=99%", "99 %", true},
		{"success>0.99", "99 %", false},
		{"delivered>=99%", "99.5 %", true},
		{"delivered>=99.9%", "99.5 %", false},
		{"rate>=500/s", "500.0/s", true},
		{"amplification<1.2", "1.11", true},
		{"dropped<=0", "0", true},
		{"late<3", "3", false},
		{"billing:purchase:p95<10ms", "7.00 ms", true},
		{"billing:purchase:success>=95%", "90 %", false},
		{"unsent:p95<10ms", "nothing measured", false},
		{"service.p50<1s", "nothing measured", false},
	} {
		threshold, err := load.ParseThreshold(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if j := threshold.Judge(r); j.Got != test.got || j.Held != test.held {
			t.Errorf("%q: %+v, want %q, %t", test.text, j, test.got, test.held)
		}
	}
}

func TestThresholdsThatDoNotParse(t *testing.T) {
	for text, want := range map[string]string{
		"p99":                     "no < <= > >= in it",
		"p98<1s":                  `unknown metric "p98"`,
		"slop.p99<1s":             `unknown metric "slop.p99"`,
		"p99<1":                   "no duration",
		"p99<-1s":                 "no duration",
		"success>=101%":           "more than all",
		"success>=NaN":            "no value for success",
		"delivered>=200%":         "more than all",
		"a:delivered>=99%":        "delivered is not measured for single events",
		"late<5%":                 "no value for late",
		"rate>fast":               `rate "fast"`,
		"a:rate>5/s":              "rate is not measured for single events",
		"customer.x:slip.p99<5ms": "slip is not measured for single events",
	} {
		if _, err := load.ParseThreshold(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	_, err := load.ParseThresholds([]string{"x", "p98<1s"})
	if err == nil || !strings.Contains(err.Error(), `"x"`) || !strings.Contains(err.Error(), `"p98"`) || !strings.Contains(err.Error(), "OPERATOR") {
		t.Errorf("error %v", err)
	}
}

func FuzzThreshold(f *testing.F) {
	f.Add("customer.nightly:p95<100ms")
	f.Add("success>=99.9%")
	f.Fuzz(func(t *testing.T, text string) {
		threshold, err := load.ParseThreshold(text)
		if err == nil && threshold.Judge(&load.Result{}).Held {
			t.Errorf("%q holds where nothing was measured", text)
		}
	})
}

// What the engine could not do is not blamed on the receiver, and one hiccup does not condemn a run.
func TestLimitedRunsSaySo(t *testing.T) {
	for _, test := range []struct {
		counts           load.Counts
		limited, warning string
	}{
		{counts: load.Counts{}},
		{counts: load.Counts{Attempts: 1000, Late: 10}},
		{counts: load.Counts{Attempts: 1000, Late: 11}, warning: "11 of 1000 attempts were sent late"},
		{counts: load.Counts{Attempts: 1000, Late: 101}, limited: "101 of 1000 attempts were sent late by hookrig itself"},
		{counts: load.Counts{Attempts: 50, Late: 49}, warning: "49 of 50"},
		{counts: load.Counts{Attempts: 1000, Failures: map[load.Failure]uint64{load.Local: 1}}, limited: "no ports or file descriptors left for 1 of 1000"},
	} {
		r := &load.Result{Counts: test.counts}
		if got := r.Limited(); !strings.Contains(got, test.limited) || (got == "") != (test.limited == "") {
			t.Errorf("%+v: limited %q, want %q", test.counts, got, test.limited)
		}
		if got := r.Warning(); !strings.Contains(got, test.warning) || (got == "") != (test.warning == "") {
			t.Errorf("%+v: warning %q, want %q", test.counts, got, test.warning)
		}
	}
}

func TestPercentNeverRoundsToAll(t *testing.T) {
	for share, want := range map[float64]string{1: "100 %", 0.9995: "99.95 %", 0.999999: "99.9999 %", 0.99999999: "> 99.9999 %", 0.5: "50 %", 0: "0 %", 1.0 / 3: "33.33 %"} {
		if got := load.Percent(share); got != want {
			t.Errorf("%v is %q, want %q", share, got, want)
		}
	}
}

// Two halves of a run, by way of their records, are the run.
func TestMerge(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	c := load.Config{Target: url, Events: []load.Event{small(t)}, Arrivals: load.Even(load.Constant(500, 100*time.Millisecond)), Connections: 2}
	first := run(t, c)
	c.Arrivals = load.Even(load.Constant(500, 200*time.Millisecond))
	second := run(t, c)
	var read load.Result
	text, err := json.Marshal(second)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	both, err := load.Merge(first, &read)
	if err != nil {
		t.Fatal(err)
	}
	if both.Attempts != 150 || both.Latency.Count != 150 || both.Statuses["200"] != 150 || both.Events[0].Attempts != 150 {
		t.Errorf("merged %+v", both)
	}
	if both.Latency.Max != max(first.Latency.Max, second.Latency.Max) || both.Latency.P50 < min(first.Latency.P50, second.Latency.P50) ||
		both.Latency.P50 > max(first.Latency.P50, second.Latency.P50) {
		t.Errorf("latency %+v of %+v and %+v", both.Latency, first.Latency, second.Latency)
	}
	if e := both.Events[0]; e.Latency.P50 != both.Latency.P50 || e.Latency.P9999 != both.Latency.P9999 || e.Acknowledged.P99 != both.Latency.P99 {
		t.Errorf("its only event has %+v, the run %+v", e.Latency, both.Latency)
	}
	if _, err := load.Merge(first, &load.Result{Closed: true}); err == nil {
		t.Error("an open and a closed run were merged")
	}
	read.Latency.Histogram = []byte("x")
	if _, err := load.Merge(first, &read); err == nil || !strings.Contains(err.Error(), "result 2: latency") {
		t.Errorf("error %v", err)
	}
}
