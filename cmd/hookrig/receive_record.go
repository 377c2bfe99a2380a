package main

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
)

// arrivals records what a receiver got, as a run of deliveries with one attempt
// each. It is safe for concurrent use.
type arrivals struct {
	recorder *harness.Recorder
	url      string
	secret   mocksender.Secret
	count    atomic.Uint64
}

func (r *arrivals) record(x receiver.Arrival) {
	n := r.count.Add(1) - 1
	event := mocksender.Event{Contract: x.Contract, Type: x.Event, Time: x.Arrived, Number: n}
	d := mocksender.Delivery{
		ID: fmt.Sprintf("%s/%s/%d", first(x.Contract, "unknown"), first(x.Event, "unknown"), n), URL: r.url + x.Path,
		Message: mocksender.Message{Event: event, Method: x.Method, Header: contentOf(x.Header), Body: x.Body},
		Attempts: []mocksender.Attempt{{
			Number: 1, Planned: x.Arrived, Sent: x.Arrived, Settled: x.Arrived, Header: x.Header,
			Reply: &mocksender.Reply{Status: x.Status}, MayHaveArrived: true, Acknowledged: mocksender.Unacknowledged,
		}},
		Outcome: mocksender.Exhausted,
	}
	if x.Status < http.StatusMultipleChoices {
		d.Attempts[0].Acknowledged, d.Outcome = mocksender.Acknowledged, mocksender.Delivered
	}
	r.recorder.Delivery(d.Redacted(r.secret))
}

// contentOf are the headers that belong to the message and not to the way it was sent.
func contentOf(h http.Header) http.Header {
	if media := h.Values("Content-Type"); len(media) > 0 {
		return http.Header{"Content-Type": media}
	}
	return nil
}
