package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// gauges is the text that Prometheus reads, made anew each second.
type gauges struct {
	mu   sync.Mutex
	text string
}

// ServeHTTP writes the exposition format, https://prometheus.io/docs/instrumenting/exposition_formats/.
func (g *gauges) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(g.text)) // who asked is gone
}

// serveMetrics answers Prometheus until stop is called.
func (l *loading) serveMetrics() (stop func(), err error) {
	if l.flags.metrics == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", l.flags.metrics) //nolint:noctx // it returns at once
	if err != nil {
		return nil, usagef("--metrics-listen: %w", err)
	}
	l.gauges = &gauges{}
	l.publish(&load.Second{}, &load.Result{})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", l.gauges)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with stop
	l.say("metrics at http://%s/metrics", listener.Addr())
	return func() { _ = server.Shutdown(context.Background()) }, nil // a look that is under way ends
}

// publish makes the text for what is known now.
func (l *loading) publish(s *load.Second, r *load.Result) {
	if l.gauges == nil {
		return
	}
	var b strings.Builder
	metric := func(name, kind, help string) { fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
	metric("hookrig_events_due_total", "counter", "Events that the arrivals asked for.")
	fmt.Fprintf(&b, "hookrig_events_due_total %d\n", r.Due)
	metric("hookrig_events_dropped_total", "counter", "Events that were not sent since too many were under way.")
	fmt.Fprintf(&b, "hookrig_events_dropped_total %d\n", r.Dropped)
	metric("hookrig_events_held_total", "counter", "Events that were not sent since their provider had given the endpoint up.")
	fmt.Fprintf(&b, "hookrig_events_held_total %d\n", r.Held)
	metric("hookrig_sends_late_total", "counter", "Attempts that hookrig itself sent late.")
	fmt.Fprintf(&b, "hookrig_sends_late_total %d\n", r.Late)
	metric("hookrig_attempts_total", "counter", "Settled attempts by status or failure.")
	for _, status := range slices.Sorted(maps.Keys(r.Statuses)) {
		fmt.Fprintf(&b, "hookrig_attempts_total{status=%q} %d\n", status, r.Statuses[status])
	}
	for _, failure := range load.Failures() {
		if n := r.Failures[failure]; n > 0 {
			fmt.Fprintf(&b, "hookrig_attempts_total{failure=%q} %d\n", failure, n)
		}
	}
	metric("hookrig_latency_seconds", "summary", "Latency of the run so far, from the moment at which an attempt was due.")
	for _, q := range []struct {
		quantile string
		value    time.Duration
	}{{"0.5", r.Latency.P50}, {"0.9", r.Latency.P90}, {"0.99", r.Latency.P99}, {"0.999", r.Latency.P999}} {
		fmt.Fprintf(&b, "hookrig_latency_seconds{quantile=%q} %g\n", q.quantile, q.value.Seconds())
	}
	fmt.Fprintf(&b, "hookrig_latency_seconds_sum %g\nhookrig_latency_seconds_count %d\n",
		r.Latency.Mean.Seconds()*float64(r.Latency.Count), r.Latency.Count)
	for _, g := range []struct {
		name, help string
		value      int
	}{
		{"hookrig_in_flight", "Attempts that are under way.", s.InFlight},
		{"hookrig_waiting", "Attempts that wait for a connection.", s.Waiting},
		{"hookrig_connections", "Connections.", s.Connections},
		{"hookrig_backlog", "Events that wait for a retry.", s.Backlog},
	} {
		metric(g.name, "gauge", g.help)
		fmt.Fprintf(&b, "%s %d\n", g.name, g.value)
	}
	l.gauges.mu.Lock()
	l.gauges.text = b.String()
	l.gauges.mu.Unlock()
}
