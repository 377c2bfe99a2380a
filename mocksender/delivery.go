package mocksender

import (
	"net/http"
	"time"
)

// Delivery is one event sent to one endpoint, with all its attempts.
type Delivery struct {
	// ID identifies the delivery. One event sent to two endpoints, or sent again
	// by a person, is two deliveries.
	ID      string  `json:"id"`
	Message Message `json:"message"`
	// URL is the endpoint that the message is posted to.
	URL string `json:"url"`
	// Attempts are the exchanges so far, in the order in which they were sent.
	Attempts []Attempt `json:"attempts,omitempty"`
	// Next is the attempt that the policy wants after those in Attempts, nil once the delivery has settled.
	Next *Retry `json:"next,omitempty"`
	// Outcome is how the delivery ended; "" while it has not.
	Outcome Outcome `json:"outcome,omitempty"`
}

// Retry is an attempt that has not begun.
type Retry struct {
	// Number is the number that the attempt will have.
	Number int `json:"number"`
	// Wait is the delay that the policy asks for, not scaled; At is when it ends on the wall clock, scaled.
	Wait time.Duration `json:"wait"`
	At   time.Time     `json:"at"`
	// Begun is when the attempt began, zero while it has not. It is set only for [Config].Announce.
	Begun time.Time `json:"begun,omitzero"`
}

// Attempt is one HTTP exchange of a delivery.
type Attempt struct {
	// Number counts from 1.
	Number int `json:"number"`
	// DeliveryID is the id under which the receiver saw the delivery, "" if it is the delivery's own.
	DeliveryID string `json:"deliveryId,omitempty"`
	// Body is what was sent, if it was not the message's body, see [Delivery.Sent].
	Body []byte `json:"body,omitempty"`
	// Planned is when the policy wanted the attempt, on the wall clock (after --time-scale).
	Planned time.Time `json:"planned"`
	// Sent is when the exchange began, Settled when the reply was read or given up.
	Sent    time.Time `json:"sent"`
	Settled time.Time `json:"settled"`
	// Wait is the delay that the policy asked for before this attempt, not scaled.
	Wait time.Duration `json:"wait,omitempty"`
	// Header holds the headers as they were sent, in their spelling on the wire, or as they would
	// have been when no connection was made. Values of headers that carry a credential are redacted
	// in records, see [Attempt.Redacted].
	Header http.Header `json:"header,omitempty"`
	// Credentials names the keys of Header whose values are credentials.
	Credentials []string `json:"credentials,omitempty"`
	// Reply is the receiver's answer, nil if none was read.
	Reply *Reply `json:"reply,omitempty"`
	// Failure says why there is no whole reply, nil if there is one: one of Reply and Failure is always set.
	Failure *Failure `json:"failure,omitempty"`
	// MayHaveArrived tells that request bytes were written, so that the receiver may have
	// acted although no reply was read.
	MayHaveArrived bool `json:"mayHaveArrived"`
	// Reused tells that the attempt went over a connection that was kept from an earlier exchange.
	Reused bool `json:"reused,omitempty"`
	// Acknowledged is the policy's reading of the exchange.
	Acknowledged Answer `json:"acknowledged"`
}

// Duration is the time that the exchange took.
func (a *Attempt) Duration() time.Duration { return a.Settled.Sub(a.Sent) }

// Sent returns the message of an attempt: the delivery's, with the attempt's own body if it has one.
func (d *Delivery) Sent(a *Attempt) Message {
	m := d.Message
	if a.Body != nil {
		m.Body = a.Body
	}
	return m
}

// Reply is what the receiver answered.
type Reply struct {
	Status int    `json:"status"`
	Proto  string `json:"proto,omitempty"`
	// Reason is the reason phrase if it is not the usual one for Status. It comes from the receiver
	// as it is: escape it before it is shown.
	Reason string      `json:"reason,omitempty"`
	Header http.Header `json:"header,omitempty"`
	// Body is the reply's body as it was on the wire (never decompressed), up to the sender's cap.
	Body []byte `json:"body,omitempty"`
	// Truncated tells that the body was longer than the cap.
	Truncated bool `json:"truncated,omitempty"`
}

// Failure is an exchange without a usable reply. It is the receiver's or the
// network's, never ours.
type Failure struct {
	Kind FailureKind `json:"kind"`
	// Text is the cause in words, for people, with control characters escaped.
	Text string `json:"text"`
	// Partial is what was read of a reply that broke off or was not complete in time, or nil.
	Partial *Reply `json:"partial,omitempty"`
}

// FailureKind classifies failures by the phase in which they happened.
type FailureKind string

// The kinds of failure.
const (
	FailureResolve   FailureKind = "resolve"   // the host name has no address
	FailureRefused   FailureKind = "refused"   // connection refused
	FailureConnect   FailureKind = "connect"   // any other failure to connect, its timeout included
	FailureTLS       FailureKind = "tls"       // handshake or certificate
	FailureForbidden FailureKind = "forbidden" // the address is one that hookrig must not send to
	FailureReset     FailureKind = "reset"     // the connection broke after it was made
	FailureTimeout   FailureKind = "timeout"   // no complete reply within the policy's timeout
	FailureProtocol  FailureKind = "protocol"  // the answer is not HTTP
	FailureCancelled FailureKind = "cancelled" // the run was stopped during the exchange
)

// Answer is how a policy reads an exchange.
type Answer string

// The answers. Undocumented is a status of which the provider says nothing:
// the sender goes on as if it were a success, and judging calls it a warning.
const (
	Acknowledged   Answer = "acknowledged"
	Undocumented   Answer = "undocumented"
	Unacknowledged Answer = "unacknowledged"
)

// Outcome is how a delivery ended.
type Outcome string

// The outcomes of a delivery.
const (
	// Delivered: the receiver acknowledged.
	Delivered Outcome = "delivered"
	// Exhausted: every attempt of the policy was refused or failed, and none may have arrived unseen.
	Exhausted Outcome = "exhausted"
	// Unknown: no attempt was acknowledged, and at least one may have arrived unanswered.
	Unknown Outcome = "unknown"
	// Cancelled: the run was stopped before the delivery settled.
	Cancelled Outcome = "cancelled"
	// Held: the endpoint is not active. Nothing more is sent until it is; what was tried before is in Attempts.
	Held Outcome = "held"
)
