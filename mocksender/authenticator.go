package mocksender

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Authenticator adds a provider's credentials to one attempt. Package signature
// provides them. An Authenticator must be safe for concurrent use. What it can do
// beyond headers it says by implementing [RequestAuthenticator], [Preparer],
// [TLSAuthenticator], [PublicHeaders] or [Answered].
type Authenticator interface {
	// Authenticate adds headers to h, which is empty, for message m sent at the moment at. Every header
	// that it adds counts as a credential and is redacted in records. An error is a fault of ours
	// (a secret that cannot be used), and ends the delivery.
	Authenticate(h http.Header, m *Message, at time.Time) error
}

// Outgoing is the request of one attempt before its credentials are added.
type Outgoing struct {
	// Message is the event with the bytes that this attempt sends.
	Message *Message
	// DeliveryID and Attempt identify the attempt as the receiver sees it.
	DeliveryID string
	Attempt    int
	Method     string
	URL        *url.URL
	// Header holds every header but the credentials. It must not be changed.
	Header http.Header
	// At is the moment of sending.
	At time.Time
}

// Authority returns the host and port that the request is for, in lower case and
// without a port that the scheme implies (RFC 9110, section 4.2.3).
func (o *Outgoing) Authority() string {
	host := o.URL.Host
	for name, values := range o.Header {
		if strings.EqualFold(name, "Host") && len(values) > 0 {
			host = values[0]
		}
	}
	implied := map[string]string{"http": ":80", "https": ":443"}[o.URL.Scheme]
	return strings.ToLower(strings.TrimSuffix(host, implied))
}

// RequestAuthenticator is an [Authenticator] that looks at the whole request. AuthenticateRequest is
// then called in place of Authenticate, by the same rules.
type RequestAuthenticator interface {
	AuthenticateRequest(h http.Header, o *Outgoing) error
}

// Preparer is an [Authenticator] that has to fetch something before it can
// authenticate: Prepare is called before every attempt, whose clock has not started.
type Preparer interface {
	Prepare(ctx context.Context, at time.Time) error
}

// TLSAuthenticator is an [Authenticator] whose credential is part of the TLS session.
type TLSAuthenticator interface {
	// ClientTLS returns the configuration to use in place of base, which it does not change.
	ClientTLS(base *tls.Config) *tls.Config
}

// PublicHeaders is an [Authenticator] some of whose headers are no credentials: an id, a timestamp.
type PublicHeaders interface {
	Public(header string) bool
}

// Answered is an [Authenticator] that wants to know what became of its credential: Answered is called once an
// attempt has settled, before the next is prepared. It must not change a.
type Answered interface {
	Answered(a *Attempt)
}
