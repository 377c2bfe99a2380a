package signature

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some providers still sign with it, and so must who plays them
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// HMAC is a keyed hash in one header, in the many shapes that providers give it. Make one with [NewHMAC].
type HMAC struct {
	shape  policy.Authentication
	macs   []func(dst, before, body, after []byte) []byte // hold the keys where no format verb prints them; the current one first
	encode func(dst, sum []byte) []byte
	before string // what is signed before and after the body
	after  string
	room   sync.Pool // of *hmacRoom
}

// The placeholders of what is signed; {timestamp}, in seconds, may stand in the prefix of the header too.
const (
	atTimestamp = "{timestamp}"
	atID        = "{id}"
	atBody      = "{body}"
)

// NewHMAC checks a's Header, Algorithm, Encoding, Prefix, Separator, Signed, Timestamp, ID and Key.
// Older secrets sign too if a has a Separator.
func NewHMAC(a policy.Authentication, secret mocksender.Secret, older ...mocksender.Secret) (*HMAC, error) {
	if a.Header == "" {
		return nil, fmt.Errorf("authentication: scheme hmac at %s: %w", a.Body, ErrInBody)
	}
	s := &HMAC{shape: a}
	if a.Signed == "" || a.Signed == "body" {
		s.shape.Signed = atBody
	}
	switch {
	case strings.Count(s.shape.Signed, atBody) != 1:
		return nil, fmt.Errorf("authentication: signed: %q must hold {body} once", a.Signed)
	case strings.Contains(a.Signed, atID) && a.ID == "":
		return nil, fmt.Errorf("authentication: signed: %q holds {id}, and no header is named that brings it", a.Signed)
	case s.dated() && a.Timestamp == "" && !strings.Contains(a.Prefix, atTimestamp):
		s.shape.Prefix += atTimestamp + ","
	}
	hashes := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	encodings := map[string]func(dst, sum []byte) []byte{
		"hex": hex.AppendEncode, "base64": base64.StdEncoding.AppendEncode, "base64url": base64.RawURLEncoding.AppendEncode,
	}
	s.before, s.after, _ = strings.Cut(s.shape.Signed, atBody)
	algorithm := hashes[a.Algorithm]
	s.encode = encodings[a.Encoding]
	if algorithm == nil || s.encode == nil {
		return nil, fmt.Errorf("authentication: hmac of %q in %q: want sha1, sha256, sha384 or sha512 in hex, base64 or base64url", a.Algorithm, a.Encoding)
	}
	for _, text := range append([]mocksender.Secret{secret}, older...) {
		key, err := keyBytes(a.Key, text)
		if err != nil {
			return nil, err
		}
		s.macs = append(s.macs, keyed(algorithm, key))
	}
	return s, nil
}

// keyed returns what appends the keyed hash of a text that comes in parts. Hashes are used again, which is twice as fast.
func keyed(algorithm func() hash.Hash, key []byte) func(dst, before, body, after []byte) []byte {
	pool := sync.Pool{New: func() any { return hmac.New(algorithm, key) }}
	return func(dst, before, body, after []byte) []byte {
		mac := pool.Get().(hash.Hash)
		defer pool.Put(mac)
		mac.Reset()
		mac.Write(before)
		mac.Write(body)
		mac.Write(after)
		return mac.Sum(dst)
	}
}

// keyBytes reads a secret in the encoding that a shape names.
func keyBytes(encoding string, secret mocksender.Secret) ([]byte, error) {
	var key []byte
	var err error
	switch encoding {
	case "base64":
		key, err = base64.StdEncoding.DecodeString(secret.Reveal())
	case "hex":
		key, err = hex.DecodeString(secret.Reveal())
	default:
		key = []byte(secret.Reveal())
	}
	if err != nil {
		return nil, errors.New("authentication: the secret is not " + encoding) // the cause would quote it
	}
	return key, nil
}

