package harness

import (
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// RecordVersion is the version of the NDJSON run record. A reader refuses a newer one.
const RecordVersion = 1

// Run is everything that a run saw. It is the stream of [Record]s, collected.
type Run struct {
	Header     Header                `json:"header"`
	Scenarios  []Scenario            `json:"scenarios,omitempty"`
	Findings   []Finding             `json:"findings,omitempty"`
	Deliveries []mocksender.Delivery `json:"deliveries,omitempty"`
	Summary    *Summary              `json:"summary,omitempty"` // nil when the run did not end
}

// Record is one line of the NDJSON file: exactly one of the pointers is set, and Kind names it.
type Record struct {
	Kind     string               `json:"kind"` // "header", "delivery", "finding", "scenario", "summary"
	Header   *Header              `json:"header,omitempty"`
	Delivery *mocksender.Delivery `json:"delivery,omitempty"`
	Finding  *Finding             `json:"finding,omitempty"`
	Scenario *Scenario            `json:"scenario,omitempty"`
	Summary  *Summary             `json:"summary,omitempty"`
}

// Header says what ran, so that it can be repeated.
type Header struct {
	Version   int       `json:"version"`
	Hookrig   string    `json:"hookrig"`
	Command   string    `json:"command"` // "verify", "send"
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
