package load

import (
	"errors"
	"fmt"
	"slices"
)

// Merge adds up results of runs that were made beside each other, or one after the other, against one receiver: counts add
// up, distributions are exact, those of events too, and the longest Sending and Arriving count. The error names what cannot be merged.
func Merge(results ...*Result) (*Result, error) {
	if len(results) == 0 {
		return nil, errors.New("merge: no result")
	}
	out := &Result{Transport: results[0].Transport, Proxy: results[0].Proxy, Closed: results[0].Closed}
	var latency, service, wait, slip histogram
	events := map[string]*eventTally{}
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
		if err := mergeEvents(events, r); err != nil {
			return nil, fmt.Errorf("merge: result %d: %w", i+1, err)
		}
		out.take(r)
	}
	if slices.ContainsFunc(results, func(r *Result) bool { return r.Arriving == 0 }) {
		out.Arriving, out.InTime = 0, 0
	}
	problems := make([]error, 4+len(out.Events))
	out.Latency, problems[0] = latency.whole()
	out.Service, problems[1] = service.whole()
	out.Wait, problems[2] = wait.whole()
	out.Slip, problems[3] = slip.whole()
	for i, e := range out.Events {
		out.Events[i], problems[4+i] = events[e.Event].result(e.Event, (*histogram).whole)
	}
	return out, errors.Join(problems...)
}

// mergeEvents adds the distributions of r's events, by their names.
func mergeEvents(events map[string]*eventTally, r *Result) error {
	for i := range r.Events {
		e := &r.Events[i]
		if events[e.Event] == nil {
			events[e.Event] = &eventTally{}
		}
		sum := events[e.Event]
		sum.attempts += e.Attempts
		parts := e.parts()
		for k, part := range parts[:outcomes] {
			h, err := restore(part)
			if err != nil {
				return fmt.Errorf("event %s: %w", e.Event, err)
			}
			sum.latency[k].add(h)
		}
	}
	return nil
}

// take adds everything of o but its distributions.
func (r *Result) take(o *Result) {
	r.Add(&o.Counts)
	r.Sending, r.Arriving, r.InTime = max(r.Sending, o.Sending), max(r.Arriving, o.Arriving), r.InTime+o.InTime
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
		if r.event(e.Event) == nil {
			r.Events = append(r.Events, PerEvent{Event: e.Event})
		}
	}
}

func (r *Recovery) add(o *Recovery) {
	r.Failing, r.Recovered = max(r.Failing, o.Failing), max(r.Recovered, o.Recovered)
	r.Rescued, r.Exhausted = r.Rescued+o.Rescued, r.Exhausted+o.Exhausted
	r.Pending, r.Forgotten, r.Peak = r.Pending+o.Pending, r.Forgotten+o.Forgotten, r.Peak+o.Peak
	for i := range o.Endpoints {
		r.endpoint(&o.Endpoints[i])
	}
	for _, line := range o.Unfollowed {
		if !slices.Contains(r.Unfollowed, line) {
			r.Unfollowed = append(r.Unfollowed, line)
		}
	}
}

// endpoint adds what became of one endpoint. Each run has its own: the first that was stopped counts.
func (r *Recovery) endpoint(o *Endpoint) {
	at := slices.IndexFunc(r.Endpoints, func(e Endpoint) bool { return e.Policy == o.Policy })
	if at < 0 {
		r.Endpoints = append(r.Endpoints, *o)
		return
	}
	e := &r.Endpoints[at]
	e.Throttled, e.Paused, e.Held, e.Lost = e.Throttled+o.Throttled, max(e.Paused, o.Paused), e.Held+o.Held, e.Lost+o.Lost
	if o.Status != "" && (e.Status == "" || o.Stopped < e.Stopped) {
		e.Status, e.Stopped, e.Rule = o.Status, o.Stopped, o.Rule
	}
}
