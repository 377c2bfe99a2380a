package receiver

import (
	"net/http"
	"strings"
)

// connectionFlaw knows repeats by the connection that they come on.
func connectionFlaw() Flaw {
	return Flaw{
		Name: "dedupes-by-connection", Summary: "has a second effect of a repeat on another connection, as after a lost acknowledgement",
		Themes: []string{"idempotency", "retries"},
		Apply: func(s *Steps) {
			next := s.Identify
			s.Identify = func(x *Exchange) *Answer {
				answer := next(x)
				x.Effect.Key += " from " + x.Request.RemoteAddr
				return answer
			}
		},
	}
}

// deliveryIDFlaw knows repeats by the id of the delivery, which is a new one for each attempt at some providers.
func deliveryIDFlaw() Flaw {
	return Flaw{
		Name: "dedupes-by-delivery-id", Summary: "has a second effect of a retry that comes with a new delivery id",
		Themes: []string{"idempotency", "retries"},
		Apply: func(s *Steps) {
			next := s.Identify
			s.Identify = func(x *Exchange) *Answer {
				answer := next(x)
				if id := deliveryIDOf(x.Request.Header); id != "" {
					x.Effect.Key = x.Effect.Contract + " " + x.Effect.Event + " delivery " + id
				}
				return answer
			}
		},
	}
}

// deliveryIDOf finds the header that names the delivery, whatever the provider calls it.
func deliveryIDOf(h http.Header) string {
	for name, values := range h {
		name = strings.ToLower(name)
		if strings.Contains(name, "delivery") || strings.HasSuffix(name, "webhook-id") {
			return values[0]
		}
	}
	return ""
}
