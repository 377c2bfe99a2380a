package mocksender_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// plan is a policy for tests: fixed waits, one timeout, 200 acknowledges and other 2xx are undocumented.
type plan struct {
	waits   []time.Duration
	connect time.Duration
	timeout time.Duration
	header  http.Header
}

func (p plan) Terms(*mocksender.Delivery, int) mocksender.Terms {
	return mocksender.Terms{Connect: p.connect, Timeout: p.timeout, Header: p.header}
}

func (plan) Read(a *mocksender.Attempt) mocksender.Answer {
	switch {
	case a.Reply == nil:
		return mocksender.Unacknowledged
	case a.Reply.Status == http.StatusOK:
		return mocksender.Acknowledged
	case a.Reply.Status/100 == 2:
		return mocksender.Undocumented
	}
	return mocksender.Unacknowledged
}

func (p plan) Next(attempts []mocksender.Attempt, _ float64) (time.Duration, bool) {
	if len(attempts) > len(p.waits) {
		return 0, false
	}
	return p.waits[len(attempts)-1], true
}

func newSender(t *testing.T, config mocksender.Config) *mocksender.Sender {
	t.Helper()
	s, err := mocksender.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func delivery(url, body string) mocksender.Delivery {
	return mocksender.Delivery{
		ID:  "d1",
		URL: url,
		Message: mocksender.Message{
			Event:  mocksender.Event{ID: "e1", Type: "thing.happened"},
			Method: http.MethodPost,
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   []byte(body),
		},
	}
}

// deliver makes the delivery's one attempt and returns it.
func deliver(t *testing.T, s *mocksender.Sender, d mocksender.Delivery) mocksender.Attempt {
	t.Helper()
	got, err := s.Deliver(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Attempts) != 1 {
		t.Fatalf("%d attempts, want 1", len(got.Attempts))
	}
	return got.Attempts[0]
}
