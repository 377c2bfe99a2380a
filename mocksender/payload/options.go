package payload

import (
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Options say which payloads are made.
type Options struct {
	// Seed chooses the run: the same seed gives the same bytes. 0 is a seed like any other.
	Seed uint64
	// Time is the payload's clock at event 0. The zero time is an error: time is an argument here.
	Time time.Time
	// Interval is the time between two events on the payload's clock. 0 means that all happen at Time.
	Interval time.Duration
	// Subjects is how many subjects the events are about, in turn. 0 gives each event one of its own.
	Subjects uint64
	// Secret is the shared token that a body may carry (event.secret in a contract).
	Secret mocksender.Secret
	// Profile says which of the valid payloads are made. "" is [Typical].
	Profile Profile
	// Examples takes the values that the document gives as examples, or else as defaults, where they are valid and no
	// x-faker says how a value is made.
	Examples bool
	// Signed names the headers that authentication, or the policy, writes. A required parameter that looks like a credential and is none of
	// them is made as its schema says; nil leaves all such parameters to authentication. See [Generator.Invented].
	Signed []string
	// Set overrides single values.
	Set []Setting
}

// Setting overrides one value of the payload.
type Setting struct {
	// Path names the value by dots ("data.customer.company", "sims.0.iccid") or as a JSON pointer.
	Path string
	// Value is JSON, or else text.
	Value string
	// New allows a member that the schema does not name.
	New bool
}

// mayViolate tells that a person overrides values, who may want an invalid payload.
func (o *Options) mayViolate() bool { return len(o.Set) > 0 }