// dated tells that the moment of sending is signed.
func (s *HMAC) dated() bool { return strings.Contains(s.shape.Signed, atTimestamp) }

// Sign returns the header's value for an event's body sent at the moment at: a signature by the current
// secret and, if the header has room, by each older one.
func (s *HMAC) Sign(id string, at time.Time, body []byte) string {
	all := s.signatures(id, at, body)
	if s.shape.Separator == "" {
		all = all[:1]
	}
	return s.prefix(at) + strings.Join(all, s.shape.Separator)
}

// prefix is what stands before the signatures.
func (s *HMAC) prefix(at time.Time) string {
	return strings.ReplaceAll(s.shape.Prefix, atTimestamp, strconv.FormatInt(at.Unix(), 10))
}

// signatures returns the signatures by all secrets, the current one first.
func (s *HMAC) signatures(id string, at time.Time, body []byte) []string {
	// The body is not part of what is filled in: it may hold the placeholders itself.
	before, after := fill(nil, s.before, []byte(id), at), fill(nil, s.after, []byte(id), at)
	all := make([]string, len(s.macs))
	for i, mac := range s.macs {
		all[i] = string(s.encode(nil, mac(nil, before, body, after)))
	}
	return all
}

// Authenticate adds the header, and those of timestamp and id if there are such.
func (s *HMAC) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	h[s.shape.Header] = []string{s.Sign(m.Event.ID, at, m.Body)}
	if s.shape.Timestamp != "" {
		h[s.shape.Timestamp] = []string{strconv.FormatInt(at.Unix(), 10)}
	}
	if s.shape.ID != "" {
		h[s.shape.ID] = []string{m.Event.ID}
	}
	return nil
}

// Public implements [mocksender.PublicHeaders]: timestamp and id are no credentials.
func (s *HMAC) Public(header string) bool {
	return strings.EqualFold(header, s.shape.Timestamp) || strings.EqualFold(header, s.shape.ID)
}

// Verify accepts a header in which one signature fits one of the secrets, and whose timestamp, if it is
// signed, is within [Tolerance].
func (s *HMAC) Verify(h http.Header, body []byte, now time.Time) error {
	got, err := single(h, s.shape.Header)
	if err != nil {
		return err
	}
	at, id := now, ""
	if s.dated() {
		if at, err = s.moment(h, got); err != nil {
			return err
		}
	}
	if s.shape.ID != "" {
		if id, err = single(h, s.shape.ID); err != nil {
			return err
		}
	}
	if rest, ok := strings.CutPrefix(got, s.prefix(at)); !ok || !s.known(rest, s.signatures(id, at, body)) {
		return fmt.Errorf("header %s: %w", s.shape.Header, ErrMismatch)
	}
	return fresh(at, now)
}

// known tells whether one of the signatures in text is one of want.
func (s *HMAC) known(text string, want []string) bool {
	found := false
	for _, got := range strings.Split(text, cmp.Or(s.shape.Separator, "\x00")) {
		if s.shape.Separator != "" {
			got, _, _ = strings.Cut(got, ",") // signatures of other kinds may follow
		}
		for _, w := range want {
			found = equal(got, w) || found
		}
	}
	return found
}

// moment reads the timestamp out of its own header or of the signature's.
func (s *HMAC) moment(h http.Header, value string) (time.Time, error) {
	if s.shape.Timestamp != "" {
		return timestamp(h, s.shape.Timestamp)
	}
	before, after, _ := strings.Cut(s.shape.Prefix, atTimestamp)
	rest := strings.TrimPrefix(value, before)
	end := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	seconds, err := strconv.ParseInt(rest[:end], 10, 64)
	if err != nil || !strings.HasPrefix(rest[end:], after) {
		return time.Time{}, fmt.Errorf("header %s: %w: no timestamp", s.shape.Header, ErrMismatch)
	}
	return time.Unix(seconds, 0), nil
}
