package signature_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// The lines are the headers, in every shape.
func TestLinesAreTheHeaders(t *testing.T) {
	body, at, id := []byte(`{"{timestamp}":"{id}"}`), time.Unix(1700000000, 0), "evt_{body}"
	for _, a := range []policy.Authentication{
		{Header: "X-Sig", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256="},
		{Header: "X-Sig", Algorithm: "sha512", Encoding: "base64", Signed: "{timestamp}.{body}", Prefix: "t={timestamp},v1=", Separator: ",v1="},
		{Header: "X-Sig", Algorithm: "sha1", Encoding: "base64url", Signed: "{id}.{timestamp}.{body}{x}", Timestamp: "X-At", ID: "X-Id", Separator: " "},
		{Header: "X-Sig", Algorithm: "sha384", Encoding: "hex", Signed: "{body}.{timestamp}"},
	} {
		s, err := signature.NewHMAC(a, "current", "older")
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		if err := s.Authenticate(h, &mocksender.Message{Event: mocksender.Event{ID: id}, Body: body}, at); err != nil {
			t.Fatal(err)
		}
		var want []string
		for name, values := range h {
			want = append(want, name+": "+values[0])
		}
		dst := s.AppendLines([]byte("A: b\r\n"), []byte(id), at, body)
		got := strings.Split(strings.TrimSuffix(strings.TrimPrefix(string(dst), "A: b\r\n"), "\r\n"), "\r\n")
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%+v: lines %q, want %q", a, got, want)
		}
		if err := s.Verify(h, body, at); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
}
