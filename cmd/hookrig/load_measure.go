package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/reports"
)

// measure makes one run.
func (l *loading) measure(ctx context.Context, c load.Config) (*load.Result, error) {
	l.progress = progress{total: l.sendingFor(&c)}
	if l.watched() {
		l.progress.live = newLive(ctx, screen{w: l.stderr, size: func() (int, int) { return size(l.stderr) }, color: l.colored(l.stderr)},
			liveView{what: l.whatNow(), total: l.progress.total, count: c.Count, asked: c.Arrivals != nil}, l.now)
	}
	seen := l.progress.live != nil // it says it too
	unhook := context.AfterFunc(ctx, func() {
		if !seen {
			l.say("stopped: waiting for what is in flight; Ctrl-C again ends it at once")
		}
	})
	result, err := load.Run(ctx, c)
	unhook()
	l.progress.end()
	return result, err
}

// sendingFor is how long new events are sent, 0 if nobody knows.
func (l *loading) sendingFor(c *load.Config) time.Duration {
	if l.shape == nil && c.Duration == 0 {
		return l.lasts
	}
	return l.flags.duration
}

// whatNow says what is sent; a search has a rate of its own for each run.
func (l *loading) whatNow() string {
	if l.flags.findMax {
		return l.trying.String() + " for " + l.flags.duration.String()
	}
	return l.what
}

// watched tells that somebody looks at a terminal on which lines can be drawn anew.
func (l *loading) watched() bool {
	_, ci := l.getenv("CI")
	kind, _ := l.getenv("TERM")
	return !l.shared.quiet && !ci && kind != "dumb" && isTerminal(l.stderr)
}

// progress is the talk of a run that goes on.
type progress struct {
	total  time.Duration // of the sending, 0 if not known
	live   *live         // nil: there is no terminal
	seen   int           // seconds
	missed int           // seconds in a row in which a threshold was missed
	told   []string      // what was said of endpoints
}

// plainEvery is how many seconds pass between lines where there is no terminal.
const plainEvery = 5

// second is called by the engine after each second.
func (l *loading) second(s load.Second, r *load.Result) error {
	if l.record != nil {
		l.record(harness.Record{Second: &s})
	}
	if len(withoutRecord(l.flags.reports)) > 0 {
		l.seconds = append(l.seconds, s)
	}
	l.publish(&s, r)
	l.tellEndpoints(r)
	l.progress.seen++
	switch {
	case l.progress.live != nil:
		l.progress.live.see(s, r, l.judge(r))
	case l.progress.seen%plainEvery == 0:
		l.say("%s", l.line(&s))
	}
	if l.flags.abort {
		return l.enough(r)
	}
	return nil
}

// tellEndpoints says once that a provider throttles the endpoint or has given it up.
func (l *loading) tellEndpoints(r *load.Result) {
	if r.Recovery == nil {
		return
	}
	for i := range r.Recovery.Endpoints {
		e := &r.Recovery.Endpoints[i]
		if key := e.Policy + string(e.Status); !slices.Contains(l.progress.told, key) {
			l.progress.told = append(l.progress.told, key)
			l.sayAbove(reports.EndpointText(e))
		}
	}
}

// sayUnfollowed says what of the policies the run does not do, before it begins.
func (l *loading) sayUnfollowed() {
	for _, line := range l.config.Unfollowed() {
		l.say("not followed: %s", reports.Escape(line))
	}
	said := map[string]bool{}
	for _, e := range l.config.Events {
		waits := e.Policy.Retry.Value.Schedule(1)
		if !l.config.Retries || said[e.Policy.Name] || len(waits) == 0 {
			continue
		}
		said[e.Policy.Name] = true
		if total := l.sendingFor(&l.config); total > 0 && l.config.TimeScale.Wait(waits[0]) > total+l.config.RetryFor {
			l.say("not followed: %s: the first retry comes after %s, and the run ends before: --time-scale compresses the schedule, --retry-for waits for it",
				reports.Escape(e.Policy.Title), policy.FormatDuration(waits[0]))
		}
	}
}

// sayAbove says something while the view is shown.
func (l *loading) sayAbove(text string) {
	if l.progress.live != nil {
		l.progress.live.say(text)
		return
	}
	l.say("%s", text)
}

// end takes the view away.
func (p *progress) end() {
	if p.live != nil {
		p.live.end()
		p.live = nil
	}
}

