package reports

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
)

// chartsOf are the pictures of a run, with those of old beneath where they fit.
func chartsOf(run, old *harness.Run) ([]*chart, error) {
	s := bucketed(run.Seconds)
	var before []load.Second
	if old != nil {
		before = bucketed(old.Seconds)
	}
	var charts []*chart
	if len(s) > 0 {
		charts = append(charts, latencyChart(s, before))
	}
	curve, err := curveChart(run, old)
	if err != nil {
		return nil, err
	}
	charts = append(charts, curve)
	if len(s) > 0 {
		charts = append(charts, rateChart(s), answersChart(s))
		if waits := waitingChart(s); waits != nil {
			charts = append(charts, waits)
		}
	}
	return charts, nil
}

// maxChartPoints bounds the points of a series; of a longer run several seconds are one point, the worst of their percentiles.
const maxChartPoints = 450

func bucketed(all []load.Second) []load.Second {
	all = withoutStub(all)
	each := (len(all) + maxChartPoints - 1) / maxChartPoints
	if each <= 1 {
		return all
	}
	var out []load.Second
	for part := range slices.Chunk(all, each) {
		sum := part[0]
		sum.Statuses, sum.Failures = maps.Clone(sum.Statuses), maps.Clone(sum.Failures)
		for i := range part[1:] {
			join(&sum, &part[i+1])
		}
		out = append(out, sum)
	}
	return out
}

// shortest is how long a second must have been to be a point of its own: what a run's last moments hold makes no rate.
const shortest = 500 * time.Millisecond

// withoutStub counts a last second that is too short to the one before.
func withoutStub(all []load.Second) []load.Second {
	last := len(all) - 1
	if last < 1 || all[last].Took >= shortest {
		return all
	}
	all = slices.Clone(all)
	sum := &all[last-1]
	sum.Statuses, sum.Failures = maps.Clone(sum.Statuses), maps.Clone(sum.Failures)
	join(sum, &all[last])
	return all[:last]
}

func join(sum, s *load.Second) {
	sum.Add(&s.Counts)
	sum.At, sum.Took = s.At, sum.Took+s.Took
	sum.Latency.Worst(&s.Latency)
	sum.InFlight, sum.Waiting, sum.Backlog = max(sum.InFlight, s.InFlight), max(sum.Waiting, s.Waiting), max(sum.Backlog, s.Backlog)
}

// timeAxis is the run's time, in seconds.
func timeAxis(s []load.Second) (axis, []float64) {
	end := s[len(s)-1].At.Seconds()
	_, ticks := upTo(end)
	for len(ticks) > 0 && ticks[len(ticks)-1] > end*1.001 {
		ticks = ticks[:len(ticks)-1]
	}
	return axis{0, end, false}, ticks
}

func series(s []load.Second, of func(*load.Second) float64) []point {
	points := make([]point, len(s))
	for i := range s {
		points[i] = point{s[i].At.Seconds(), of(&s[i])}
	}
	return points
}

// perSecond is a count as a rate.
func perSecond(s *load.Second, n uint64) float64 {
	if s.Took <= 0 {
		return 0
	}
	return float64(n) / s.Took.Seconds()
}

func timeText(seconds float64) string {
	return strings.Replace(load.Milliseconds(time.Duration(seconds*float64(time.Second))), ".00 ms", " ms", 1)
}

