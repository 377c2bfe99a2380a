package harness_test

import (
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

func TestEndpointStopsQueuesAndDrains(t *testing.T) {
	c := config(t, "zipit", "")
	server := reference(t, &c)
	r := rig(t, c)
	outage, err := r.Outage(10)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := outage.Close(); err != nil {
			t.Error(err)
		}
	}()
	e, err := r.Endpoint(harness.Shipping{To: outage.URL})
	if err != nil {
		t.Fatal(err)
	}
	var messages []mocksender.Message
	for n := range uint64(3) {
		m, err := r.Message("billing:purchase", n)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	held, err := e.Deliver(t.Context(), messages...)
	if err != nil || e.State().Status != endpoint.Failed || e.State().Queued != 3 || held[0].Outcome != mocksender.Held {
		t.Fatalf("state %+v, %v", e.State(), err)
	}
	sent, err := e.Restart(t.Context())
	if err != nil || len(sent) != 3 || sent[2].Outcome != mocksender.Delivered || len(server.Effects(receiver.Filter{})) != 3 {
		t.Errorf("%d sent, state %+v, %v", len(sent), e.State(), err)
	}
}
