package receiver

import (
	"net/http"
	"time"

	"github.com/tidwall/gjson"
)

// Step looks at an exchange and either lets it pass (nil) or ends it with an answer.
type Step func(*Exchange) *Answer

// Steps are the decisions of a receiver, in the order in which they are taken.
// A flaw replaces exactly one of them.
type Steps struct {
	Method      Step // only the methods of the contract
	Media       Step // only JSON, with any charset parameter that means UTF-8
	Read        Step // the body, up to the limit
	Route       Step // which provider is it
	Header      Step // the token in the header, before anything in the body is looked at
	Signature   Step // any other credential, over the bytes as they came
	Parse       Step // is it JSON
	Body        Step // the token in the body
	Resolve     Step // which event is it
	Validate    Step // does it fit the contract
	Identify    Step // what makes this event the same as another
	Store       Step // once
	Apply       Step // to the subject's state: older news do not overwrite newer
	Acknowledge Step // the documented answer

	// Restart is what a restart does to what is kept; nil does nothing.
	Restart func(Store)
	// Spelled keeps the names of header fields as they were written, for [Exchange.HeaderNames].
	Spelled bool
}

// Correct returns the steps of the reference receiver.
func Correct() Steps {
	return Steps{
		Method: checkMethod, Media: checkMedia, Read: readBody, Route: route,
		Header: checkHeaderToken, Signature: checkSignature, Parse: parse, Body: checkBodyToken,
		Resolve: resolve, Validate: validate, Identify: identify,
		Store: store, Apply: apply, Acknowledge: acknowledge,
	}
}

func (s *Steps) inOrder() []Step {
	return []Step{
		s.Method, s.Media, s.Read, s.Route, s.Header, s.Signature, s.Parse, s.Body,
		s.Resolve, s.Validate, s.Identify, s.Store, s.Apply, s.Acknowledge,
	}
}

// Exchange is one request on its way through the steps. Each step fills in what the next ones need.
type Exchange struct {
	Request *http.Request
	Writer  http.ResponseWriter
	// Arrived is when the request came in, on the wall clock.
	Arrived time.Time
	// Body is set by Read, Document by Parse.
	Body     []byte
	Document gjson.Result
	// Event is set by Resolve.
	Event string
	// Effect is set by Identify, Stored by Store: false for one that was there already.
	Effect Effect
	Stored bool
	// Problems say why the request was refused, for the answer and the observer.
	Problems []string

	desk     *desk
	receiver *Receiver
}

// Put stores the exchange's effect under its key and reports whether it was new.
func (x *Exchange) Put() bool { return x.receiver.store.Put(x.Effect) }

// Advance makes the exchange's event the state of its subject if newer, given the
// present one, says so.
func (x *Exchange) Advance(newer func(old Effect) bool) {
	if x.Effect.Subject != "" {
		x.receiver.store.Advance(x.Effect, newer)
	}
}

// Answer is what the receiver replies.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}
