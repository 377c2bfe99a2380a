package load

import (
	"maps"
	"slices"
	"time"
)

// MergeSeconds adds up the seconds of runs that were made beside each other. offsets says when each began, counted from
// the first one. Seconds hold no distributions: the percentiles of a second of several runs are the worst of theirs.
func MergeSeconds(runs [][]Second, offsets []time.Duration) []Second {
	at := map[int64]*Second{}
	for i, run := range runs {
		for _, s := range run {
			s.At += offsets[i]
			slot := int64(s.At.Round(time.Second))
			if at[slot] == nil {
				at[slot] = &Second{}
			}
			at[slot].take(&s)
		}
	}
	var all []Second
	for _, slot := range slices.Sorted(maps.Keys(at)) {
		all = append(all, *at[slot])
	}
	return all
}

// take adds everything of o.
func (s *Second) take(o *Second) {
	s.At, s.Took = max(s.At, o.At), max(s.Took, o.Took)
	s.Add(&o.Counts)
	s.Latency.Worst(&o.Latency)
	s.Service.Worst(&o.Service)
	s.Slip.Worst(&o.Slip)
	s.InFlight, s.Waiting = s.InFlight+o.InFlight, s.Waiting+o.Waiting
	s.Connections, s.Backlog = s.Connections+o.Connections, s.Backlog+o.Backlog
}

// Worst adds o to a summary: its percentiles are then the greater of both, which are not less than those of all values together.
func (s *Summary) Worst(o *Summary) {
	if n := s.Count + o.Count; n > 0 {
		s.Mean = time.Duration((float64(s.Mean)*float64(s.Count) + float64(o.Mean)*float64(o.Count)) / float64(n))
		s.Count = n
	}
	s.P50, s.P90, s.P95, s.P99 = max(s.P50, o.P50), max(s.P90, o.P90), max(s.P95, o.P95), max(s.P99, o.P99)
	s.P999, s.P9999, s.Max = max(s.P999, o.P999), max(s.P9999, o.P9999), max(s.Max, o.Max)
}
