package signature

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Token is a shared secret in clear, in a header and, if Body is set, a second time in the payload.
type Token struct {
	// Header is the header's name in its spelling on the wire.
	Header string
	// Body is the JSON pointer (RFC 6901) of the copy in the payload, or "". The copy is made with
	// the payload, not here; Verify wants both.
	Body   string
	Secret mocksender.Secret
}

// Authenticate adds the header.
func (t Token) Authenticate(h http.Header, _ *mocksender.Message, _ time.Time) error {
	h[t.Header] = []string{t.Secret.Reveal()}
	return nil
}

// Verify checks the header, and the payload's copy if there should be one.
func (t Token) Verify(h http.Header, body []byte, now time.Time) error {
	if err := (Static{Header: t.Header, Value: t.Secret}).Verify(h, body, now); err != nil {
		return err
	}
	if t.Body == "" {
		return nil
	}
	got, ok := textAt(body, t.Body)
	switch {
	case !ok:
		return fmt.Errorf("body %s: %w", t.Body, ErrMissing)
	case !equal(got, t.Secret.Reveal()):
		return fmt.Errorf("body %s: %w", t.Body, ErrMismatch)
	}
	return nil
}

// textAt returns the string at a JSON pointer.
func textAt(body []byte, pointer string) (string, bool) {
	at := json.RawMessage(body)
	for _, part := range strings.Split(pointer, "/")[1:] {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		var object map[string]json.RawMessage
		var array []json.RawMessage
		if json.Unmarshal(at, &object) == nil {
			at = object[part]
			continue
		}
		i, err := strconv.Atoi(part)
		if err != nil || json.Unmarshal(at, &array) != nil || i < 0 || i >= len(array) {
			return "", false
		}
		at = array[i]
	}
	var text *string
	if json.Unmarshal(at, &text) != nil || text == nil {
		return "", false
	}
	return *text, true
}
