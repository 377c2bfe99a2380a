package scenarios

import (
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
)

// secured tells that a target is spoken to by TLS.
func secured(s subject) bool { return strings.HasPrefix(s.rig.Target(), "https://") }

// session reads the TLS session of the target.
func (t *trial) session() tls.ConnectionState {
	state, err := t.subject.rig.Session(t.ctx)
	if err != nil {
		if t.ctx.Err() != nil {
			t.check(err)
		}
		t.inconclusive("an answer by TLS", err.Error(), "")
	}
	return state
}

// http2 sends what a receiver that offers HTTP/2 must take.
func (b *book) http2(s subject) {
	r := rule{
		name: "transport-http-2", theme: "transport",
		text:   "is acknowledged when it comes as HTTP/2, where that is offered",
		source: "https://www.rfc-editor.org/rfc/rfc9113#section-3.2",
		why:    "a sender that can takes what the server offers, and an offer that the application cannot keep loses every event",
	}
	b.it(r, s, patience(s, 3), func(t *trial) {
		line := t.line("http-2")
		t.needControl()
		if t.session().NegotiatedProtocol != "h2" {
			ginkgo.Skip("the receiver offers no HTTP/2")
		}
		t.acknowledged(t.send(t.message(), harness.Shipping{Once: true, Line: line}))
	})
}

// certificate looks at how long senders will still connect. It is a warning: today they do.
func (b *book) certificate(s subject) {
	r := rule{
		name: "transport-certificate", theme: "transport",
		text:   fmt.Sprintf("comes to a certificate that is valid for %d days more", certificateDays),
		source: "https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
		why:    "on the day on which it ends no sender connects any more, and all events wait or are lost",
	}
	b.it(r, s, patience(s, 2), func(t *trial) {
		t.needControl()
		for _, c := range t.session().PeerCertificates {
			if left := time.Until(c.NotAfter); left < certificateDays*24*time.Hour {
				t.warn(nil, harness.Judgement{
					Want: r.text, Got: fmt.Sprintf("%s ends at %s", c.Subject, c.NotAfter.Format(time.RFC3339)),
				})
				return
			}
		}
	})
}

// certificateDays is about the time in which people renew by hand.
const certificateDays = 14
