package mocksender

import (
	"net/http"
	"time"
)

// Policy is how a provider delivers: what it sends around the body, how long it
// waits for an answer, how it reads one, and when it tries again. Package policy
// provides policies from data. A Policy must be safe for concurrent use.
type Policy interface {
	// Terms returns what holds for attempt number (from 1) of d.
	Terms(d *Delivery, number int) Terms
	// Read says what the provider makes of a settled exchange.
	Read(a *Attempt) Answer
	// Next returns how long the provider waits after the last of attempts, which was not
	// acknowledged, before it tries again; again is false when it gives up. random is uniform in
	// [0,1), for jitter. The wait is the provider's own, before any time scale.
	Next(attempts []Attempt, random float64) (wait time.Duration, again bool)
}

// Terms are a policy's terms for one exchange. They are never compressed by a
// time scale.
type Terms struct {
	// Connect limits resolving and connecting, TLS excluded. Zero: only Timeout limits it.
	Connect time.Duration
	// FirstByte limits the wait for the first byte of a reply, once the request was written. Zero: only Timeout limits it.
	FirstByte time.Duration
	// Timeout limits the whole exchange, from resolving to the last byte of the reply. Zero: no limit.
	Timeout time.Duration
	// Method is used when the message has none. "": POST.
	Method string
	// Header holds the policy's own headers, in the spelling that they have on the wire.
	Header http.Header
	// DeliveryID is the id under which the receiver sees the delivery in this attempt. "": the delivery's own.
	DeliveryID string
	// Refresh asks for a body of its own for this attempt, see [Config].
	Refresh bool
}
