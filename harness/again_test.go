package harness_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// paidContract has an event that says which one it is, and when it is sent.
const paidContract = `
openapi: 3.1.0
info: {title: Paid, version: "1"}
webhooks:
  paid:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, order, sent_at]
              properties:
                id: {type: string, format: uuid, x-faker: {same: event.id}}
                order: {type: integer, x-faker: {sequence: {start: 1001}, scope: subject}}
                sent_at: {type: string, format: date-time, x-faker: {time: event}}
      responses:
        "200": {description: taken}
`

// renewing is a configuration for a policy that makes the body of each attempt anew, and waits a minute and an hour.
func renewing(t *testing.T, target string) harness.Config {
	t.Helper()
	c, err := contract.Load(fstest.MapFS{"paid.yaml": {Data: []byte(paidContract)}}, "paid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := "policy: renewing\ntitle: Renewing\n"
	for _, fact := range []string{"connect_timeout: {value: 5s", "timeout: {value: 10s", "success: {value: {statuses: [2xx]}",
		"retry: {value: {delays: [1m, 1h]}", "disable: {value: null", "headers: {value: {}", "authentication: {value: {scheme: none}",
		"identity: {value: {body: refreshed, delivery_id: same}"} {
		text += fact + ", grade: assumption, reason: r}\n"
	}
	p, err := policy.Parse("renewing.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out := config(t, "chargeover", target)
	out.Contract, out.Policy, out.Secret = c, p, ""
	return out
}

// refusing starts a server that keeps the bodies and refuses the first two.
func refusing(t *testing.T) (url string, bodies *[][]byte) {
	t.Helper()
	bodies = new([][]byte)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if *bodies = append(*bodies, body); len(*bodies) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, bodies
}

func TestARefreshedRetryIsTheSameEventAtItsOwnMoment(t *testing.T) {
	url, bodies := refusing(t)
	c := renewing(t, url)
	r := rig(t, c)
	d, err := r.Deliver(t.Context(), "paid")
	if err != nil || len(d.Attempts) != 3 || d.Outcome != mocksender.Delivered || len(*bodies) != 3 {
		t.Fatalf("%d attempts, %d bodies, %s, %v", len(d.Attempts), len(*bodies), d.Outcome, err)
	}
	for i, after := range []time.Duration{0, time.Minute, time.Minute + time.Hour} {
		body := gjson.ParseBytes((*bodies)[i])
		if got, want := body.Get("sent_at").String(), c.Time.Add(after).Format(time.RFC3339); got != want {
			t.Errorf("attempt %d says %s, want %s", i+1, got, want)
		}
		if body.Get("id").String() != d.Message.Event.ID || body.Get("order").Int() != 1001 {
			t.Errorf("attempt %d is another event: %s", i+1, (*bodies)[i])
		}
		if sent := d.Sent(&d.Attempts[i]).Body; !bytes.Equal(sent, (*bodies)[i]) || (d.Attempts[i].Body == nil) != (i == 0) {
			t.Errorf("attempt %d is recorded as %s, arrived as %s", i+1, sent, (*bodies)[i])
		}
	}
	if curl := r.Curl(d); !bytes.Contains([]byte(curl), (*bodies)[2]) {
		t.Errorf("the command repeats another attempt: %s", curl)
	}
}

// What a test has made of a message is its own, and what a policy freezes too.
func TestOtherBodiesAreNotMadeAnew(t *testing.T) {
	url, bodies := refusing(t)
	c := renewing(t, url)
	r := rig(t, c)
	m, err := r.Message("paid", 0)
	if err != nil {
		t.Fatal(err)
	}
	m.Body = append(m.Body, ' ')
	if d, err := r.Send(t.Context(), m, harness.Shipping{}); err != nil || len(d.Attempts) != 3 || d.Attempts[2].Body != nil {
		t.Errorf("attempts %+v, %v", d.Attempts, err)
	}
	for i, body := range *bodies {
		if !bytes.Equal(body, m.Body) {
			t.Errorf("attempt %d is %s", i+1, body)
		}
	}
	frozen := rig(t, config(t, "chargeover", url))
	if m, err = frozen.Message("customer.nightly", 0); err != nil {
		t.Fatal(err)
	}
	if again, err := frozen.Again(m, time.Hour); err != nil || !bytes.Equal(again.Body, m.Body) {
		t.Errorf("%v, %s", err, again.Body)
	}
}

func TestAnEventIsRecognizedByBodyOrHeader(t *testing.T) {
	r := rig(t, renewing(t, "http://127.0.0.1/"))
	m, err := r.Message("paid", 0)
	if err != nil || !r.Recognizable(m) {
		t.Errorf("%v, %s", err, m.Body)
	}
	m.Body = []byte("{}")
	if r.Recognizable(m) {
		t.Errorf("by what, in %s?", m.Body)
	}
	c := renewing(t, "http://127.0.0.1/")
	c.Policy.Headers.Value = []policy.Header{{Name: "X-Id", Value: "{event.id}"}}
	if !rig(t, c).Recognizable(m) {
		t.Error("its header has it")
	}
}
