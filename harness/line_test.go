package harness_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
)

// One shipment meets a fault, the others of the rig do not.
func TestShippingThroughALineWithFaults(t *testing.T) {
	c := config(t, "chargeover", "s3cret-s3cret-s3cret-s3cret-s3cr")
	server := reference(t, &c)
	r := rig(t, c)
	line, err := fault.New(1, "lost-ack", "chunked")
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.Message("customer.nightly", 0)
	if err != nil {
		t.Fatal(err)
	}
	for attempts, how := range map[int]harness.Shipping{1: {}, 2: {Line: line}} {
		d, err := r.Send(t.Context(), m, how)
		if err != nil || d.Outcome != mocksender.Delivered || len(d.Attempts) != attempts {
			t.Errorf("%s after %d attempts, want %d: %v", d.Outcome, len(d.Attempts), attempts, err)
		}
	}
	if n := len(server.Effects(receiver.Filter{})); n != 1 {
		t.Errorf("%d effects of one event", n)
	}
}

// A journal has no credential; the rig puts its own back, and another one's bytes are not sent.
func TestResumeFromAJournal(t *testing.T) {
	c := config(t, "chargeover", "s3cret-s3cret-s3cret-s3cret-s3cr")
	server := reference(t, &c)
	r := rig(t, c)
	m, err := r.Message("customer.nightly", 0)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := mocksender.NewJournal(&file, r.Secret()).Observe(r.Plan(m)); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file.Bytes(), []byte(r.Secret().Reveal())) {
		t.Error("the journal holds the secret")
	}
	recorded, err := mocksender.ReadJournal(&file)
	if err != nil {
		t.Fatal(err)
	}
	resumed, err := r.Resume(recorded[0])
	if err != nil || resumed.Settled || resumed.MayHaveArrived {
		t.Fatalf("%+v, %v", resumed, err)
	}
	d, err := r.Continue(t.Context(), resumed.Delivery, harness.Shipping{})
	if err != nil || d.Outcome != mocksender.Delivered || !bytes.Equal(d.Message.Body, m.Body) || len(server.Effects(receiver.Filter{})) != 1 {
		t.Errorf("%s, %v", d.Outcome, err)
	}
	other := c
	other.Secret = "another-secret-of-32-characters-"
	if _, err := rig(t, other).Resume(recorded[0]); !errors.Is(err, mocksender.ErrOtherBody) {
		t.Errorf("another secret: %v", err)
	}
}

// Without Alone, the second delivery would come over the connection of the first.
func TestAloneTakesAConnectionOfItsOwn(t *testing.T) {
	r := rig(t, config(t, "zipit", answering(t, http.StatusOK).URL))
	for _, alone := range []bool{false, true, true, false} {
		m, err := r.Message("billing:purchase", 1)
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Send(t.Context(), m, harness.Shipping{Once: true, Alone: alone})
		if err != nil || d.Last().Reply == nil {
			t.Fatal(d.Last(), err)
		}
		if alone && d.Last().Reused {
			t.Error("it came over a connection that another had used")
		}
	}
}

// What curl can do of a line's faults, the command does.
func TestCurlSpellsWhatALineDid(t *testing.T) {
	r := rig(t, config(t, "zipit", answering(t, http.StatusOK).URL))
	for name, want := range map[string]string{"lower-case": "-H 'content-type: application/json'", "chunked": "-H 'Transfer-Encoding: chunked'", "http-1.0": "--http1.0 "} {
		line, err := fault.New(0, name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := r.Message("billing:purchase", 1)
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Send(t.Context(), m, harness.Shipping{Once: true, Line: line})
		if command := r.Curl(d); err != nil || !strings.Contains(command, want) {
			t.Errorf("%s: %v: %s", name, err, command)
		}
	}
}
