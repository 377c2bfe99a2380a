package scenarios_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hookrig/hookrig/harness"
)

// A receiver may close its connections, but then it has to say so.
func TestClosingWithoutSayingIsAWarning(t *testing.T) {
	alone(t)
	for says, want := range map[string]int{"": 1, "Connection: close\r\n": 0} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\n"+says+"Content-Length: 0\r\n\r\n")
			_ = connection.Close()
		}))
		t.Cleanup(front.Close)
		b := newBench(t, nil, "chargeover")
		b.config.Rigs = []*harness.Rig{b.rig(t, 0, front.URL, nil)}
		b.config.Only = "quick && rule:transport-keep-alive && event:customer.nightly"
		result, _ := b.run(t)
		if counts := result.Run.Counts(); counts[harness.Warning] != want || counts[harness.Fail] != 0 {
			t.Errorf("%q: %v", says, counts)
		}
	}
}
