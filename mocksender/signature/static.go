package signature

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Static is a header with the same secret value in every request.
type Static struct {
	// Header is the header's name in its spelling on the wire.
	Header string
	Value  mocksender.Secret
}

// Authenticate adds the header.
func (s Static) Authenticate(h http.Header, _ *mocksender.Message, _ time.Time) error {
	h[s.Header] = []string{s.Value.Reveal()}
	return nil
}

// Verify checks the header.
func (s Static) Verify(h http.Header, _ []byte, _ time.Time) error {
	got, err := single(h, s.Header)
	if err != nil {
		return err
	}
	if !equal(got, s.Value.Reveal()) {
		return fmt.Errorf("header %s: %w", s.Header, ErrMismatch)
	}
	return nil
}
