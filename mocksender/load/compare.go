package load

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Change is how a measure of one run stands to that of another.
type Change struct {
	// Measure is "p50", "p95", "p99" or "max" of the latency, "success" or "rate".
	Measure string `json:"measure"`
	// Old and New are the medians over the runs' seconds: seconds of time, a share, or a rate per second.
	Old float64 `json:"old"`
	New float64 `json:"new"`
	// Low and High hold the relative change, 0.1 for a tenth more, with a confidence of 95 %.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Verdict is Worse or Better if the whole interval is beyond what matters, Same if all of it is within, and else Unsure.
	Verdict ChangeVerdict `json:"verdict"`
}

// ChangeVerdict is how a change is to be read.
type ChangeVerdict string

// The verdicts on a change.
const (
	Worse  ChangeVerdict = "worse"
	Better ChangeVerdict = "better"
	Same   ChangeVerdict = "same"
	Unsure ChangeVerdict = "unsure"
)

// What decides about a change.
const (
	// LeastSeconds is how many whole seconds each run must have for a verdict.
	LeastSeconds = 8
	// resamples is how many runs are drawn, and sureness the part of them that an interval holds.
	resamples = 2000
	sureness  = 0.95
	// matters is the relative change of a time or a rate, and mattersShare that of the success, that is worth a word.
	matters      = 0.05
	mattersShare = 0.001
)

// Compare says what changed from one run to another by their seconds. For each measure it takes the median over the seconds of a
// run, and the interval by a moving-block bootstrap: runs are drawn from the seconds in blocks of the length of their number's
// cube root, since neighbouring seconds resemble each other (H. R. Künsch, The jackknife and the bootstrap for general stationary
// observations, Annals of Statistics 17, 1989, https://doi.org/10.1214/aos/1176347265), and the interval holds the middle 95 % of
// the relative changes between drawn runs (B. Efron's percentile interval). The draws are the same each time. The first second,
// which makes the connections, and an incomplete last one do not count. With fewer than [LeastSeconds] on either side every verdict is Unsure.
func Compare(before, after []Second) []Change {
	before, after = settledSeconds(before), settledSeconds(after)
	measures := []struct {
		name string
		of   func(*Second) float64
		more bool // more is better
		by   float64
	}{
		{"p50", func(s *Second) float64 { return s.Latency.P50.Seconds() }, false, matters},
		{"p95", func(s *Second) float64 { return s.Latency.P95.Seconds() }, false, matters},
		{"p99", func(s *Second) float64 { return s.Latency.P99.Seconds() }, false, matters},
		{"max", func(s *Second) float64 { return s.Latency.Max.Seconds() }, false, matters},
		{"success", func(s *Second) float64 { return s.Success() }, true, mattersShare},
		{"rate", func(s *Second) float64 { return float64(s.Attempts) / s.Took.Seconds() }, true, matters},
	}
	changes := make([]Change, len(measures))
	for i, m := range measures {
		a, b := valuesOf(before, m.of), valuesOf(after, m.of)
		c := Change{Measure: m.name, Old: middle(slices.Clone(a)), New: middle(slices.Clone(b)), Verdict: Unsure}
		if min(len(a), len(b)) >= LeastSeconds {
			c.Low, c.High = interval(a, b)
			c.judge(m.more, m.by)
		}
		changes[i] = c
	}
	return changes
}

func (c *Change) judge(more bool, by float64) {
	switch {
	case c.Low > by && !more, c.High < -by && more:
		c.Verdict = Worse
	case c.High < -by && !more, c.Low > by && more:
		c.Verdict = Better
	case c.Low >= -by && c.High <= by:
		c.Verdict = Same
	}
}

// settledSeconds are the whole seconds after the first in which something was answered.
func settledSeconds(all []Second) []Second {
	var out []Second
	for i := range all {
		if i > 0 && all[i].Took > time.Second/2 && all[i].Attempts > 0 {
			out = append(out, all[i])
		}
	}
	return out
}

func valuesOf(seconds []Second, of func(*Second) float64) []float64 {
	values := make([]float64, len(seconds))
	for i := range seconds {
		values[i] = of(&seconds[i])
	}
	return values
}

// middle is the median, 0 of nothing. It sorts the values.
func middle(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	slices.Sort(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// interval bounds the relative change of the median from a to b.
func interval(a, b []float64) (low, high float64) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same draws each time, on purpose
	changes, run := make([]float64, resamples), make([]float64, 0, 2*max(len(a), len(b)))
	for i := range changes {
		from := middle(drawn(run, a, random))
		to := middle(drawn(run, b, random))
		switch {
		case from > 0:
			changes[i] = to/from - 1
		case to > 0:
			changes[i] = math.MaxFloat64
		}
	}
	slices.Sort(changes)
	tail := int(float64(resamples) * (1 - sureness) / 2)
	return changes[tail], changes[resamples-1-tail]
}

// drawn is a run drawn from another in blocks, in the memory of out.
func drawn(out, values []float64, random *rand.Rand) []float64 {
	block := int(math.Cbrt(float64(len(values))) + 0.5)
	out = out[:0]
	for len(out) < len(values) {
		from := random.IntN(len(values) - block + 1)
		out = append(out, values[from:from+block]...)
	}
	return out[:len(values)]
}
