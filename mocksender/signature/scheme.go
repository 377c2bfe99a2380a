package signature

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Scheme is one way for a receiver to know the sender. All schemes are safe for concurrent use.
type Scheme interface {
	// Authenticate adds the headers of the sending side.
	mocksender.Authenticator
	// Verify is the receiving side: nil if the request with header h and body b, received at the moment
	// now, comes from who knows the secret. The error is [ErrMissing], [ErrMismatch] or [ErrStale], wrapped.
	// A scheme whose credential is not in headers and body alone is a [RequestVerifier].
	Verify(h http.Header, body []byte, now time.Time) error
}

// RequestVerifier is a [Scheme] that looks at method, target or TLS session too.
type RequestVerifier interface {
	// VerifyRequest is [Scheme.Verify] for a request as a server gets it. It does not read r.Body.
	VerifyRequest(r *http.Request, body []byte, now time.Time) error
}

// VerifyRequest checks a request, whose body was read already, by s: it is what a server calls.
func VerifyRequest(s Scheme, r *http.Request, body []byte, now time.Time) error {
	if v, ok := s.(RequestVerifier); ok {
		return v.VerifyRequest(r, body, now)
	}
	return s.Verify(r.Header, body, now)
}

// The reasons for which Verify refuses.
var (
	ErrMissing  = errors.New("credential missing")
	ErrMismatch = errors.New("credential does not match")
	ErrStale    = errors.New("timestamp outside the tolerance")
)

// ErrInBody says that a policy's credential is computed over the payload and carried inside it, so
// that no header can bring it.
var ErrInBody = errors.New("the credential is part of the payload")

// For returns the scheme that a describes, with secret as its credential. While a secret is changed,
// older ones follow: schemes with room for several signatures send one for each, and every scheme
// accepts all of them. The form of a secret is
//
//	basic              user:password
//	oauth2             client id:client secret
//	standard-webhooks  whsec_, whsk_ (v1a) or, to verify only, whpk_, and base64
//	mtls               certificate and, to send, key in PEM
//	http-signature     the key of hmac-sha256, or a private or, to verify only, public key in PEM
//
// and any text for the others. The error says what is wrong with a or a secret; it is [ErrInBody],
// wrapped, for a credential that headers cannot carry.
func For(a policy.Authentication, secret mocksender.Secret, older ...mocksender.Secret) (Scheme, error) {
	if a.Scheme == "none" {
		return None{}, nil
	}
	secrets := append([]mocksender.Secret{secret}, older...)
	for _, s := range secrets {
		if s == "" {
			return nil, fmt.Errorf("authentication: scheme %s needs a secret", a.Scheme)
		}
	}
	switch a.Scheme {
	case "standard-webhooks":
		return NewStandard(a.Prefix, secret, older...)
	case "hmac":
		return NewHMAC(a, secret, older...)
	case "http-signature":
		return NewMessage(a, secret, older...)
	}
	return rotated(a, secrets)
}

// one returns a scheme that knows one secret.
func one(a policy.Authentication, secret mocksender.Secret) (Scheme, error) {
	switch a.Scheme {
	case "token":
		return Token{Header: a.Header, Body: a.Body, Secret: secret}, nil
	case "header":
		return Static{Header: a.Header, Value: mocksender.Secret(a.Prefix) + secret}, nil
	case "basic":
		return NewBasic(secret)
	case "oauth2":
		return NewOAuth2(OAuth2Config{TokenURL: a.TokenURL, Scope: a.Scope, Credentials: secret})
	case "mtls":
		return NewMTLS(secret)
	}
	return nil, fmt.Errorf("authentication: unknown scheme %q", a.Scheme)
}

// single returns the one value of a header that must be there once.
func single(h http.Header, name string) (string, error) {
	values := h.Values(name)
	switch {
	case len(values) == 0 || values[0] == "":
		return "", fmt.Errorf("header %s: %w", name, ErrMissing)
	case len(values) > 1:
		return "", fmt.Errorf("header %s: %w: it is there %d times", name, ErrMismatch, len(values))
	}
	return values[0], nil
}

// equal compares in a time that depends on the lengths only.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Headers returns the headers that s adds to a request. For [OAuth2], call Prepare first.
func Headers(s Scheme, o *mocksender.Outgoing) (http.Header, error) {
	h := http.Header{}
	if r, ok := s.(mocksender.RequestAuthenticator); ok {
		return h, r.AuthenticateRequest(h, o)
	}
	return h, s.Authenticate(h, o.Message, o.At)
}
