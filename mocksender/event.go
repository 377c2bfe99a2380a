package mocksender

import (
	"net/http"
	"time"
)

// Event is something that happened at the provider. Its ID is the same in every
// attempt and in every redelivery.
type Event struct {
	// Contract names the contract that the event belongs to, for example "chargeover".
	Contract string `json:"contract"`
	// Type is the event's name in the contract, for example "customer.nightly".
	Type string `json:"type"`
	// ID identifies the event. It is made from seed and number, so a run that is
	// repeated makes the same IDs.
	ID string `json:"id"`
	// Time is the payload's clock: when the event happened at the provider.
	Time time.Time `json:"time"`
	// Subject names what the event is about. Events of one subject agree with
	// each other.
	Subject string `json:"subject,omitempty"`
	// Number is the event's place in its run, from 0. With the seed it determines the payload.
	Number uint64 `json:"number"`
}

// Message is an event ready to be sent: the bytes that are signed, sent,
// validated and recorded are these and no others.
type Message struct {
	Event Event `json:"event"`
	// Method is the HTTP method, "POST" unless the contract says otherwise.
	Method string `json:"method"`
	// Query holds required query parameters of the webhook, already encoded ("a=1&b=2"), or is empty.
	Query string `json:"query,omitempty"`
	// Header holds the headers that the contract asks for, Content-Type among them.
	// Authentication is added for each attempt by the [Authenticator].
	Header http.Header `json:"header,omitempty"`
	// Body is the payload. It must not be changed once the message was handed to a Sender.
	Body []byte `json:"body"`
}
