package harness

import "github.com/hookrig/hookrig/mocksender/contract"

// Verdict is what a scenario concluded.
type Verdict string

// The verdicts. Warning is a behaviour that the provider does not document;
// Inconclusive is a rule that could not be observed, and says what would make it observable.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Warning      Verdict = "warning"
	Inconclusive Verdict = "inconclusive"
	Skipped      Verdict = "skipped"
)

// Finding is one conclusion about the receiver, with its evidence. Passing
// scenarios are counted, not found.
type Finding struct {
	// Rule is the stable name of the rule, for example "reply-status".
	Rule    string  `json:"rule"`
	Verdict Verdict `json:"verdict"`
	// Scenario is the full text of the spec, Theme and Event are its labels.
	Scenario string `json:"scenario"`
	Theme    string `json:"theme,omitempty"`
	Event    string `json:"event,omitempty"`
	// Summary is the finding in one line.
	Summary string `json:"summary"`
	// Want and Got are the expectation and what happened, in words.
	Want string `json:"want"`
	Got  string `json:"got"`
	// Why says why a receiver's owner should care, Source where the rule comes from.
	Why    string `json:"why,omitempty"`
	Source string `json:"source,omitempty"`
	// Pointer and Pos are the place in the contract that the receiver broke; Pos.Line is 0 when no place applies.
	Pointer string            `json:"pointer,omitempty"`
	Pos     contract.Position `json:"pos,omitzero"`
	// Instance is a JSON pointer into the body of the reply: the value that breaks the rule; "" when it is no part of the body.
	Instance string `json:"instance,omitempty"`
	// Deliveries are the IDs of the deliveries in the run that show it.
	Deliveries []string `json:"deliveries,omitempty"`
	// Sent and Received are excerpts of the decisive exchange, credentials redacted.
	Sent     string `json:"sent,omitempty"`
	Received string `json:"received,omitempty"`
	// Smallest is the smallest payload that was still refused, with what it took to find it, credentials redacted; "" when
	// no payload was refused that should have been taken.
	Smallest string `json:"smallest,omitempty"`
	// Curl repeats the exchange without hookrig, Repeat is the hookrig line that repeats the case.
	Curl   string `json:"curl,omitempty"`
	Repeat string `json:"repeat,omitempty"`
}
