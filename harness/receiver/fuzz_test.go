package receiver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/receiver"
)

func FuzzReceiverNeverFails(f *testing.F) {
	c := config(f)
	c.MaxBody = 0
	r, err := receiver.New(c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("application/json", "s3cret", paid)
	f.Add("application/json; charset", "", "{")
	f.Add("text/plain", "s3cret", `{"kind":{"kind":[]}}`)
	f.Fuzz(func(t *testing.T, media, token, body string) {
		request := httptest.NewRequest(http.MethodPost, "/hooks", strings.NewReader(body))
		request.Header = http.Header{"Content-Type": {media}, "X-Key": {token}}
		recorder := httptest.NewRecorder()
		r.ServeHTTP(recorder, request)
		if recorder.Code >= 500 {
			t.Errorf("answered %d", recorder.Code)
		}
	})
}
