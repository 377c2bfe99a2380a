package signature_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/signature"
)

// Ids and moments can be read in the record; signatures cannot.
func TestRecordKeepsWhatIsNoCredential(t *testing.T) {
	for name, public := range map[string]string{"standard-webhooks": "webhook-id webhook-timestamp", "slack": "X-Slack-Request-Timestamp"} {
		s, err := signature.For(named(t, name), whsec)
		if err != nil {
			t.Fatal(err)
		}
		a := posted(t, s, func(*http.Request, []byte) {})
		r := a.Redacted(whsec)
		for header, values := range r.Header {
			hidden := strings.Contains(strings.ToLower(header), "signature")
			if hidden != (values[0] == "[redacted]") {
				t.Errorf("%s: %s is %q", name, header, values[0])
			}
		}
		for _, header := range strings.Fields(public) {
			if got := r.Header[header]; len(got) != 1 || got[0] == "" {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
	}
}
