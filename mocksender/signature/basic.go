package signature

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Basic is HTTP Basic authentication, https://www.rfc-editor.org/rfc/rfc7617.
type Basic struct {
	User     string
	Password mocksender.Secret
}

// NewBasic takes user and password as user:password.
func NewBasic(secret mocksender.Secret) (Basic, error) {
	user, password, ok := strings.Cut(secret.Reveal(), ":")
	if !ok || user == "" {
		return Basic{}, errors.New("authentication: scheme basic wants its secret as user:password")
	}
	return Basic{User: user, Password: mocksender.Secret(password)}, nil
}

func (b Basic) header() Static {
	pair := base64.StdEncoding.EncodeToString([]byte(b.User + ":" + b.Password.Reveal()))
	return Static{Header: "Authorization", Value: mocksender.Secret("Basic " + pair)}
}

// Authenticate adds the Authorization header.
func (b Basic) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	return b.header().Authenticate(h, m, at)
}

// Verify checks the Authorization header.
func (b Basic) Verify(h http.Header, body []byte, now time.Time) error {
	return b.header().Verify(h, body, now)
}
