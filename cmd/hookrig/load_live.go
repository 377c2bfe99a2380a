package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// livePace is how often the view of a run is drawn anew: its numbers change each second, the time that is left in between.
const livePace = 500 * time.Millisecond

// live shows a run on a terminal while it goes on.
type live struct {
	mu     sync.Mutex
	screen screen
	view   liveView
	now    func() time.Time
	over   chan struct{}
	drawn  sync.WaitGroup
}

// newLive begins to draw, until end is called.
func newLive(ctx context.Context, s screen, v liveView, now func() time.Time) *live {
	l := &live{screen: s, view: v, now: now, over: make(chan struct{})}
	l.view.started = now()
	l.drawn.Go(func() {
		tick := time.NewTicker(livePace)
		defer tick.Stop()
		for {
			l.draw(ctx.Err() != nil)
			select {
			case <-tick.C:
			case <-l.over:
				return
			}
		}
	})
	return l
}

func (l *live) draw(stopping bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.view.stopping = stopping
	columns, _ := l.screen.size()
	l.screen.draw(l.view.rows(l.now().Sub(l.view.started), columns))
}

// see takes in what happened in a second.
func (l *live) see(s load.Second, r *load.Result, judged []load.Judgement) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.view.see(s, r, judged)
}

// say prints a line above the view.
func (l *live) say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.screen.clear()
	_, _ = fmt.Fprintln(l.screen.w, text) // nobody is left to tell
}

// end takes the view away.
func (l *live) end() {
	close(l.over)
	l.drawn.Wait()
	l.screen.clear()
}

// liveView is what is shown of a run.
type liveView struct {
	what    string
	total   time.Duration // of the sending, 0 if not known
	count   uint64        // of the events, 0 if not known
	asked   bool          // the arrivals ask for a rate
	started time.Time

	stopping bool
	second   load.Second
	result   load.Result
	judged   []load.Judgement
	rates    []float64 // of the last seconds
	p99s     []float64
}

// liveMemory is how many seconds sparklines go back.
const liveMemory = 40

func (v *liveView) see(s load.Second, r *load.Result, judged []load.Judgement) {
	v.second, v.result, v.judged = s, *r, judged
	v.rates = remember(v.rates, perSecond(s.Attempts, s.Took))
	v.p99s = remember(v.p99s, s.Latency.P99.Seconds())
}

func remember(all []float64, value float64) []float64 {
	all = append(all, value)
	return all[max(0, len(all)-liveMemory):]
}

func perSecond(n uint64, took time.Duration) float64 {
	if took <= 0 {
		return 0
	}
	return float64(n) / took.Seconds()
}

// rows are the lines of the view when the run has lasted for so long.
func (v *liveView) rows(elapsed time.Duration, columns int) []row {
	if columns <= 1 {
		columns = defaultColumns
	}
	columns = min(columns-1, liveWidth)
	r, s := &v.result, &v.second
	left, clock := row{{bold, v.what}}, row{{"", v.clock(elapsed)}}
	rows := []row{spread(left, clock, columns)}
	if left.columns()+2+clock.columns() > columns { // in a row of its own
		rows = []row{left, clock}
	}
	if share, ok := v.share(elapsed); ok {
		rows = append(rows, bar(share, columns))
	}
	rows = append(rows,
		spread(labelled("rate", v.rate()), row{{dim, sparkline(v.rates)}}, columns),
		spread(labelled("p99 now", times(&s.Latency)), row{{dim, sparkline(v.p99s)}}, columns),
		labelled("p99 so far", times(&r.Latency)),
		labelled("in flight", v.underway()),
		labelled("answers", joined(answered(r), "none yet")),
		labelled("errors", joined(wrong(r), "none")),
	)
	if len(v.judged) > 0 {
		rows = append(rows, labelled("must hold", thresholdsNow(v.judged)))
	}
	return rows
}

// liveWidth is how wide the view becomes at most: what is further apart is hard to read together.
const liveWidth = 100

const labelWidth = 11

func labelled(label string, rest row) row {
	return append(row{{dim, fmt.Sprintf("%-*s", labelWidth, label)}}, rest...)
}

// spread puts right at the right edge, or leaves it out where there is no room.
func spread(left, right row, columns int) row {
	gap := columns - left.columns() - right.columns()
	if gap < 2 || right.columns() == 0 {
		return left
	}
	return append(append(left, span{"", strings.Repeat(" ", gap)}), right...)
}

// clock says how long the run has lasted, and what is left.
func (v *liveView) clock(elapsed time.Duration) string {
	at := minutes(elapsed)
	switch left := v.total - elapsed; {
	case v.stopping:
		return at + ", stopped: what is in flight ends, or Ctrl-C again"
	case v.total == 0:
		return at + v.guess()
	case left > 0:
		return fmt.Sprintf("%s of %s, %s left", at, minutes(v.total), minutes(left+time.Second-1))
	}
	return at + ", nothing new is sent"
}

