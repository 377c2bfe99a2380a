package signature

import (
	"net/http"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// None is the scheme of providers that send no credential: it adds nothing and accepts everything.
type None struct{}

// Authenticate adds nothing.
func (None) Authenticate(http.Header, *mocksender.Message, time.Time) error { return nil }

// Verify accepts every request.
func (None) Verify(http.Header, []byte, time.Time) error { return nil }
