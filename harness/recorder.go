package harness

import (
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Recorder collects what a run saw, record by record, and passes each on as it
// comes. It is safe for concurrent use; the rigs of one run share one.
type Recorder struct {
	observe func(Record)

	mu       sync.Mutex
	run      Run
	attempts int
}

// NewRecorder starts a run. Observe gets every record in order, one at a time,
// the header first; nil means that no one follows.
func NewRecorder(header Header, observe func(Record)) *Recorder {
	header.Version = RecordVersion
	r := &Recorder{observe: observe, run: Run{Header: header}}
	r.tell(Record{Kind: "header", Header: &r.run.Header})
	return r
}

func (r *Recorder) tell(record Record) {
	if r.observe != nil {
		r.observe(record)
	}
}

// Delivery records a delivery that has settled. Credentials must be gone from it already.
func (r *Recorder) Delivery(d mocksender.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Deliveries = append(r.run.Deliveries, d)
	r.attempts += len(d.Attempts)
	r.tell(Record{Kind: "delivery", Delivery: &d})
}

// Change records that an endpoint changed its state.
func (r *Recorder) Change(c Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Changes = append(r.run.Changes, c)
	r.tell(Record{Kind: "change", Change: &c})
}

// Finding records a conclusion.
func (r *Recorder) Finding(f Finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Findings = append(r.run.Findings, f)
	r.tell(Record{Kind: "finding", Finding: &f})
}

// Scenario records the result of a spec.
func (r *Recorder) Scenario(s Scenario) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Scenarios = append(r.run.Scenarios, s)
	r.tell(Record{Kind: "scenario", Scenario: &s})
}

// Close ends the run with its summary and returns it. Ended is on the wall clock.
func (r *Recorder) Close(ended time.Time, interrupted bool) Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Summary = &Summary{
		Ended: ended, Counts: r.run.Counts(), Attempts: r.attempts, Interrupted: interrupted,
	}
	r.tell(Record{Kind: "summary", Summary: r.run.Summary})
	return r.run
}
