package harness

import (
	"time"

	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/load"
)

// RecordVersion is the version of the NDJSON run record. A reader refuses a newer one.
const RecordVersion = 1

// Run is everything that a run saw. It is the stream of [Record]s, collected.
type Run struct {
	Header     Header                `json:"header"`
	Scenarios  []Scenario            `json:"scenarios,omitempty"`
	Findings   []Finding             `json:"findings,omitempty"`
	Deliveries []mocksender.Delivery `json:"deliveries,omitempty"`
	Changes    []Change              `json:"changes,omitempty"`
	// Seconds and Load are of a run under load: what happened in each second, and in all of it.
	Seconds []load.Second `json:"seconds,omitempty"`
	Load    *Load         `json:"load,omitempty"`
	Summary *Summary      `json:"summary,omitempty"` // nil when the run did not end
}

// Record is one line of the NDJSON file: exactly one of the pointers is set, and Kind names it.
type Record struct {
	Kind     string               `json:"kind"` // "header", "delivery", "change", "finding", "scenario", "second", "load", "summary"
	Header   *Header              `json:"header,omitempty"`
	Delivery *mocksender.Delivery `json:"delivery,omitempty"`
	Change   *Change              `json:"change,omitempty"`
	Finding  *Finding             `json:"finding,omitempty"`
	Scenario *Scenario            `json:"scenario,omitempty"`
	Second   *load.Second         `json:"second,omitempty"`
	Load     *Load                `json:"load,omitempty"`
	Summary  *Summary             `json:"summary,omitempty"`
}

// Load is the result of a run under load.
type Load struct {
	// Arrivals says in words when events were due.
	Arrivals string `json:"arrivals"`
	// Asked is the rate that was asked for, on average, 0 if there is none or the runs of several were added up.
	Asked load.Rate `json:"asked,omitempty"`
	load.Result
	// Thresholds are what the run had to hold.
	Thresholds []load.Judgement `json:"thresholds,omitempty"`
	// Completion says what became of acknowledged events, nil if nobody looked.
	Completion *probe.Completed `json:"completion,omitempty"`
}

// Header says what ran, so that it can be repeated.
type Header struct {
	Version   int       `json:"version"`
	Hookrig   string    `json:"hookrig"`
	Command   string    `json:"command"` // "verify", "send", "load"
	Target    string    `json:"target"`
	Contracts []string  `json:"contracts"`
	Policies  []string  `json:"policies,omitempty"`
	Seed      uint64    `json:"seed"`
	Started   time.Time `json:"started"`
	// Repeat is the command line that repeats the whole run, credentials left out.
	Repeat string `json:"repeat,omitempty"`
}

// Scenario is the result of one spec.
type Scenario struct {
	Text     string        `json:"text"`
	Theme    string        `json:"theme,omitempty"`
	Event    string        `json:"event,omitempty"`
	Verdict  Verdict       `json:"verdict"`
	Duration time.Duration `json:"duration"` // nanoseconds
	// Deliveries are the IDs of the deliveries that the scenario made.
	Deliveries []string `json:"deliveries,omitempty"`
}

// Change is an endpoint that went from one state to another at the provider.
type Change struct {
	// Endpoint names the endpoint: the contract, and the number of the endpoint in the run.
	Endpoint string `json:"endpoint"`
	// At is when it changed, on the wall clock.
	At   time.Time       `json:"at"`
	From endpoint.Status `json:"from"`
	To   endpoint.Status `json:"to"`
	// Cause is what happened, Delivery the ID of the delivery that it happened to, "" for a person's doing.
	Cause    endpoint.FactKind `json:"cause"`
	Delivery string            `json:"delivery,omitempty"`
	// Failures is how many failures the provider counted then, Queued how many deliveries waited.
	Failures int `json:"failures"`
	Queued   int `json:"queued"`
}

// Summary closes a run.
type Summary struct {
	Ended time.Time `json:"ended"`
	// Counts are scenarios by verdict.
	Counts map[Verdict]int `json:"counts"`
	// Sent counts attempts.
	Attempts int `json:"attempts"`
	// Interrupted tells that the run was stopped before its end.
	Interrupted bool `json:"interrupted,omitempty"`
}
