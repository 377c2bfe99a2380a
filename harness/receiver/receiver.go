package receiver

import (
	"net/http"
	"time"
)

// Receiver answers webhooks as a good consumer does. It is an [http.Handler]
// that takes deliveries on every path but the probe's, and is safe for concurrent use.
type Receiver struct {
	steps     Steps
	desks     []*desk
	store     Store
	observe   func(Arrival)
	maxBody   int64
	probePath string
}

// Arrival is a delivery that was answered, for an observer.
type Arrival struct {
	Arrived  time.Time
	Method   string
	Path     string
	Header   http.Header
	Body     []byte
	Contract string
	Event    string
	Status   int
	// New tells that the delivery left an effect; a repeat leaves none.
	New bool
	// Problems say why it was refused.
	Problems []string
}

// ProbePath returns the path of the probe endpoint.
func (r *Receiver) ProbePath() string { return r.probePath }

// Effects returns the effects so far that match the filter, oldest first.
func (r *Receiver) Effects(filter Filter) []Effect { return r.store.Effects(filter) }

// ServeHTTP answers one delivery, or a look at the effects.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	switch request.URL.Path {
	case r.probePath:
		r.serveProbe(w, request)
		return
	case RestartPath:
		r.serveRestart(w, request)
		return
	}
	x := &Exchange{Request: request, Writer: w, Arrived: time.Now(), receiver: r}
	answer := r.decide(x)
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Status)
	if len(answer.Body) > 0 {
		_, _ = w.Write(answer.Body) // the sender went away: there is no one to tell
	}
	r.tell(x, answer)
}

func (r *Receiver) decide(x *Exchange) *Answer {
	for _, step := range r.steps.inOrder() {
		if step == nil {
			continue
		}
		if answer := step(x); answer != nil {
			return answer
		}
	}
	return &Answer{Status: http.StatusOK}
}

func (r *Receiver) tell(x *Exchange, answer *Answer) {
	if r.observe == nil {
		return
	}
	name := ""
	if x.desk != nil {
		name = x.desk.contract.Name()
	}
	r.observe(Arrival{
		Arrived: x.Arrived, Method: x.Request.Method, Path: x.Request.URL.Path,
		Header: x.Request.Header, Body: x.Body, Contract: name, Event: x.Event,
		Status: answer.Status, New: x.Stored, Problems: x.Problems,
	})
}
