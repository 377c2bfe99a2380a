package harness

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// authenticator is the sending side of a policy's authentication, nil for none.
func authenticator(p *policy.Policy, secret mocksender.Secret) (mocksender.Authenticator, error) {
	if !p.Authenticates() {
		return nil, nil
	}
	scheme, err := signature.For(p.Authentication.Value, secret)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", p.Name, err)
	}
	return scheme, nil
}

// Signed returns the headers by which the provider would authenticate a message that it sends at the moment at.
// With more than one secret it is in the middle of a rotation: the first is the current one. Send the headers with
// [Shipping]'s Header, and Anonymous. The error says which secret cannot be used.
func (r *Rig) Signed(m mocksender.Message, at time.Time, secrets ...mocksender.Secret) (http.Header, error) {
	scheme, err := signature.For(r.policy.Authentication.Value, secrets[0], secrets[1:]...)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", r.policy.Name, err)
	}
	target, err := url.Parse(r.config.Target)
	if err != nil {
		return nil, err
	}
	return signature.Headers(scheme, &mocksender.Outgoing{
		Message: &m, DeliveryID: r.deliveryID(&m), Attempt: 1, Method: r.method(m), URL: target, Header: m.Header, At: at,
	})
}

// Accepts tells whether a receiver that knows the endpoint's secret should accept headers that [Rig.Signed] returned.
func (r *Rig) Accepts(h http.Header, m mocksender.Message, at time.Time) bool {
	scheme, err := signature.For(r.policy.Authentication.Value, r.secret)
	arrived := http.Header{} // as a server gets them: a provider may spell them in lower case
	for name, values := range h {
		arrived[http.CanonicalHeaderKey(name)] = values
	}
	return err == nil && scheme.Verify(arrived, m.Body, at) == nil
}
