package policy_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// source is what a sender publishes, in the words of its page, or what the policy file assumes where the page is silent.
type source struct {
	timeout string
	waits   string // before each retry; "h×n" stands for n waits of h
	share   float64
	good    string // statuses that are acknowledged
	bad     string
}

var sources = map[string]source{
	"chargeover":        {timeout: "14s", waits: "1m 5m 30m 2h 6h", good: "200", bad: "301 302 400 404 410 429 500 503"},
	"zipit":             {timeout: "15s", waits: "10s 30s 1m 5m 15m 30m 1h×23", good: "200", bad: "301 400 410 500"},
	"standard-webhooks": {timeout: "20s", waits: "5s 5m 30m 2h 5h 10h 14h 20h 24h", share: 0.1, good: "200 201 204 299", bad: "301 400 410 500"},
	"svix":              {timeout: "15s", waits: "5s 5m 30m 2h 5h 10h 10h", good: "200 204", bad: "301 400 500"},
	"github":            {timeout: "10s", waits: "", good: "200 204", bad: "301 400 500"},
	"shopify":           {timeout: "5s", waits: "1m 2m 4m 8m 15m 30m 1h 2h", good: "200 204", bad: "301 400 500"},
	"recurly":           {timeout: "5s", waits: "10s 74s 266s 778s 2058s 5130s 12298s 28682s 65546s 147466s", good: "200 204", bad: "301 400 500"},
	"chargebee":         {timeout: "20s", waits: "2m 6m 30m 1h 5h 1d 2d", good: "200 204", bad: "301 400 500"},
	"adyen":             {timeout: "10s", waits: "9s×3 2m 5m 10m 15m 30m 1h 2h 4h 8h×88", good: "200 202", bad: "301 400 500"},
}

func (s source) schedule(t *testing.T) []time.Duration {
	var waits []time.Duration
	for _, word := range strings.Fields(s.waits) {
		text, times, repeated := strings.Cut(word, "×")
		n := 1
		if repeated {
			d, err := policy.ParseDuration(times + "s")
			if err != nil {
				t.Fatal(err)
			}
			n = int(d / time.Second)
		}
		wait, err := policy.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			waits = append(waits, wait)
		}
	}
	return waits
}

// inBubble delivers once to handler, by p, in a synctest bubble.
func inBubble(t *testing.T, config mocksender.Config, handler http.HandlerFunc, check func(*testing.T, mocksender.Delivery)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(handler)()
		if config.Dial == nil {
			config.Dial = network.Dial
		}
		s, err := mocksender.New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		d, err := s.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: "http://127.0.0.1/",
			Message: mocksender.Message{Event: mocksender.Event{ID: "e", Type: "t"}, Body: []byte("{}")}})
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
	})
}

func named(t *testing.T, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every named policy, as it is, jitter included, against a receiver that fails and one that hangs.
func TestEveryPolicyPlaysItsSource(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() }
	fail := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	for _, name := range policy.Names() {
		want, ok := sources[name]
		if !ok {
			t.Errorf("%s: no source in this test", name)
			continue
		}
		timeout, err := policy.ParseDuration(want.timeout)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name+" fails", func(t *testing.T) {
			inBubble(t, mocksender.Config{Policy: named(t, name), Seed: 7}, fail, func(t *testing.T, d mocksender.Delivery) {
				want.compare(t, d, 0)
				if d.Outcome != mocksender.Exhausted {
					t.Errorf("outcome %s", d.Outcome)
				}
			})
		})
		t.Run(name+" hangs", func(t *testing.T) {
			inBubble(t, mocksender.Config{Policy: named(t, name), Seed: 8}, hang, func(t *testing.T, d mocksender.Delivery) {
				want.compare(t, d, timeout)
				if d.Outcome != mocksender.Unknown {
					t.Errorf("outcome %s although the bytes had left", d.Outcome)
				}
			})
		})
	}
}

// compare checks every attempt's moment: took is how long each exchange must last.
func (s source) compare(t *testing.T, d mocksender.Delivery, took time.Duration) {
	t.Helper()
	waits := s.schedule(t)
	if len(d.Attempts) != len(waits)+1 {
		t.Fatalf("%d attempts, want %d", len(d.Attempts), len(waits)+1)
	}
	for i, a := range d.Attempts {
		if a.Duration() != took || a.Number != i+1 {
			t.Errorf("attempt %d (%d) took %v, want %v", i+1, a.Number, a.Duration(), took)
		}
		if i == 0 {
			continue
		}
		got, want := a.Sent.Sub(d.Attempts[i-1].Settled), waits[i-1]
		if slack := time.Duration(float64(want) * s.share); got < want-slack || got > want+slack || got != a.Wait {
			t.Errorf("attempt %d after %v, planned after %v, want %v ± %v", i+1, got, a.Wait, want, slack)
		}
	}
}

func TestEveryPolicyReadsStatusesAsItsSource(t *testing.T) {
	for name, want := range sources {
		p := named(t, name)
		for list, answer := range map[string]mocksender.Answer{want.good: mocksender.Acknowledged, want.bad: mocksender.Unacknowledged} {
			for _, text := range strings.Fields(list) {
				status, err := policy.ParseDuration(text + "s")
				if err != nil {
					t.Fatal(err)
				}
				if got := p.Read(&mocksender.Attempt{Reply: &mocksender.Reply{Status: int(status / time.Second)}}); got != answer {
					t.Errorf("%s: %s is %s, want %s", name, text, got, answer)
				}
			}
		}
	}
}