// guess says how long a batch will still take at the rate of the last second.
func (v *liveView) guess() string {
	rate := perSecond(v.second.Attempts, v.second.Took)
	if v.count <= v.result.Due || rate == 0 {
		return ""
	}
	left := time.Duration(float64(v.count-v.result.Due) / rate * float64(time.Second))
	return fmt.Sprintf(", about %s left", minutes(left+time.Second-1))
}

// minutes writes a time as a clock does, without fractions.
func minutes(d time.Duration) string {
	s := int(d.Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// share is how much of the sending is done, if that can be told.
func (v *liveView) share(elapsed time.Duration) (float64, bool) {
	switch {
	case v.total > 0:
		return min(1, float64(elapsed)/float64(v.total)), true
	case v.count > 0:
		return min(1, float64(v.result.Due)/float64(v.count)), true
	}
	return 0, false
}

func bar(share float64, columns int) row {
	text := fmt.Sprintf(" %3.0f %%", 100*share)
	long := max(4, columns-len(text))
	done := int(share * float64(long))
	return row{{green, strings.Repeat("━", done)}, {dim, strings.Repeat("─", long-done)}, {"", text}}
}

// rate says what was reached, and what was asked for.
func (v *liveView) rate() row {
	s := &v.second
	reached := row{{"", fmt.Sprintf("%.0f/s reached", perSecond(s.Attempts, s.Took))}}
	if v.asked {
		reached = append(reached, span{"", fmt.Sprintf(", %.0f/s asked", perSecond(s.Due, s.Took))})
	}
	if v.count > 0 {
		reached = append(reached, span{"", fmt.Sprintf(", %d of %d events", v.result.Due, v.count)})
	}
	return reached
}

func times(s *load.Summary) row {
	if s.Count == 0 {
		return row{{dim, "nothing answered"}}
	}
	return row{{bold, fmt.Sprintf("%-9s", load.Milliseconds(s.P99))}, {"", fmt.Sprintf("max %-8s p95 %-8s p50 %s",
		load.Milliseconds(s.Max), load.Milliseconds(s.P95), load.Milliseconds(s.P50))}}
}

// underway says what is on its way or waits.
func (v *liveView) underway() row {
	s := &v.second
	text := fmt.Sprintf("%d over %s", s.InFlight, plural(s.Connections, "connection"))
	if s.Waiting > 0 {
		text += fmt.Sprintf(", %d wait for one", s.Waiting)
	}
	if s.Backlog > 0 {
		text += fmt.Sprintf(", %d to be sent again", s.Backlog)
	}
	return row{{"", text}}
}

// answered lists the statuses so far.
func answered(r *load.Result) row {
	var all row
	for _, status := range slices.Sorted(maps.Keys(r.Statuses)) {
		color := style("")
		if status >= "300" {
			color = red
		}
		all = append(all, span{color, fmt.Sprintf("%s × %d", status, r.Statuses[status])})
	}
	return all
}

// wrong lists what went wrong so far beside statuses.
func wrong(r *load.Result) row {
	var all row
	for _, failure := range load.Failures() {
		if n := r.Failures[failure]; n > 0 {
			all = append(all, span{red, fmt.Sprintf("%s × %d", failure, n)})
		}
	}
	for _, loss := range []struct {
		n    uint64
		what string
	}{{r.Held, "held by the provider"}, {r.Dropped, "dropped"}, {r.Late, "sent late by hookrig"}} {
		if loss.n > 0 {
			all = append(all, span{yellow, fmt.Sprintf("%d %s", loss.n, loss.what)})
		}
	}
	return all
}

// joined puts commas between spans. nothing is said when there are none.
func joined(all row, nothing string) row {
	if len(all) == 0 {
		return row{{dim, nothing}}
	}
	var out row
	for i, s := range all {
		if i > 0 {
			out = append(out, span{"", ", "})
		}
		out = append(out, s)
	}
	return out
}

func thresholdsNow(judged []load.Judgement) row {
	var all row
	for _, j := range judged {
		color := green
		if !j.Held {
			color = red
		}
		all = append(all, span{color, j.Threshold + " is " + j.Got})
	}
	return joined(all, "")
}

// sparkline draws values as bars of eight heights, the highest as the highest.
func sparkline(values []float64) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	highest := 0.0
	for _, v := range values {
		highest = max(highest, v)
	}
	out := make([]rune, len(values))
	for i, v := range values {
		at := 0
		if highest > 0 {
			at = min(len(bars)-1, int(v/highest*float64(len(bars))))
		}
		out[i] = bars[at]
	}
	return string(out)
}
