package endpoint

import "time"

// FactKind names what happened.
type FactKind string

// The facts.
const (
	Arrived   FactKind = "arrived"   // an event is to be delivered; Delivery and Date say which
	Succeeded FactKind = "succeeded" // an attempt was acknowledged, and its delivery is settled
	Missed    FactKind = "missed"    // an attempt was not acknowledged; Final tells whether the policy gives up
	Due       FactKind = "due"       // the wait before a retry is over
	Withdrawn FactKind = "withdrawn" // the delivery is taken back, whatever its state
	Restart   FactKind = "restart"   // a person restarts the endpoint
	Disable   FactKind = "disable"   // a person pauses it
	Resumed   FactKind = "resumed"   // the time is over for which a reply asked to be spared
	Enable    FactKind = "enable"    // a person ends the pause
)

// Fact is something that happened to an endpoint.
type Fact struct {
	Kind FactKind `json:"kind"`
	// Delivery is the ID of the delivery that the fact is about, "" for those about the endpoint.
	Delivery string `json:"delivery,omitempty"`
	// Date is the event's time, for Arrived.
	Date time.Time `json:"date,omitzero"`
	// Later, for Arrived: it was tried before, by another run, and its retry is not due yet.
	Later bool `json:"later,omitempty"`
	// Final, for Missed: no retry follows.
	Final bool `json:"final,omitempty"`
	// Spared, for Missed: the failure is none that the provider counts against the endpoint.
	Spared bool `json:"spared,omitempty"`
	// Pause, for Missed: how long the endpoint is sent nothing, because the reply asked for it.
	Pause time.Duration `json:"pause,omitempty"`
}

// EffectKind names what is to be done.
type EffectKind string

// The effects.
const (
	Post    EffectKind = "post"    // send the delivery now
	Hold    EffectKind = "hold"    // the delivery waits in the queue until the endpoint is active
	Drop    EffectKind = "drop"    // the delivery is lost: the endpoint is deleted, or does not queue
	Changed EffectKind = "changed" // the endpoint went from one state to another
)

// Effect is something to be done because of a fact.
type Effect struct {
	Kind     EffectKind `json:"kind"`
	Delivery string     `json:"delivery,omitempty"`
	From     Status     `json:"from,omitempty"`
	To       Status     `json:"to,omitempty"`
}

// State is what can be read of an endpoint.
type State struct {
	Status Status `json:"status"`
	// Since is when Status became what it is.
	Since time.Time `json:"statusTime"`
	// Failures and Successes are the counters, as [Settings] read them.
	Failures  int `json:"recentFailureCount"`
	Successes int `json:"recentSuccessCount"`
	// Draining tells that no post has succeeded since the endpoint became active again.
	Draining bool `json:"draining,omitempty"`
	// PausedUntil is when posting goes on after a reply asked for a pause, zero if none did. A fact
	// [Resumed] at that time posts what waits.
	PausedUntil time.Time `json:"pausedUntil,omitzero"`
	// Queued, Waiting and Posted count deliveries: in the queue, before a retry, under way.
	Queued  int `json:"queued"`
	Waiting int `json:"waiting"`
	Posted  int `json:"posted"`
}
