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
	Verify(h http.Header, body []byte, now time.Time) error
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

// For returns the scheme that a describes, with secret as its credential. Scheme "basic" takes the
// secret as user:password, "standard-webhooks" as whsec_ and base64. The error says what is wrong with
// a or secret; it is [ErrInBody], wrapped, for a credential that headers cannot carry.
func For(a policy.Authentication, secret mocksender.Secret) (Scheme, error) {
	if a.Scheme == "none" {
		return None{}, nil
	}
	if secret == "" {
		return nil, fmt.Errorf("authentication: scheme %s needs a secret", a.Scheme)
	}
	switch a.Scheme {
	case "token":
		return Token{Header: a.Header, Body: a.Body, Secret: secret}, nil
	case "header":
		return Static{Header: a.Header, Value: mocksender.Secret(a.Prefix) + secret}, nil
	case "basic":
		return NewBasic(secret)
	case "standard-webhooks":
		return NewStandard(a.Prefix, secret)
	case "hmac":
		return NewHMAC(a, secret)
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