// line says how the run goes.
func (l *loading) line(s *load.Second) string {
	parts := []string{s.At.Round(time.Second).String()}
	if l.progress.total > 0 {
		if s.At >= l.progress.total+time.Second {
			parts[0] += ", nothing new is sent"
		} else {
			parts[0] += " of " + l.progress.total.String()
		}
	}
	parts = append(parts, rates(s), "p50 "+load.Milliseconds(s.Latency.P50), "p99 "+load.Milliseconds(s.Latency.P99), fmt.Sprintf("%d in flight", s.InFlight))
	if s.Waiting > 0 {
		parts = append(parts, fmt.Sprintf("%d waiting", s.Waiting))
	}
	if s.Backlog > 0 {
		parts = append(parts, fmt.Sprintf("%d to be retried", s.Backlog))
	}
	return strings.Join(append(parts, notTaken(s)...), " · ")
}

// rates says how many attempts a second settled, and how many events were asked for if that is another number.
func rates(s *load.Second) string {
	reached, asked := float64(s.Attempts)/s.Took.Seconds(), float64(s.Due)/s.Took.Seconds()
	if s.Due == 0 || math.Abs(reached-asked) < max(1.5, asked/100) {
		return fmt.Sprintf("%.0f/s", reached)
	}
	return fmt.Sprintf("%.0f/s of %.0f/s asked", reached, asked)
}

// notTaken says what became of the attempts that were not taken.
func notTaken(s *load.Second) (parts []string) {
	for _, status := range slices.Sorted(maps.Keys(s.Statuses)) {
		if s.Refused > 0 && status >= "300" {
			parts = append(parts, fmt.Sprintf("%s × %d", status, s.Statuses[status]))
		}
	}
	for _, failure := range load.Failures() {
		if n := s.Failures[failure]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s × %d", failure, n))
		}
	}
	if s.Held > 0 {
		parts = append(parts, fmt.Sprintf("%d held by the provider", s.Held))
	}
	if s.Dropped > 0 {
		parts = append(parts, fmt.Sprintf("%d dropped", s.Dropped))
	}
	if s.Late > 0 {
		parts = append(parts, fmt.Sprintf("%d sent late", s.Late))
	}
	return parts
}

// How sure a missed threshold must be before it ends a run.
const (
	missedSeconds  = 3
	missedAttempts = 100
)

// enough ends the run when a threshold has been missed for some seconds.
func (l *loading) enough(r *load.Result) error {
	var missed []string
	for i, j := range l.judge(r) {
		if !j.Held && !l.thresholds[i].Final() {
			missed = append(missed, j.Threshold+" is "+j.Got)
		}
	}
	if len(missed) == 0 || r.Attempts < missedAttempts {
		l.progress.missed = 0
		return nil
	}
	if l.progress.missed++; l.progress.missed < missedSeconds {
		return nil
	}
	return errors.New(strings.Join(missed, ", "))
}

// openLoadRecord opens the record and writes its header.
func (l *loading) openLoadRecord() (*recordFile, error) {
	file, observe, err := openRecord(l.flags.reports["ndjson"])
	if err != nil || observe == nil {
		return file, err
	}
	l.record = func(record harness.Record) { observe(record) }
	header := l.header()
	l.record(harness.Record{Header: &header})
	return file, nil
}

// header says what runs.
func (l *loading) header() harness.Header {
	var policies []string
	for _, e := range l.config.Events {
		if len(policies) == 0 || policies[len(policies)-1] != e.Policy.Name {
			policies = append(policies, e.Policy.Name)
		}
	}
	return harness.Header{
		Version: harness.RecordVersion, Hookrig: readVersion().Hookrig, Command: "load",
		Target: mocksender.Delivery{URL: l.to.url}.Redacted().URL, Contracts: l.shared.contracts, Policies: policies,
		Seed: l.payload.seed, Started: l.started, Repeat: l.repeated,
	}
}

// kept is the run for the reports that are made at its end.
func (l *loading) kept(r *harness.Load) harness.Run {
	return harness.Run{Header: l.header(), Seconds: l.seconds, Load: r,
		Summary: &harness.Summary{Ended: l.now(), Attempts: int(r.Attempts), Interrupted: r.Interrupted}} //nolint:gosec // far below the limit
}

// withoutRecord are the reports that are made at the end; the record is written as the run goes on.
func withoutRecord(wanted map[string]string) map[string]string {
	rest := maps.Clone(wanted)
	delete(rest, "ndjson")
	return rest
}

func (l *loading) recordEnd(r *harness.Load) {
	if l.record == nil {
		return
	}
	run := l.kept(r)
	l.record(harness.Record{Load: r})
	l.record(harness.Record{Summary: run.Summary})
}

// show prints the verdict and what was measured.
func (l *loading) show(r *harness.Load) error {
	if l.json() {
		return l.encode(r)
	}
	return reports.LoadText(l.stdout, r,
		reports.LoadOptions{Color: l.colored(l.stdout), Target: mocksender.Delivery{URL: l.to.url}.Redacted().URL, Repeat: l.repeated, Width: width(l.stdout)})
}
