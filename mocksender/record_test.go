package mocksender_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

const token = "s3sam3opendoor"

func TestRedactedHidesEveryCopyOfACredential(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", r.Header.Get("X-Some-Key"))
		w.Header().Set("Set-Cookie", "session="+token)
		fmt.Fprintf(w, "you sent %s", r.Header)
	})
	s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, Auth: key{name: "X-Some-Key", value: token},
		Header: http.Header{"Authorization": {"Bearer b3arer"}, "X-Env": {"ci"}}})
	d := delivery(strings.Replace(url, "//", "//joe:"+token+"@", 1)+"/?key="+token, `{"security_token":"`+token+`","n":1,"again":"b3arer"}`)
	d, err := s.Deliver(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	record, err := json.Marshal(d.Redacted())
	if err != nil {
		t.Fatal(err)
	}
	r := d.Redacted()
	all := string(record) + string(r.Message.Body) + string(r.Attempts[0].Reply.Body)
	if strings.Contains(all, token) || strings.Contains(all, "b3arer") {
		t.Errorf("the record holds the credential: %s", all)
	}
	if string(r.Message.Body) != `{"security_token":"[redacted]","n":1,"again":"[redacted]"}` || r.Attempts[0].Header["X-Env"][0] != "ci" {
		t.Errorf("too much or too little: %s, %v", r.Message.Body, r.Attempts[0].Header)
	}
	if !strings.Contains(string(d.Message.Body), token) || d.Attempts[0].Header["X-Some-Key"][0] != token || !strings.Contains(string(d.Attempts[0].Reply.Body), token) {
		t.Error("the delivery itself was changed")
	}
	if a := d.Attempts[0].Redacted(); a.Header["X-Some-Key"][0] != "[redacted]" || a.Reply.Header["X-Echo"][0] != "[redacted]" {
		t.Errorf("attempt: %v, %v", a.Header, a.Reply.Header)
	}
}

func TestRedactedKnowsSecretsOfADeliveryWithoutAttempts(t *testing.T) {
	d := delivery("http://127.0.0.1/", `{"security_token":"`+token+`"}`)
	if got := string(d.Redacted(token).Message.Body); got != `{"security_token":"[redacted]"}` {
		t.Errorf("body %s", got)
	}
	if d.Redacted().Attempts != nil {
		t.Error("attempts were made up")
	}
}

func TestOutcomeOf(t *testing.T) {
	var (
		yes     = mocksender.Attempt{Reply: &mocksender.Reply{}, MayHaveArrived: true, Acknowledged: mocksender.Acknowledged}
		maybe   = mocksender.Attempt{Reply: &mocksender.Reply{}, MayHaveArrived: true, Acknowledged: mocksender.Undocumented}
		no      = mocksender.Attempt{Reply: &mocksender.Reply{}, MayHaveArrived: true, Acknowledged: mocksender.Unacknowledged}
		refused = mocksender.Attempt{Failure: &mocksender.Failure{}, Acknowledged: mocksender.Unacknowledged}
		timeout = mocksender.Attempt{Failure: &mocksender.Failure{}, MayHaveArrived: true, Acknowledged: mocksender.Unacknowledged}
	)
	for _, row := range []struct {
		attempts []mocksender.Attempt
		stopped  bool
		want     mocksender.Outcome
	}{
		{[]mocksender.Attempt{yes}, false, mocksender.Delivered},
		{[]mocksender.Attempt{no, maybe}, false, mocksender.Delivered},
		{[]mocksender.Attempt{timeout, yes}, true, mocksender.Delivered},
		{[]mocksender.Attempt{no, refused}, false, mocksender.Exhausted},
		{[]mocksender.Attempt{timeout, no}, false, mocksender.Unknown},
		{[]mocksender.Attempt{no, timeout}, true, mocksender.Cancelled},
		{nil, true, mocksender.Cancelled},
	} {
		if got := mocksender.OutcomeOf(row.attempts, row.stopped); got != row.want {
			t.Errorf("%+v: %s, want %s", row.attempts, got, row.want)
		}
	}
}

// Event, delivery and attempt are three things, each with its own name in the record.
func TestRecordNamesEventDeliveryAndAttempt(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	s := newSender(t, mocksender.Config{Policy: renaming{plan{waits: []time.Duration{0}, timeout: time.Minute}}})
	d, err := s.Deliver(t.Context(), delivery(url, "{}"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(d.Redacted())
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		ID       string
		Message  struct{ Event struct{ ID string } }
		Attempts []struct {
			Number     int
			DeliveryID string
			Header     http.Header
		}
	}
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	if record.ID != "d1" || record.Message.Event.ID != "e1" || len(record.Attempts) != 2 {
		t.Fatalf("%s", text)
	}
	for i, want := range []struct{ shown, recorded string }{{"d1", ""}, {"d1 again", "d1 again"}} {
		a := record.Attempts[i]
		if a.Number != i+1 || a.Header["X-Delivery"][0] != want.shown || a.DeliveryID != want.recorded {
			t.Errorf("attempt %d: %+v", i+1, a)
		}
	}
}

// renaming gives later attempts another delivery id.
type renaming struct{ plan }

func (r renaming) Terms(d *mocksender.Delivery, number int) mocksender.Terms {
	terms := r.plan.Terms(d, number)
	terms.DeliveryID = d.ID
	if number > 1 {
		terms.DeliveryID += " again"
	}
	terms.Header = http.Header{"X-Delivery": {terms.DeliveryID}}
	return terms
}
