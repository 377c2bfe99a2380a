package reports

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
)

// MergeLoad makes one run of load runs against one receiver, of several processes or machines, or one after the other. Counts
// and distributions are exact, and thresholds are judged anew. In a second that several runs share, percentiles are the worst of
// theirs. What became of acknowledged events is left out: each run looked at its own. The error names every record that is no part.
func MergeLoad(parts ...harness.Run) (harness.Run, error) {
	if len(parts) == 0 {
		return harness.Run{}, errors.New("no record")
	}
	problems := []error{mergeable(parts)}
	for i := range parts {
		if parts[i].Load == nil {
			problems = append(problems, fmt.Errorf("record %d did not come to its result", i+1))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return harness.Run{}, err
	}
	results := make([]*load.Result, len(parts))
	for i := range parts {
		results[i] = &parts[i].Load.Result
	}
	sum, err := load.Merge(results...)
	if err != nil {
		return harness.Run{}, err
	}
	sum.Sending = covered(parts, func(r *load.Result) time.Duration { return r.Sending })
	if sum.Arriving > 0 {
		sum.Arriving = covered(parts, func(r *load.Result) time.Duration { return r.Arriving })
	}
	run := harness.Run{Header: parts[0].Header, Load: &harness.Load{Result: *sum}, Summary: &harness.Summary{Attempts: int(sum.Attempts)}} //nolint:gosec // far below the limit
	run.Load.Arrivals, run.Seconds = together(parts)
	for i := range parts {
		if end := parts[i].Summary; end != nil && end.Ended.After(run.Summary.Ended) {
			run.Summary.Ended = end.Ended
		}
	}
	run.Summary.Interrupted = sum.Interrupted
	run.Load.Thresholds, err = judgedAnew(parts, sum)
	return run, err
}

// together is what the parts say of their arrivals and seconds.
func together(parts []harness.Run) (arrivals string, seconds []load.Second) {
	var words []string
	begin := parts[0].Header.Started
	for i := range parts {
		if text := parts[i].Load.Arrivals; !slices.Contains(words, text) {
			words = append(words, text)
		}
		if parts[i].Header.Started.Before(begin) {
			begin = parts[i].Header.Started
		}
	}
	runs, offsets := make([][]load.Second, len(parts)), make([]time.Duration, len(parts))
	for i := range parts {
		runs[i], offsets[i] = parts[i].Seconds, parts[i].Header.Started.Sub(begin)
	}
	return fmt.Sprintf("%d runs: %s", len(parts), strings.Join(words, "; ")), load.MergeSeconds(runs, offsets)
}

// covered is the time in which at least one of the runs went on, each for as long as lasted says.
func covered(parts []harness.Run, lasted func(*load.Result) time.Duration) (sum time.Duration) {
	type span struct{ from, to time.Time }
	spans := make([]span, len(parts))
	for i := range parts {
		began := parts[i].Header.Started
		spans[i] = span{began, began.Add(lasted(&parts[i].Load.Result))}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	var end time.Time
	for _, s := range spans {
		if s.from.Before(end) {
			s.from = end
		}
		if s.to.After(s.from) {
			sum, end = sum+s.to.Sub(s.from), s.to
		}
	}
	return sum
}

// judgedAnew judges the whole by the thresholds of all parts.
func judgedAnew(parts []harness.Run, sum *load.Result) (all []load.Judgement, err error) {
	var texts []string
	for i := range parts {
		for _, j := range parts[i].Load.Thresholds {
			if !slices.Contains(texts, j.Threshold) {
				texts = append(texts, j.Threshold)
			}
		}
	}
	thresholds, err := load.ParseThresholds(texts)
	for _, t := range thresholds {
		all = append(all, t.Judge(sum))
	}
	return all, err
}
