package signature

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"net/http"

	"github.com/dunglas/httpsfv"
)

// digestOf returns the digest of body by an algorithm of RFC 9530, section 5; ok is false for others.
func digestOf(algorithm string, body []byte) (digest []byte, ok bool) {
	switch algorithm {
	case "sha-256":
		sum := sha256.Sum256(body)
		return sum[:], true
	case "sha-512":
		sum := sha512.Sum512(body)
		return sum[:], true
	}
	return nil, false
}

// contentDigest returns the value of a Content-Digest header, https://www.rfc-editor.org/rfc/rfc9530.
func contentDigest(algorithm string, body []byte) (string, error) {
	digest, ok := digestOf(algorithm, body)
	if !ok {
		return "", fmt.Errorf("authentication: unknown digest %q", algorithm)
	}
	d := httpsfv.NewDictionary()
	d.Add(algorithm, httpsfv.NewItem(digest))
	return httpsfv.Marshal(d)
}

// checkDigest compares the Content-Digest, if there is one, with the body: every known digest must fit, and one must be known.
func checkDigest(h http.Header, body []byte) error {
	values := h.Values("Content-Digest")
	if len(values) == 0 {
		return nil
	}
	digests, err := httpsfv.UnmarshalDictionary(values)
	if err != nil {
		return fmt.Errorf("header Content-Digest: %w: %w", ErrMismatch, err)
	}
	known := 0
	for _, algorithm := range digests.Names() {
		want, ok := digestOf(algorithm, body)
		if !ok {
			continue
		}
		known++
		member, _ := digests.Get(algorithm)
		item, _ := member.(httpsfv.Item)
		if got, ok := item.Value.([]byte); !ok || !bytes.Equal(got, want) {
			return fmt.Errorf("header Content-Digest: %w: it is not the body's", ErrMismatch)
		}
	}
	if known == 0 {
		return fmt.Errorf("header Content-Digest: %w: no digest in it is known", ErrMismatch)
	}
	return nil
}
