package probe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender/load"
)

// worker is a receiver's other half: it processed some of the events, and tells of them in three ways.
type worker struct {
	mu   sync.Mutex
	done []string
	more chan struct{} // closed and made anew when there is more
}

func (w *worker) process(ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, ids...)
	close(w.more)
	w.more = make(chan struct{})
}

func (w *worker) now() ([]string, chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.done), w.more
}

func (w *worker) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	done, more := w.now()
	switch {
	case r.URL.Path == "/stream":
		out.Header().Set("Content-Type", "application/x-ndjson")
		told := 0
		for {
			for _, id := range done[told:] {
				_, _ = fmt.Fprintf(out, "{\"id\":%q}\n", id)
			}
			told = len(done)
			out.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-more:
				done, more = w.now()
			}
		}
	case r.URL.Query().Has("id"):
		done = slices.DeleteFunc(done, func(id string) bool { return id != r.URL.Query().Get("id") })
	}
	_ = json.NewEncoder(out).Encode(map[string]any{"ids": done})
}

// Whatever the way, it is seen what was processed and what was not.
func TestCompletionSeesWhatWasProcessed(t *testing.T) {
	for _, test := range []struct {
		name    string
		url     string
		config  probe.CompletionConfig
		missing []string
	}{
		{"a list of keys", "/", probe.CompletionConfig{IDs: "ids", Key: "order"}, []string{"n3", "n7"}},
		{"a stream of keys", "/stream", probe.CompletionConfig{IDs: "id", Key: "order"}, []string{"n3", "n7"}},
		{"each event by itself", "/?id={order}", probe.CompletionConfig{Config: probe.Config{Count: "ids.#"}, Key: "order", Looks: 10}, []string{"n3", "n7"}},
		{"a number", "/", probe.CompletionConfig{Config: probe.Config{Count: "ids.#"}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &worker{more: make(chan struct{})}
			w.process("earlier")
			server := httptest.NewServer(w)
			defer server.Close()
			test.config.URL, test.config.Interval = server.URL+test.url, time.Millisecond
			c, err := probe.NewCompletion(test.config)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() { c.Run(ctx); close(ended) }()
			w.process("n0") // before its acknowledgement is known here
			for n := range 10 {
				body := fmt.Appendf(nil, `{"order":"n%d"}`, n)
				c.Acknowledged(&load.Acknowledgement{Event: "e", ID: fmt.Sprint(n), Number: uint64(n), Body: body, Due: time.Now().Add(-time.Second), Taken: time.Now()}) //nolint:gosec // small
				if clear(body); n != 0 && n != 3 && n != 7 {
					w.process(fmt.Sprintf("n%d", n))
				}
			}
			r := waitFor(t, c, 8)
			stop()
			<-ended
			if r.Acknowledged != 10 || r.Followed != 10 || r.Lost() != 2 || !slices.Equal(r.Missing, test.missing) || r.Problem != "" || c.Settled() {
				t.Errorf("%+v", r)
			}
			if r.Time.Count != 8 || r.Time.P50 < 900*time.Millisecond || r.Time.Max < r.Time.P50 {
				t.Errorf("times %+v", r.Time)
			}
		})
	}
}

// waitFor waits until so many events were seen to be processed.
func waitFor(t *testing.T, c *probe.Completion, processed uint64) probe.Completed {
	t.Helper()
	for {
		r, err := c.Result()
		if err != nil {
			t.Fatal(err)
		}
		if r.Processed >= processed {
			return r
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("%+v", r)
		case <-time.After(time.Millisecond):
		}
	}
}

// Keys of another kind than the events' are told apart from no effect at all.
func TestCompletionShowsAKeyOfAnotherKind(t *testing.T) {
	w := &worker{more: make(chan struct{})}
	w.process("n1")
	server := httptest.NewServer(w)
	defer server.Close()
	c, err := probe.NewCompletion(probe.CompletionConfig{Config: probe.Config{URL: server.URL}, IDs: "ids", Interval: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c.Acknowledged(&load.Acknowledgement{ID: "whsec_1", Body: []byte(`{"order":"n1"}`)})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go c.Run(ctx)
	for r := waitFor(t, c, 0); r.Stray != "n1"; r = waitFor(t, c, 0) {
		select {
		case <-t.Context().Done():
			t.Fatalf("%+v", r)
		case <-time.After(time.Millisecond):
		}
	}
}

// More events than can be looked at make a sample, and it is said how large.
func TestCompletionIsASampleWhereItMustBe(t *testing.T) {
	c, err := probe.NewCompletion(probe.CompletionConfig{Config: probe.Config{URL: "http://receiver.test/{@id}", Count: "n"}, Looks: 3})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		c.Acknowledged(&load.Acknowledgement{ID: fmt.Sprint(n)})
	}
	if r, err := c.Result(); err != nil || r.Acknowledged != 20 || r.Followed != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCompletionSaysWhatIsWrong(t *testing.T) {
	for want, config := range map[string]probe.CompletionConfig{
		"scheme":              {Config: probe.Config{URL: "receiver", Count: "n"}},
		"count: missing":      {Config: probe.Config{URL: "http://receiver.test/"}},
		"unknown placeholder": {Config: probe.Config{URL: "http://receiver.test/"}, IDs: "ids", Key: "@nonsense"},
		"no place for one":    {Config: probe.Config{URL: "http://receiver.test/{@id}"}, IDs: "ids"},
		"none below 0":        {Config: probe.Config{URL: "http://receiver.test/"}, IDs: "ids", Looks: -1},
	} {
		if _, err := probe.NewCompletion(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	c, err := probe.NewCompletion(probe.CompletionConfig{Config: probe.Config{URL: server.URL, Count: "n"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Begin(t.Context()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a probe that is not there: %v", err)
	}
}
