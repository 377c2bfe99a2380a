package receiver

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender/signature"
)

// What Standard Webhooks calls its headers: these flaws show where the sender signs by it.
const signatureHeader, timestampHeader = "Webhook-Signature", "Webhook-Timestamp"

// looksAt replaces how a signature is verified: by the request, body and moment that view returns.
func looksAt(view func(x *Exchange) (h http.Header, body []byte, now time.Time)) func(*Steps) {
	return func(s *Steps) {
		s.Signature = func(x *Exchange) *Answer {
			if x.desk.scheme == nil {
				return nil
			}
			request := x.Request.Clone(x.Request.Context())
			var body []byte
			var now time.Time
			request.Header, body, now = view(x)
			if signature.VerifyRequest(x.desk.scheme, request, body, now) != nil {
				return x.Refuse(http.StatusForbidden, "the credential is missing or wrong")
			}
			return nil
		}
	}
}

// signedAt is the moment that the sender says it signed at, or that of arrival.
func signedAt(x *Exchange) time.Time {
	seconds, err := strconv.ParseInt(x.Request.Header.Get(timestampHeader), 10, 64)
	if err != nil {
		return x.Arrived
	}
	return time.Unix(seconds, 0)
}

// staleFlaw does not look how old a signature is.
func staleFlaw() Flaw {
	return Flaw{
		Name: "accepts-stale-signature", Summary: "accepts a signature of any age",
		Themes: []string{"authentication"},
		Apply:  takesMoment(time.Time.Before),
	}
}

// futureFlaw compares ages, and an age below zero is a small one.
func futureFlaw() Flaw {
	return Flaw{
		Name: "accepts-future-signature", Summary: "accepts a signature of a moment to come",
		Themes: []string{"authentication"},
		Apply:  takesMoment(time.Time.After),
	}
}

// takesMoment verifies as of the moment of signing where that lies on the excused side of arrival.
func takesMoment(excused func(at, arrived time.Time) bool) func(*Steps) {
	return looksAt(func(x *Exchange) (http.Header, []byte, time.Time) {
		if at := signedAt(x); excused(at, x.Arrived) {
			return x.Request.Header, x.Body, at
		}
		return x.Request.Header, x.Body, x.Arrived
	})
}

// tamperedFlaw looks whether there is a signature, and not at what it is of.
func tamperedFlaw() Flaw {
	return Flaw{
		Name: "accepts-tampered-body", Summary: "looks whether there is a fresh signature, not whether it is the body's",
		Themes: []string{"authentication"},
		Apply: func(s *Steps) {
			s.Signature = func(x *Exchange) *Answer {
				age := x.Arrived.Sub(signedAt(x)).Abs()
				if x.Request.Header.Get(signatureHeader) == "" || age > 5*time.Minute {
					return x.Refuse(http.StatusForbidden, "the credential is missing or too old")
				}
				return nil
			}
		},
	}
}

// firstSignatureFlaw does not expect several signatures in one header.
func firstSignatureFlaw() Flaw {
	return Flaw{
		Name: "first-signature-only", Summary: "looks at the first of two signatures only, as while a secret is changed",
		Themes: []string{"authentication"},
		Apply: looksAt(func(x *Exchange) (http.Header, []byte, time.Time) {
			h := x.Request.Header.Clone()
			first, _, _ := strings.Cut(h.Get(signatureHeader), " ")
			h.Set(signatureHeader, first)
			return h, x.Body, x.Arrived
		}),
	}
}

// reserializedFlaw lets a framework parse the body, and writes it anew to verify it.
func reserializedFlaw() Flaw {
	return Flaw{
		Name: "verifies-reserialized-body", Summary: "compares the signature with the body as it would write it",
		Themes: []string{"authentication", "transport"},
		Apply: looksAt(func(x *Exchange) (http.Header, []byte, time.Time) {
			var b bytes.Buffer
			if json.Compact(&b, x.Body) != nil {
				return x.Request.Header, x.Body, x.Arrived
			}
			return x.Request.Header, b.Bytes(), x.Arrived
		}),
	}
}
