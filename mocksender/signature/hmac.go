package signature

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some providers still sign with it, and so must who plays them
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// HMAC is a keyed hash in one header, in the many shapes that providers give it. Make one with [NewHMAC].
type HMAC struct {
	header, prefix, signed string
	mac                    func() hash.Hash // holds the key where no format verb prints it
	encode                 func([]byte) string
}

// The placeholders of what is signed; {timestamp}, in seconds, may stand in the prefix of the header too.
const (
	atTimestamp = "{timestamp}"
	atBody      = "{body}"
)

// NewHMAC checks a's Header, Algorithm, Encoding, Prefix and Signed. The secret's bytes are the key.
func NewHMAC(a policy.Authentication, secret mocksender.Secret) (*HMAC, error) {
	if a.Header == "" {
		return nil, fmt.Errorf("authentication: scheme hmac at %s: %w", a.Body, ErrInBody)
	}
	s := &HMAC{header: a.Header, prefix: a.Prefix, signed: a.Signed}
	if s.signed == "" || s.signed == "body" {
		s.signed = atBody
	}
	switch {
	case strings.Count(s.signed, atBody) != 1:
		return nil, fmt.Errorf("authentication: signed: %q must hold {body} once", a.Signed)
	case s.dated() && !strings.Contains(s.prefix, atTimestamp):
		s.prefix += atTimestamp + ","
	}
	hashes := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
	encodings := map[string]func([]byte) string{"hex": hex.EncodeToString, "base64": base64.StdEncoding.EncodeToString}
	algorithm := hashes[a.Algorithm]
	s.encode = encodings[a.Encoding]
	if algorithm == nil || s.encode == nil {
		return nil, fmt.Errorf("authentication: hmac of %q in %q: want sha1, sha256 or sha512 in hex or base64", a.Algorithm, a.Encoding)
	}
	s.mac = func() hash.Hash { return hmac.New(algorithm, []byte(secret.Reveal())) }
	return s, nil
}

// dated tells that the moment of sending is signed.
func (s *HMAC) dated() bool { return strings.Contains(s.signed, atTimestamp) }

// Sign returns the header's value for a body sent at the moment at.
func (s *HMAC) Sign(at time.Time, body []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	before, after, _ := strings.Cut(strings.ReplaceAll(s.signed, atTimestamp, seconds), atBody)
	mac := s.mac()
	mac.Write([]byte(before))
	mac.Write(body)
	mac.Write([]byte(after))
	return strings.ReplaceAll(s.prefix, atTimestamp, seconds) + s.encode(mac.Sum(nil))
}

// Authenticate adds the header.
func (s *HMAC) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	h[s.header] = []string{s.Sign(at, m.Body)}
	return nil
}

// Verify checks the header, and its timestamp if it has one.
func (s *HMAC) Verify(h http.Header, body []byte, now time.Time) error {
	got, err := single(h, s.header)
	if err != nil {
		return err
	}
	at := now
	if s.dated() {
		if at, err = s.moment(got); err != nil {
			return err
		}
	}
	if !equal(got, s.Sign(at, body)) {
		return fmt.Errorf("header %s: %w", s.header, ErrMismatch)
	}
	return fresh(at, now)
}

// moment reads the timestamp out of the header's value.
func (s *HMAC) moment(value string) (time.Time, error) {
	before, after, _ := strings.Cut(s.prefix, atTimestamp)
	rest := strings.TrimPrefix(value, before)
	end := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	seconds, err := strconv.ParseInt(rest[:end], 10, 64)
	if err != nil || !strings.HasPrefix(rest[end:], after) {
		return time.Time{}, fmt.Errorf("header %s: %w: no timestamp", s.header, ErrMismatch)
	}
	return time.Unix(seconds, 0), nil
}
