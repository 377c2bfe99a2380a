package probe_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
)

var message = mocksender.Message{
	Event: mocksender.Event{ID: "e 1", Type: "customer.nightly"},
	Body:  []byte(`{"data":{"customer":{"customer_id":42,"company":"Moss & Sons/2","none":null}}}`),
}

func serve(t *testing.T, answer string) (url string, asked *string) {
	t.Helper()
	asked = new(string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = r.URL.RequestURI() + " " + r.Header.Get("X-Env")
		if status := 0; strings.HasPrefix(answer, "status ") {
			_, _ = fmt.Sscanf(answer, "status %d", &status)
			w.WriteHeader(status)
			return
		}
		_, _ = fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func TestEffectsCountsNumbersAndArrays(t *testing.T) {
	for _, row := range []struct {
		answer, count string
		want          int
	}{
		{`{"items":[]}`, "items", 0},
		{`{"items":[{},{}]}`, "items", 2},
		{`{"items":[{},{}]}`, "items.#", 2},
		{`{"n":{"total":7}}`, "n.total", 7},
		{`[1,2,3]`, "#", 3},
		{`5`, "@this", 5},
	} {
		url, _ := serve(t, row.answer)
		p, err := probe.New(probe.Config{URL: url, Count: row.count})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Effects(t.Context(), message); err != nil || got != row.want {
			t.Errorf("%s at %s: got %d, %v, want %d", row.answer, row.count, got, err, row.want)
		}
	}
}

// An event whose messages differ is counted at each address that they lead to, and once at one that is the same for all.
func TestEffectsOfAnEventInSeveralBodies(t *testing.T) {
	url, _ := serve(t, `{"n":1}`)
	other := message
	other.Body = append([]byte(" "), message.Body...)
	for place, want := range map[string]int{"{@sha256}": 2, "{@id}": 1, "{data.customer.customer_id}": 1} {
		p, err := probe.New(probe.Config{URL: url + "/" + place, Count: "n"})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Effects(t.Context(), message, other, message); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", place, got, err, want)
		}
	}
}

func TestURLIsFilledFromTheMessage(t *testing.T) {
	url, asked := serve(t, `{"n":1}`)
	p, err := probe.New(probe.Config{
		URL:    url + "/of/{data.customer.company}?c={data.customer.customer_id}&n={data.customer.company}&id={@id}&t={@type}&d={@sha256}",
		Count:  "n",
		Header: http.Header{"x-env": {"ci"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Effects(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	want := "/of/Moss%20&%20Sons%2F2?c=42&n=Moss+%26+Sons%2F2&id=e+1&t=customer.nightly&d="
	if !strings.HasPrefix(*asked, want) || !strings.HasSuffix(*asked, " ci") || len(*asked) != len(want)+64+3 {
		t.Errorf("asked %q, want %q and a digest", *asked, want)
	}
}

func TestNonsenseIsExplained(t *testing.T) {
	for _, row := range []struct{ answer, count, place, want string }{
		{`<html>`, "n", "", `the answer is not JSON: "<html>"`},
		{`{"m":1}`, "n", "", `count "n": not in the answer`},
		{`{"n":"3"}`, "n", "", `is neither a number nor an array`},
		{`{"n":-1}`, "n", "", `-1 is no count`},
		{`{"n":1.5}`, "n", "", `1.5 is no count`},
		{`status 404`, "n", "", `answered 404 Not Found, want 200`},
		{`status 302`, "n", "", `answered 302 Found, want 200`},
		{`{"n":1}`, "n", "/{data.nobody}", `{data.nobody} is no text or number in the payload of customer.nightly`},
		{`{"n":1}`, "n", "/{data.customer}", `{data.customer} is no text or number`},
		{`{"n":1}`, "n", "/{data.customer.none}", `{data.customer.none} is no text or number`},
		{"\x1b[2J", "n", "", `"\x1b[2J"`},
	} {
		url, _ := serve(t, row.answer)
		p, err := probe.New(probe.Config{URL: url + row.place, Count: row.count})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Effects(t.Context(), message)
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), "probe") {
			t.Errorf("%q: got %v, want %q", row.answer, err, row.want)
		}
	}
}

func TestStateComparesReceiverWithPayload(t *testing.T) {
	url, _ := serve(t, `{"n":1,"state":{"company":"Moss & Sons/2"}}`)
	p, err := probe.New(probe.Config{
		URL: url, Count: "n", State: probe.State{Path: "state.company", Equals: "data.customer.company"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, want, err := p.State(t.Context(), message)
	if err != nil || got != want || got != "Moss & Sons/2" {
		t.Errorf("got %q, want %q, %v", got, want, err)
	}
	if !p.SeesState() {
		t.Error("the probe was told how to read the state")
	}
}

func TestNewListsEveryProblem(t *testing.T) {
	_, err := probe.New(probe.Config{URL: "ftp://x/{", State: probe.State{Path: "a"}, Timeout: -1})
	for _, want := range []string{"url: ", "count: missing", "state: path and equals", "timeout: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	for _, row := range []struct{ url, want string }{
		{"http://x/{", "a { without a }"},
		{"http://x/}", "a } without a {"},
		{"http://x/{}", "{} names nothing"},
		{"http://x/{@body}", "unknown placeholder {@body}"},
		{"ftp://x/", `scheme "ftp"`},
		{"http:///x", "no host"},
	} {
		_, err := probe.New(probe.Config{URL: row.url, Count: "n"})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.url, err, row.want)
		}
	}
}

func TestAHangingProbeEnds(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	p, err := probe.New(probe.Config{URL: server.URL, Count: "n", Timeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Effects(context.Background(), message); err == nil {
		t.Error("want an error after the timeout")
	}
}

func ExampleProbe_Effects() {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"items": [{"booked": true}]}`)
	}))
	defer receiver.Close()
	p, err := probe.New(probe.Config{
		URL:   receiver.URL + "/_test/effects?customer={data.customer.customer_id}",
		Count: "items.#",
	})
	if err != nil {
		panic(err)
	}
	n, err := p.Effects(context.Background(), mocksender.Message{Body: []byte(`{"data":{"customer":{"customer_id":42}}}`)})
	fmt.Println(n, err)
	// Output: 1 <nil>
}
