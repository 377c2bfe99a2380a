package load_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
)

// A lane sends what a run sends, over one connection, and what it shows is what it sends.
func TestALaneSendsWhatItShows(t *testing.T) {
	for _, test := range []struct{ contract, event, policy, secret string }{
		{"chargeover", "customer.nightly", "chargeover", "0123456789abcdefghijklmnopqrstuv"},
		{"zipit", "claim:claimSuccess", "github", "a shared secret"},
	} {
		t.Run(test.policy, func(t *testing.T) {
			var got seen
			remotes, ids := map[string]bool{}, map[string]bool{}
			url := serve(t, got.handler(func(_ http.ResponseWriter, r *http.Request) { remotes[r.RemoteAddr] = true })) + "/hooks?a=1"
			lanes, err := load.NewLanes(load.Config{Target: url, Events: []load.Event{eventOf(t, test.contract, test.event, test.policy,
				mocksender.Secret(test.secret))}})
			if err != nil {
				t.Fatal(err)
			}
			lane := lanes.Open()
			defer lane.Close()
			for n := range uint64(20) {
				shown, err := lane.Request(t.Context(), test.event, n)
				if err != nil {
					t.Fatal(err)
				}
				body := string(shown.Body)
				d, err := lane.Deliver(t.Context(), test.event, n)
				if err != nil || d.Status != 200 || d.Answer != mocksender.Acknowledged || d.Took <= 0 || d.Written <= len(body) || d.Read <= len("HTTP/1.1 200 OK\r\n") {
					t.Fatalf("%+v, %v", d, err)
				}
				sent := got.requests[n]
				if sent.body != body || sent.method != shown.Method || shown.URL != url || !strings.HasSuffix(url, sent.uri) {
					t.Errorf("shown %s %s %s\nsent %s %s %s", shown.Method, shown.URL, body, sent.method, sent.uri, sent.body)
				}
				if shown.Event.ID == "" || ids[shown.Event.ID] {
					t.Errorf("event %d has the id %q", n, shown.Event.ID)
				}
				ids[shown.Event.ID] = true
				for _, line := range shown.Header {
					if sent.header.Get(line[0]) != line[1] {
						t.Errorf("shown %s: %s, sent %q", line[0], line[1], sent.header.Get(line[0]))
					}
				}
				if len(shown.Header) != len(sent.header)-1 { // Content-Length
					t.Errorf("shown %v, sent %v", shown.Header, sent.header)
				}
			}
			if len(remotes) != 1 {
				t.Errorf("%d connections", len(remotes))
			}
		})
	}
}

func TestALaneTellsWhatWentWrong(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "gone") {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	for target, want := range map[string]load.Delivered{
		url:                   {Status: 503},
		url + "?gone":         {Failure: load.Reset},
		"http://127.0.0.1:1/": {Failure: load.Refused},
	} {
		lanes, err := load.NewLanes(load.Config{Target: target, Events: []load.Event{small(t)}})
		if err != nil {
			t.Fatal(err)
		}
		lane := lanes.Open()
		d, err := lane.Deliver(t.Context(), small(t).Name, 1)
		if err != nil || d.Status != want.Status || d.Failure != want.Failure || d.Answer != mocksender.Unacknowledged {
			t.Errorf("%s: %+v, %v", target, d, err)
		}
		if _, err := lane.Deliver(t.Context(), "claim:claimSucces", 1); err == nil || !strings.Contains(err.Error(), "did you mean") {
			t.Errorf("an unknown event: %v", err)
		}
		lane.Close()
	}
	_, err := load.NewLanes(load.Config{Target: "http://127.0.0.1/", Transport: "nethttp", Events: []load.Event{small(t), small(t)}})
	if err == nil || !strings.Contains(err.Error(), "transport nethttp") {
		t.Errorf("%v", err)
	}
	if _, err = load.NewLanes(load.Config{Target: "http://127.0.0.1/", Events: []load.Event{small(t), small(t)}}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("%v", err)
	}
}
