package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// Every line has the form that Prometheus reads, and a metric is told once what it is.
func TestMetricsAreInTheExpositionFormat(t *testing.T) {
	l := &loading{gauges: &gauges{}}
	l.publish(&load.Second{InFlight: 3}, &load.Result{
		Counts:  load.Counts{Due: 10, Statuses: map[string]uint64{"200": 7, "503": 1}, Failures: map[load.Failure]uint64{load.Timeout: 2}},
		Latency: load.Summary{Count: 10, Mean: time.Millisecond, P99: 250 * time.Millisecond},
	})
	w := httptest.NewRecorder()
	l.gauges.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", http.NoBody))
	text := w.Body.String()
	line := regexp.MustCompile(`^(# (HELP|TYPE) hookrig_\w+ .+|hookrig_\w+(\{\w+="[^"]*"\})? [0-9.e+-]+)$`)
	for _, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !line.MatchString(l) {
			t.Errorf("line %q", l)
		}
		if strings.HasPrefix(l, "# TYPE") && strings.Count(text, l) != 1 {
			t.Errorf("%q more than once", l)
		}
	}
	for _, want := range []string{"hookrig_events_due_total 10\n", `hookrig_attempts_total{status="503"} 1`, `hookrig_attempts_total{failure="timeout"} 2`,
		`hookrig_latency_seconds{quantile="0.99"} 0.25`, "hookrig_latency_seconds_count 10\n", "hookrig_in_flight 3\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}
