package scenarios_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// refusing answers 500 to the payloads that a test picks.
func refusing(picks func(body []byte) bool) func(*receiver.Steps) {
	return func(s *receiver.Steps) {
		next := s.Validate
		s.Validate = func(x *receiver.Exchange) *receiver.Answer {
			if picks(x.Body) {
				return &receiver.Answer{Status: http.StatusInternalServerError}
			}
			return next(x)
		}
	}
}

// acknowledgeFinding verifies one event and returns the only finding.
func acknowledgeFinding(t *testing.T, name, event string, flaw func(*receiver.Steps), set ...payload.Setting) harness.Finding {
	t.Helper()
	b := newBench(t, flaw, name)
	b.set = set
	b.config.Rigs = []*harness.Rig{b.rig(t, 0, b.server.URL, nil)}
	b.config.Only = "rule:acknowledge && event:" + event
	result, _ := b.run(t)
	if len(result.Run.Findings) != 1 {
		t.Fatalf("%s: %d findings, want 1", event, len(result.Run.Findings))
	}
	if n := result.Run.Summary.Attempts; n > 65 {
		t.Errorf("%s: %d sends, want at most 64 for the reduction", event, n)
	}
	return result.Run.Findings[0]
}

func TestARefusedPayloadIsReducedToWhatIsRefused(t *testing.T) {
	alone(t)
	decimal := func(body []byte) bool { return strings.Contains(gjson.GetBytes(body, "data.customer.total").Raw, ".") }
	nonASCII := func(body []byte) bool {
		name := gjson.GetBytes(body, "body.organization.organizationName").String() // other texts may hold such letters too
		return strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f })
	}
	device := func(body []byte) bool { return gjson.GetBytes(body, "body.device").Exists() }
	for _, c := range []struct {
		contract, event, path, value, want string
		refuses                            func([]byte) bool
	}{
		{"chargeover", "customer.nightly", "data.customer.total", "60.95", "all in it is plain but /data/customer/total = 60.95", decimal},
		{"zipit", "billing:subscriptionStart", "body.organization.organizationName", "Zoë Ærø", `all in it is plain but /body/organization/organizationName = "`, nonASCII},
		{"zipit", "billing:subscriptionStart", "body.organization.organizationName", "any", "every payload of the event is refused", device},
	} {
		f := acknowledgeFinding(t, c.contract, c.event, refusing(c.refuses), payload.Setting{Path: c.path, Value: c.value})
		sent, _, _ := strings.Cut(f.Smallest, "\n")
		if !strings.Contains(sent, c.want) {
			t.Errorf("%s: the smallest is %.300s, want it to say %q", c.event, f.Smallest, c.want)
		}
		if strings.Count(sent, " = ") > 1 || strings.Contains(f.Smallest, string(secret)) {
			t.Errorf("%s: more is left than the cause, or the secret: %s", c.event, f.Smallest)
		}
	}
}

func TestAReceiverThatRefusesAllIsNotAskedMuch(t *testing.T) {
	alone(t)
	f := acknowledgeFinding(t, "chargeover", "customer.super", refusing(func([]byte) bool { return true }))
	if f.Smallest != "every payload of the event is refused, the plainest too" {
		t.Errorf("the smallest is %s", f.Smallest)
	}
}