// tidyTime is a tick of a time axis.
func tidyTime(seconds float64) string {
	switch {
	case seconds >= 1:
		return strconv.FormatFloat(seconds, 'g', 3, 64) + " s"
	case seconds >= 1e-3:
		return strconv.FormatFloat(math.Round(seconds*1e6)/1e3, 'g', 3, 64) + " ms"
	}
	return strconv.FormatFloat(math.Round(seconds*1e9)/1e3, 'g', 3, 64) + " µs"
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// latencyChart has the p99 of an older run beneath, as far as it is not longer.
func latencyChart(s, before []load.Second) *chart {
	c := newChart("latency", "Latency over time")
	low, high := math.Inf(1), 0.0
	measures := []struct {
		name, class string
		of          func(*load.Summary) time.Duration
	}{
		{"max", "max", func(l *load.Summary) time.Duration { return l.Max }}, {"p99", "p99", func(l *load.Summary) time.Duration { return l.P99 }},
		{"p95", "p95", func(l *load.Summary) time.Duration { return l.P95 }}, {"p50", "p50", func(l *load.Summary) time.Duration { return l.P50 }},
	}
	for i := range s {
		if l := &s[i].Latency; l.Count > 0 {
			low, high = min(low, l.P50.Seconds()), max(high, l.Max.Seconds())
		}
	}
	x, xs := timeAxis(s)
	before = slices.DeleteFunc(slices.Clone(before), func(s load.Second) bool { return s.At.Seconds() > x.high || s.Latency.Count == 0 })
	for i := range before {
		low, high = min(low, before[i].Latency.P99.Seconds()), max(high, before[i].Latency.P99.Seconds())
	}
	y, ys := decades(low, high)
	if len(before) > 0 {
		c.line("p99 before", "old", x, y, series(before, func(s *load.Second) float64 { return s.Latency.P99.Seconds() }))
	}
	for _, m := range measures {
		c.line(m.name, m.class, x, y, series(s, func(second *load.Second) float64 {
			if second.Latency.Count == 0 {
				return math.NaN()
			}
			return m.of(&second.Latency).Seconds()
		}))
	}
	worst := slices.MaxFunc(s, func(a, b load.Second) int { return cmp.Compare(a.Latency.P99, b.Latency.P99) })
	c.mark(x, y, point{worst.At.Seconds(), worst.Latency.P99.Seconds()},
		fmt.Sprintf("worst p99: %s in the second that ended at %s", load.Milliseconds(worst.Latency.P99), secondText(worst.At.Seconds())))
	c.ticks(x, y, xs, ys, secondText, tidyTime)
	most := slices.MaxFunc(s, func(a, b load.Second) int { return cmp.Compare(a.Latency.Max, b.Latency.Max) }).Latency.Max
	c.Says = fmt.Sprintf("By second, on a logarithmic scale. The worst p99 is %s, at %s; the maximum is %s.",
		load.Milliseconds(worst.Latency.P99), secondText(worst.At.Seconds()), timeText(most.Seconds()))
	return c
}

// curveChart shows how long the slowest tenth, hundredth and so on took at least.
func curveChart(run, old *harness.Run) (*chart, error) {
	c := newChart("percentiles", "Percentiles")
	curves := []struct {
		name, class string
		load        *harness.Load
	}{{"latency", "p99", run.Load}, {"service", "p50", run.Load}}
	if old != nil && old.Load != nil {
		curves = append(curves, struct {
			name, class string
			load        *harness.Load
		}{"latency before", "old", old.Load})
	}
	low, high, least := math.Inf(1), 0.0, 0.01
	lines := make([][]load.Quantile, len(curves))
	for i, one := range curves {
		of := &one.load.Latency
		if one.name == "service" {
			of = &one.load.Service
		}
		curve, err := of.Curve()
		if err != nil {
			return nil, err
		}
		for _, q := range curve {
			low, high = min(low, max(q.Time.Seconds(), 1e-6)), max(high, q.Time.Seconds())
		}
		least = min(least, 1/float64(max(of.Count, 1)))
		lines[i] = curve
	}
	digits := math.Ceil(-math.Log10(least))
	x := axis{0, digits, false}
	y, ys := decades(low, high)
	for i, one := range curves {
		var points []point
		for _, q := range lines[i] {
			points = append(points, point{min(digits, -math.Log10(max(1-q.Share, 1e-12))), q.Time.Seconds()})
		}
		c.line(one.name, one.class, x, y, points)
	}
	var xs []float64
	for d := 0.0; d <= digits; d++ {
		xs = append(xs, d)
	}
	c.ticks(x, y, xs, ys, percentileText, tidyTime)
	l := &run.Load.Latency
	c.Says = fmt.Sprintf("Each step to the right is a tenth of the rest. Half took at most %s, 99 %% at most %s, 99.9 %% at most %s.",
		load.Milliseconds(l.P50), load.Milliseconds(l.P99), load.Milliseconds(l.P999))
	return c, nil
}

// percentileText is p0, p90, p99, p99.9 and so on.
func percentileText(digits float64) string {
	switch digits {
	case 0:
		return "p0"
	case 1:
		return "p90"
	case 2:
		return "p99"
	}
	return "p99." + strings.Repeat("9", int(digits)-2)
}

func rateChart(s []load.Second) *chart {
	c := newChart("rate", "Rate")
	most := 0.0
	for i := range s {
		most = max(most, perSecond(&s[i], s[i].Due), perSecond(&s[i], s[i].Attempts))
	}
	x, xs := timeAxis(s)
	y, ys := upTo(most)
	c.line("reached, with retries", "p50", x, y, series(s, func(s *load.Second) float64 { return perSecond(s, s.Attempts) }))
	c.line("asked", "asked", x, y, series(s, func(s *load.Second) float64 { return perSecond(s, s.Due) }))
	c.ticks(x, y, xs, ys, secondText, func(v float64) string { return plainNumber(v) + "/s" })
	c.Says = fmt.Sprintf("New events that were due, and attempts that settled, by second. At most %.0f/s.", most)
	return c
}

// maxAnswerKinds is how many kinds of answers have a colour of their own.
const maxAnswerKinds = 5

// answersChart stacks statuses and failures.
func answersChart(s []load.Second) *chart {
	c := newChart("answers", "Answers")
	total, most := map[string]uint64{}, 0.0
	for i := range s {
		for status, n := range s[i].Statuses {
			total[status] += n
		}
		for failure, n := range s[i].Failures {
			total[string(failure)] += n
		}
		most = max(most, perSecond(&s[i], s[i].Attempts))
	}
	kinds := slices.SortedFunc(maps.Keys(total), func(a, b string) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	if len(kinds) > maxAnswerKinds {
		kinds = append(kinds[:maxAnswerKinds-1], "others")
	}
	x, xs := timeAxis(s)
	y, ys := upTo(most)
	below := series(s, func(*load.Second) float64 { return 0 })
	var parts []string
	colors := colorsOf(kinds)
	for i, kind := range kinds {
		above := slices.Clone(below)
		for k := range s {
			above[k].y += perSecond(&s[k], countOfKind(&s[k], kind, kinds))
		}
		c.area(kind, colors[i], x, y, below, above)
		below = above
		if n, known := total[kind]; known {
			parts = append(parts, fmt.Sprintf("%s × %d", kind, n))
		}
	}
	c.ticks(x, y, xs, ys, secondText, func(v float64) string { return plainNumber(v) + "/s" })
	c.Says = "Statuses and failures by second, on top of each other: " + strings.Join(parts, ", ") + "."
	return c
}

// colorsOf gives the first status that is a success the colour of what is good, and none of it to anything else.
func colorsOf(kinds []string) []string {
	colors, good, bad := make([]string, len(kinds)), 0, 0
	for i, kind := range kinds {
		if good == 0 && strings.HasPrefix(kind, "2") {
			colors[i], good = "good", 1
			continue
		}
		colors[i] = fmt.Sprintf("bad%d", bad)
		bad++
	}
	return colors
}

func countOfKind(s *load.Second, kind string, kinds []string) uint64 {
	if kind != "others" {
		return s.Statuses[kind] + s.Failures[load.Failure(kind)]
	}
	n := uint64(0)
	for status, count := range s.Statuses {
		if !slices.Contains(kinds, status) {
			n += count
		}
	}
	for failure, count := range s.Failures {
		if !slices.Contains(kinds, string(failure)) {
			n += count
		}
	}
	return n
}

// waitingChart shows what was under way and what waited. It is nil when nothing but the usual was.
func waitingChart(s []load.Second) *chart {
	c := newChart("backlog", "In flight, backlog and retries")
	most, backlog, retries := 0.0, 0, uint64(0)
	for i := range s {
		most = max(most, float64(s[i].InFlight), float64(s[i].Waiting), float64(s[i].Backlog), perSecond(&s[i], s[i].Retries))
		backlog, retries = max(backlog, s[i].Backlog), retries+s[i].Retries
	}
	if most == 0 {
		return nil
	}
	x, xs := timeAxis(s)
	y, ys := upTo(most)
	if retries > 0 || backlog > 0 {
		c.line("events that wait at the provider", "max", x, y, series(s, func(s *load.Second) float64 { return float64(s.Backlog) }))
		c.line("retries per second", "p99", x, y, series(s, func(s *load.Second) float64 { return perSecond(s, s.Retries) }))
	}
	c.line("wait for a connection", "p95", x, y, series(s, func(s *load.Second) float64 { return float64(s.Waiting) }))
	c.line("in flight", "p50", x, y, series(s, func(s *load.Second) float64 { return float64(s.InFlight) }))
	c.ticks(x, y, xs, ys, secondText, plainNumber)
	c.Says = fmt.Sprintf("At the end of each second. At most %d events waited at the provider, for a retry or the end of its rest; %d retries in all.", backlog, retries)
	return c
}
