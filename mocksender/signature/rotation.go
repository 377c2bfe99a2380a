package signature

import (
	"errors"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Rotation is a scheme with room for one credential, while its secret is changed: the current one is
// sent, and the older ones are still accepted.
type Rotation struct {
	// Scheme is the one with the current secret.
	Scheme
	Older []Scheme
}

// rotated returns a scheme for the first of secrets that accepts the others too.
func rotated(a policy.Authentication, secrets []mocksender.Secret) (Scheme, error) {
	var all []Scheme
	for _, secret := range secrets {
		s, err := one(a, secret)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	if len(all) == 1 || a.Scheme == "oauth2" || a.Scheme == "mtls" {
		return all[0], nil // the issuer knows which secrets or certificates are good
	}
	return Rotation{Scheme: all[0], Older: all[1:]}, nil
}

// Verify accepts what one of the schemes accepts. The error is that of the current one, or, if an older
// secret fits, of the older.
func (r Rotation) Verify(h http.Header, body []byte, now time.Time) error {
	err := r.Scheme.Verify(h, body, now)
	for _, older := range r.Older {
		if err == nil {
			break
		}
		if olderErr := older.Verify(h, body, now); olderErr == nil || errors.Is(err, ErrMismatch) && !errors.Is(olderErr, ErrMismatch) {
			err = olderErr
		}
	}
	return err
}
