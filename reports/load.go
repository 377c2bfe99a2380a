package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender/load"
)

// LoadOptions are how a load report is written.
type LoadOptions struct {
	// Color tells that ANSI colours are wanted.
	Color bool
	// Target is shown as it is; credentials must be gone from it.
	Target string
	// Width is that of the terminal; 0 or less: it does not matter.
	Width int
	// Repeat is the command line that repeats the run, or "".
	Repeat string
	// Note is what must be said of a comparison, see [LoadChanges], or "".
	Note string
}

// LoadText writes the report of a run under load for a terminal: the verdict first, then what was measured. The
// error is w's.
func LoadText(w io.Writer, r *harness.Load, o LoadOptions) error {
	t := &loadText{r: r, o: o, column: leastColumn}
	for i := range r.Events {
		t.column = max(t.column, len(eventName(&r.Events[i])))
	}
	t.narrow = o.Width > 0 && o.Width <= t.column+len(columns(percentiles()...))
	t.left = unneeded(o.Width)
	t.verdict()
	t.thresholds()
	t.rate()
	t.times()
	t.events()
	t.answers()
	t.connections()
	t.recovery()
	t.completion()
	if o.Repeat != "" {
		t.line("repeat it: %s", o.Repeat)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// leastColumn is the width of the longest name of a distribution.
const leastColumn = 41

type loadText struct {
	r *harness.Load
	o LoadOptions
	b strings.Builder
	// column is the width of the names in tables.
	column int
	// narrow tells that a name has a line of its own above its numbers.
	narrow bool
	// left are percentiles that are left out where there is no room.
	left []string
}

// unneeded are the percentiles that are the first to go from a terminal that is too narrow for all.
func unneeded(width int) []string {
	order := []string{"p90", "p99.99", "p95", "p99.9"}
	all := len(percentiles())
	for n := range order {
		if width <= 0 || len(columns("x"))*(all-n) < width {
			return order[:n]
		}
	}
	return order
}

// heads are the heads of the columns that there is room for.
func (t *loadText) heads() []string {
	return slices.DeleteFunc(percentiles(), func(p string) bool { return slices.Contains(t.left, p) })
}

func (t *loadText) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

func (t *loadText) paint(code, text string) string {
	if !t.o.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

const (
	loadGood = "1;32"
	loadBad  = "1;31"
	loadWarn = "33"
	loadDim  = "2"
)

// verdict says in one line how it ended, and loudly when the numbers are our own.
func (t *loadText) verdict() {
	if outcome, lead := OutcomeOf(t.r); outcome != LoadGivenUp { // of which the notes tell more
		t.line("%s", t.paint(outcome.paint(), string(outcome)+": "+lead))
	}
	t.notes()
}

// notes are what must be said beside the verdict.
func (t *loadText) notes() {
	for _, line := range givenUp(t.r) {
		t.line("%s", t.paint(loadBad, "GIVEN UP: "+line))
	}
	if slow := slower(t.r); slow != "" {
		t.line("%s", t.paint(loadWarn, "warning: "+slow))
	}
	if warning := t.r.Warning(); warning != "" {
		t.line("%s", t.paint(loadWarn, "warning: "+warning))
	}
	switch {
	case t.r.Interrupted:
		t.line("%s", t.paint(loadWarn, "interrupted: what was measured until then"))
	case t.r.Aborted != "":
		t.line("%s", t.paint(loadWarn, "ended early: "+t.r.Aborted))
	}
}

func (t *loadText) thresholds() {
	for _, j := range t.r.Thresholds {
		mark := t.paint("32", "held  ")
		if !j.Held {
			mark = t.paint("31", "missed")
		}
		t.line("  %s  %s  %s", mark, j.Threshold, t.paint(loadDim, "is "+j.Got))
	}
	t.line("")
}

// rate says what was asked and what was reached.
func (t *loadText) rate() {
	r := t.r
	t.line("%s", r.Arrivals)
	if first := r.Attempts - r.Retries; r.Due > first {
		t.line("%s, %d of them were sent", plural(int(r.Due), "event")+" were due", first) //nolint:gosec // far below the limit
	}
	t.line("%s in %s (%.1f/s) to %s", plural(int(r.Attempts), "attempt"), round(r.Sending), float64(r.Rate()), t.o.Target) //nolint:gosec // far below the limit
	for _, loss := range []struct {
		n    uint64
		text string
	}{
		{r.Dropped, "events were dropped: too many were under way (--max-in-flight)"},
		{r.Abandoned, "attempts were due and not sent when the run was stopped"},
		{r.Undocumented, "answers have a status of which the provider says nothing; they count as taken"},
	} {
		if loss.n > 0 {
			t.line("%s", t.paint(loadWarn, fmt.Sprintf("%d %s", loss.n, loss.text)))
		}
	}
	t.line("")
}

// slower says that the receiver did not keep up with what was asked for, or "".
func slower(r *harness.Load) string {
	if r.Asked == 0 || !r.Behind() || r.Unreached() != "" || r.Limited() != "" {
		return ""
	}
	text := fmt.Sprintf("the rate was not reached: %s asked, %.1f/s answered", r.Asked, float64(r.Rate()))
	if r.Wait.P50 >= time.Millisecond {
		text += fmt.Sprintf("; half waited %s for a connection", load.Milliseconds(r.Wait.P50))
	}
	return text
}

func round(d time.Duration) time.Duration {
	if d > time.Minute {
		return d.Round(time.Second)
	}
	return d.Round(10 * time.Millisecond)
}

// times is the table of distributions.
func (t *loadText) times() {
	latency := "latency, from when each was due"
	if t.r.Closed {
		latency = "latency, from each sending (closed loop)"
	}
	t.cells("", t.paint(loadDim, columns(t.heads()...)))
	t.row(latency, &t.r.Latency)
	if !t.r.Closed || t.r.Retries > 0 {
		t.row("service, from the connection to the answer", &t.r.Service)
		t.row("wait for a connection", &t.r.Wait)
		t.row("slip, hookrig's own lateness", &t.r.Slip)
	}
	t.line("")
}

// percentiles are the heads of the columns of [timesIn].
func percentiles() []string { return []string{"p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"} }

func columns(words ...string) string {
	var b strings.Builder
	for _, word := range words {
		fmt.Fprintf(&b, "%10s", word)
	}
	return b.String()
}

// timesIn are what tables show of a distribution.
func timesIn(s *load.Summary) []time.Duration {
	return []time.Duration{s.P50, s.P90, s.P95, s.P99, s.P999, s.P9999, s.Max}
}

func (t *loadText) row(name string, s *load.Summary) {
	var cells []string
	for i, d := range timesIn(s) {
		if !slices.Contains(t.left, percentiles()[i]) {
			cells = append(cells, load.Milliseconds(d))
		}
	}
	t.cells(name, columns(cells...))
}

// cells is a row of a table.
func (t *loadText) cells(name, numbers string) {
	switch {
	case !t.narrow:
		t.line("%-*s %s", t.column, name, numbers)
	case name == "":
		t.line("%s", numbers)
	default:
		t.line("%s\n%s", name, numbers)
	}
}

// events are shown when there are several.
func (t *loadText) events() {
	if len(t.r.Events) < 2 {
		return
	}
	for i := range t.r.Events {
		e := &t.r.Events[i]
		if e.Attempts == 0 {
			continue
		}
		t.row(eventName(e), &e.Latency)
	}
	t.line("")
}

// eventName says beside the name how many there were and how many of them were taken.
func eventName(e *load.PerEvent) string {
	taken := float64(e.Acknowledged.Count+e.Undocumented.Count) / max(1, float64(e.Attempts))
	return fmt.Sprintf("%s, %d, %s taken", e.Event, e.Attempts, load.Percent(taken))
}

// answers are the statuses and the failures.
func (t *loadText) answers() {
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(t.r.Statuses)) {
		parts = append(parts, fmt.Sprintf("%s × %d", status, t.r.Statuses[status]))
	}
	for _, failure := range load.Failures() {
		if n := t.r.Failures[failure]; n > 0 {
			parts = append(parts, t.paint("31", fmt.Sprintf("%s × %d", failure, n)))
		}
	}
	t.line("answers      %s (%s taken)", strings.Join(parts, ", "), load.Percent(t.r.Success()))
}

// through names a proxy, if there is one.
func through(proxy string) string {
	if proxy == "" {
		return ""
	}
	return ", through the proxy " + Escape(proxy)
}

func (t *loadText) connections() {
	r := t.r
	t.line("connections  %d, at most %d busy at once, made %d times; transport %s%s", r.Connections, r.Peak, r.Opened, r.Transport, through(r.Proxy))
	if r.Checked.Bodies > 0 {
		t.line("bodies       each unique; %d validated against the contract on the way, %d of them invalid", r.Checked.Bodies, r.Checked.Invalid)
	}
}

// completion says what became of the events that were acknowledged.
func (t *loadText) completion() {
	c := t.r.Completion
	if c == nil {
		return
	}
	t.line("completion   %s; %s", CompletionText(c), Escape(c.Way))
	if c.Processed > 0 {
		t.line("             from due to effect: p50 %s, p95 %s, p99 %s, max %s", load.Milliseconds(c.Time.P50), load.Milliseconds(c.Time.P95),
			load.Milliseconds(c.Time.P99), load.Milliseconds(c.Time.Max))
	}
	if c.Problem != "" {
		return
	}
	for i, key := range c.Missing {
		if i == maxMissingShown {
			t.line("             and %d more", c.Lost()-uint64(i)) //nolint:gosec // an index
			break
		}
		t.line("             %s", t.paint("31", "acknowledged, never processed: "+sentence(key)))
	}
}

// maxMissingShown bounds the events that a terminal lists.
const maxMissingShown = 10

// CompletionText says in words how many events were processed.
func CompletionText(c *probe.Completed) string {
	text := fmt.Sprintf("%d of %d acknowledged events were processed", c.Processed, c.Followed)
	if c.Followed < c.Acknowledged {
		text += fmt.Sprintf(", of %d acknowledged ones that many were followed", c.Acknowledged)
	}
	if n := c.Lost(); n > 0 {
		text += fmt.Sprintf("; %d never", n)
	}
	if c.Stray != "" {
		text += fmt.Sprintf("; none of the keys that the probe tells, such as %q, is an event's: --probe-key says what they are", sentence(c.Stray))
	}
	return text
}
