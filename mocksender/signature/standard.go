package signature

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Tolerance is how far a signature's moment may be from the receiver's clock, either way.
const Tolerance = 5 * time.Minute

// Standard holds the schemes of Standard Webhooks over id, timestamp and body: v1, an HMAC-SHA256, and
// v1a, an ed25519 signature,
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
type Standard struct {
	prefix string
	keys   []standardKey
}

// standardKey is one secret, held where no format verb prints it.
type standardKey struct {
	version string
	sign    func(content []byte) []byte // nil for a public key
	verify  func(content, signature []byte) bool
}

// NewStandard reads secrets: whsec_ (or nothing) and 24 to 64 bytes in base64 for v1; whsk_ and an ed25519
// private key or seed in base64 for v1a, or whpk_ and the public key, which can only verify. Each of them
// signs, the first one first. prefix is the beginning of the headers' names, "webhook" if empty.
func NewStandard(prefix string, secret mocksender.Secret, older ...mocksender.Secret) (*Standard, error) {
	s := &Standard{prefix: cmp.Or(prefix, "webhook")}
	for _, text := range append([]mocksender.Secret{secret}, older...) {
		key, err := readStandardKey(text.Reveal())
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, key)
	}
	return s, nil
}

func readStandardKey(text string) (standardKey, error) {
	kind, encoded, ok := strings.Cut(text, "_")
	if !ok {
		kind, encoded = "whsec", text
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case err != nil || kind != "whsec" && kind != "whsk" && kind != "whpk":
		return standardKey{}, errors.New("authentication: a Standard Webhooks secret is whsec_ and base64 (v1), or whsk_ or whpk_ and base64 (v1a), and this one is not")
	case kind == "whsec":
		return symmetricKey(key)
	}
	return asymmetricKey(kind, key)
}

func symmetricKey(key []byte) (standardKey, error) {
	if len(key) < 24 || len(key) > 64 {
		return standardKey{}, fmt.Errorf("authentication: a Standard Webhooks secret has 24 to 64 bytes, and this one %d", len(key))
	}
	sign := func(content []byte) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write(content)
		return mac.Sum(nil)
	}
	return standardKey{version: "v1", sign: sign, verify: func(content, signature []byte) bool {
		return hmac.Equal(sign(content), signature)
	}}, nil
}

func asymmetricKey(kind string, key []byte) (standardKey, error) {
	k := standardKey{version: "v1a"}
	public := ed25519.PublicKey(key)
	if kind == "whsk" {
		if len(key) != ed25519.SeedSize && len(key) != ed25519.PrivateKeySize {
			return k, fmt.Errorf("authentication: a whsk_ key has 32 or 64 bytes, and this one %d", len(key))
		}
		private := ed25519.NewKeyFromSeed(key[:ed25519.SeedSize])
		public = ed25519.PublicKey(private[ed25519.SeedSize:])
		k.sign = func(content []byte) []byte { return ed25519.Sign(private, content) }
		if len(key) == ed25519.PrivateKeySize && !bytes.Equal(key, private) {
			return k, errors.New("authentication: the two halves of the whsk_ key do not belong together")
		}
	}
	if len(public) != ed25519.PublicKeySize {
		return k, fmt.Errorf("authentication: a whpk_ key has 32 bytes, and this one %d", len(public))
	}
	k.verify = func(content, signature []byte) bool { return ed25519.Verify(public, content, signature) }
	return k, nil
}

func standardContent(id string, at time.Time, body []byte) []byte {
	return append(fmt.Appendf(nil, "%s.%d.", id, at.Unix()), body...)
}

// Sign returns the signatures of one message by every key that can sign, separated by spaces: "v1," or
// "v1a," and base64.
func (s *Standard) Sign(id string, at time.Time, body []byte) string {
	content := standardContent(id, at, body)
	var all []string
	for _, key := range s.keys {
		if key.sign != nil {
			all = append(all, key.version+","+base64.StdEncoding.EncodeToString(key.sign(content)))
		}
	}
	return strings.Join(all, " ")
}

// Authenticate adds id, timestamp and signature. The id is the event's, so it is the same on every attempt.
func (s *Standard) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	signature := s.Sign(m.Event.ID, at, m.Body)
	if signature == "" {
		return errors.New("authentication: a public key (whpk_) cannot sign")
	}
	h[s.prefix+"-id"] = []string{m.Event.ID}
	h[s.prefix+"-timestamp"] = []string{strconv.FormatInt(at.Unix(), 10)}
	h[s.prefix+"-signature"] = []string{signature}
	return nil
}

// Public implements [mocksender.PublicHeaders]: id and timestamp are no credentials.
func (s *Standard) Public(header string) bool {
	return strings.EqualFold(header, s.prefix+"-id") || strings.EqualFold(header, s.prefix+"-timestamp")
}

// Verify accepts a request if one of its signatures fits one of the keys and its timestamp is within [Tolerance].
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
	content, ok := standardContent(id, at, body), false
	for _, text := range strings.Fields(signatures) {
		ok = s.known(text, content) || ok
	}
	if !ok {
		return fmt.Errorf("header %s-signature: %w", s.prefix, ErrMismatch)
	}
	return fresh(at, now)
}

// known tells whether one signature is by one of the keys.
func (s *Standard) known(text string, content []byte) bool {
	version, encoded, _ := strings.Cut(text, ",")
	signature, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return false
	}
	ok := false
	for _, key := range s.keys {
		ok = key.version == version && key.verify(content, signature) || ok
	}
	return ok
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
