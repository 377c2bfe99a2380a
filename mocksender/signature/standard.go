package signature

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Tolerance is how far a signature's moment may be from the receiver's clock, either way.
const Tolerance = 5 * time.Minute

// Standard is the symmetric scheme v1 of Standard Webhooks: an HMAC-SHA256 over id, timestamp and body,
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
type Standard struct {
	prefix string
	mac    func() hash.Hash // holds the key where no format verb prints it
}

// NewStandard reads a secret: 24 to 64 bytes in base64, with or without whsec_ before them. prefix is the
// beginning of the headers' names, "webhook" if empty.
func NewStandard(prefix string, secret mocksender.Secret) (*Standard, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret.Reveal(), "whsec_"))
	switch {
	case err != nil:
		return nil, errors.New("authentication: a Standard Webhooks secret is whsec_ and base64, and this one is not")
	case len(key) < 24 || len(key) > 64:
		return nil, fmt.Errorf("authentication: a Standard Webhooks secret has 24 to 64 bytes, and this one %d", len(key))
	}
	return &Standard{
		prefix: cmp.Or(prefix, "webhook"),
		mac:    func() hash.Hash { return hmac.New(sha256.New, key) },
	}, nil
}

// Sign returns the signature of one message, "v1," and base64.
func (s *Standard) Sign(id string, at time.Time, body []byte) string {
	mac := s.mac()
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Authenticate adds id, timestamp and signature. The id is the event's, so it is the same on every attempt.
func (s *Standard) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	h[s.prefix+"-id"] = []string{m.Event.ID}
	h[s.prefix+"-timestamp"] = []string{strconv.FormatInt(at.Unix(), 10)}
	h[s.prefix+"-signature"] = []string{s.Sign(m.Event.ID, at, m.Body)}
	return nil
}

// Verify accepts a request if one of its signatures fits and its timestamp is within [Tolerance].
func (s *Standard) Verify(h http.Header, body []byte, now time.Time) error {
	id, err := single(h, s.prefix+"-id")
	if err != nil {
		return err
	}
	at, err := timestamp(h, s.prefix+"-timestamp")
	if err != nil {
		return err
	}
	signatures, err := single(h, s.prefix+"-signature")
	if err != nil {
		return err
	}
	want, ok := s.Sign(id, at, body), false
	for _, signature := range strings.Fields(signatures) {
		ok = equal(signature, want) || ok
	}
	if !ok {
		return fmt.Errorf("header %s-signature: %w", s.prefix, ErrMismatch)
	}
	return fresh(at, now)
}

func timestamp(h http.Header, name string) (time.Time, error) {
	text, err := single(h, name)
	if err != nil {
		return time.Time{}, err
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("header %s: %w: %q is not a number of seconds", name, ErrMismatch, text)
	}
	return time.Unix(seconds, 0), nil
}

func fresh(at, now time.Time) error {
	if age := now.Sub(at); age > Tolerance || age < -Tolerance {
		return fmt.Errorf("signed %s from now: %w of %s", age.Abs().Round(time.Second), ErrStale, Tolerance)
	}
	return nil
}
