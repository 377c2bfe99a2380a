package fault_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/fault"
)

func TestWireKeepsTheRequestAndChangesItsForm(t *testing.T) {
	body := strings.Repeat("a text of some length ", 300)
	for _, c := range []struct {
		way    fault.Wire
		proto  string
		length int64
	}{
		{fault.HTTP10, "HTTP/1.0", int64(len(body))},
		{fault.LowerCase, "HTTP/1.1", int64(len(body))},
		{fault.Chunked, "HTTP/1.1", -1},
		{fault.Pieces, "HTTP/1.1", int64(len(body))},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got, err := io.ReadAll(r.Body)
			if err != nil || string(got) != body || r.Proto != c.proto || r.ContentLength != c.length || r.Header.Get("X-Mark") != "here" {
				t.Errorf("%s: %d bytes, %s, length %d, %v, %v", c.way, len(got), r.Proto, r.ContentLength, r.Header, err)
			}
		}))
		client := http.Client{Transport: &http.Transport{DialContext: c.way.Dialer(), DisableKeepAlives: true}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Mark", "here")
		response, err := client.Do(request)
		if err != nil {
			t.Fatalf("%s: %v", c.way, err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, %v", c.way, response.StatusCode, err)
		}
		server.Close()
	}
}
