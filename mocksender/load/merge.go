package load

import (
	"errors"
	"fmt"
)

// Merge adds up results of runs that were made beside each other, or one after the other, against one receiver: counts add
// up, distributions are exact, the longest Sending counts, and what is said per event is merged by name without
// percentiles, whose distributions the results do not hold. The error names what cannot be merged.
func Merge(results ...*Result) (*Result, error) {
	if len(results) == 0 {
		return nil, errors.New("merge: no result")
	}
	out := &Result{Transport: results[0].Transport, Closed: results[0].Closed}
	var latency, service, wait, slip histogram
	for i, r := range results {
		if r.Closed != out.Closed {
			return nil, fmt.Errorf("merge: result %d: a closed loop and an open model do not measure the same", i+1)
		}
		for _, part := range []struct {
			sum  *histogram
			from *Summary
			name string
		}{{&latency, &r.Latency, "latency"}, {&service, &r.Service, "service"}, {&wait, &r.Wait, "wait"}, {&slip, &r.Slip, "slip"}} {
			h, err := restore(part.from)
			if err != nil {
				return nil, fmt.Errorf("merge: result %d: %s: %w", i+1, part.name, err)
			}
			part.sum.add(h)
		}
		out.take(r)
	}
	var problems [4]error
	out.Latency, problems[0] = latency.whole()
	out.Service, problems[1] = service.whole()
	out.Wait, problems[2] = wait.whole()
	out.Slip, problems[3] = slip.whole()
	return out, errors.Join(problems[:]...)
}

// take adds everything of o but its distributions.
func (r *Result) take(o *Result) {
	r.add(&o.Counts)
	r.Sending = max(r.Sending, o.Sending)
	r.Peak, r.Connections, r.Abandoned = r.Peak+o.Peak, r.Connections+o.Connections, r.Abandoned+o.Abandoned
	r.Checked.Bodies += o.Checked.Bodies
	if r.Checked.Invalid == 0 {
		r.Checked.First = o.Checked.First
	}
	r.Checked.Invalid += o.Checked.Invalid
	r.Interrupted = r.Interrupted || o.Interrupted
	if r.Aborted == "" {
		r.Aborted = o.Aborted
	}
	if o.Recovery != nil {
		if r.Recovery == nil {
			r.Recovery = &Recovery{}
		}
		r.Recovery.add(o.Recovery)
	}
	for _, e := range o.Events {
		mine := r.event(e.Event)
		if mine == nil {
			r.Events = append(r.Events, PerEvent{Event: e.Event})
			mine = &r.Events[len(r.Events)-1]
		}
		mine.Attempts += e.Attempts
		for _, pair := range [][2]*Summary{{&mine.Acknowledged, &e.Acknowledged}, {&mine.Undocumented, &e.Undocumented},
			{&mine.Refused, &e.Refused}, {&mine.Failed, &e.Failed}, {&mine.Latency, &e.Latency}} {
			pair[0].Count += pair[1].Count
			pair[0].Max = max(pair[0].Max, pair[1].Max)
		}
	}
}

func (r *Recovery) add(o *Recovery) {
	r.Failing, r.Recovered = max(r.Failing, o.Failing), max(r.Recovered, o.Recovered)
	r.Rescued, r.Exhausted = r.Rescued+o.Rescued, r.Exhausted+o.Exhausted
	r.Pending, r.Forgotten, r.Peak = r.Pending+o.Pending, r.Forgotten+o.Forgotten, r.Peak+o.Peak
}
