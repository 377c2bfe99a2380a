package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// messageKey is a key of RFC 9421, held where no format verb prints it.
type messageKey struct {
	sign   func(base []byte) ([]byte, error) // nil for a public key
	verify func(base, signature []byte) bool
}

// readMessageKey reads a secret for one of the algorithms of RFC 9421, section 3.3.
func readMessageKey(a policy.Authentication, secret mocksender.Secret) (messageKey, error) {
	if a.Algorithm == "hmac-sha256" {
		key, err := keyBytes(a.Key, secret)
		return hmacKey(key), err
	}
	private, public, err := readPEM(secret)
	if err != nil {
		return messageKey{}, err
	}
	switch a.Algorithm {
	case "ed25519":
		if key, ok := ed25519Key(private, public); ok {
			return key, nil
		}
	case "ecdsa-p256-sha256":
		if key, ok := ecdsaKey(private, public); ok {
			return key, nil
		}
	case rsaPSS, rsaPKCS1:
		if key, ok := rsaKey(a.Algorithm, private, public); ok {
			return key, nil
		}
	default:
		return messageKey{}, fmt.Errorf("authentication: http-signature by %q: want hmac-sha256, ed25519, ecdsa-p256-sha256, %s or %s", a.Algorithm, rsaPSS, rsaPKCS1)
	}
	return messageKey{}, fmt.Errorf("authentication: the key is a %T and cannot be used for %s", public, a.Algorithm)
}

// readPEM reads a private key, or a public one alone.
func readPEM(secret mocksender.Secret) (crypto.Signer, crypto.PublicKey, error) {
	block, _ := pem.Decode([]byte(secret.Reveal()))
	if block == nil {
		return nil, nil, errors.New("authentication: the key of scheme http-signature is not PEM")
	}
	if public, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
		return nil, public, nil
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		public := key.Public()
		return key, public, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		public := key.Public()
		return key, public, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, errors.New("authentication: the PEM block holds neither a private key (PKCS #8, PKCS #1, SEC 1) nor a public one (PKIX)")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("authentication: a %T cannot sign", key)
	}
	public := signer.Public()
	return signer, public, nil
}

func hmacKey(key []byte) messageKey {
	sum := func(base []byte) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write(base)
		return mac.Sum(nil)
	}
	return messageKey{
		sign:   func(base []byte) ([]byte, error) { return sum(base), nil },
		verify: func(base, signature []byte) bool { return hmac.Equal(sum(base), signature) },
	}
}

func ed25519Key(private crypto.Signer, public crypto.PublicKey) (messageKey, bool) {
	p, ok := public.(ed25519.PublicKey)
	k := messageKey{verify: func(base, signature []byte) bool { return ed25519.Verify(p, base, signature) }}
	if private != nil {
		k.sign = func(base []byte) ([]byte, error) { return private.Sign(nil, base, crypto.Hash(0)) }
	}
	return k, ok
}

// ecdsaSize is the length of r and of s.
const ecdsaSize = 32

// ecdsaKey signs deterministically (RFC 6979), which crypto/ecdsa does without a source of randomness.
func ecdsaKey(private crypto.Signer, public crypto.PublicKey) (messageKey, bool) {
	p, ok := public.(*ecdsa.PublicKey)
	if !ok || p.Curve != elliptic.P256() {
		return messageKey{}, false
	}
	k := messageKey{verify: func(base, signature []byte) bool {
		if len(signature) != 2*ecdsaSize {
			return false
		}
		hash := sha256.Sum256(base)
		return ecdsa.Verify(p, hash[:], new(big.Int).SetBytes(signature[:ecdsaSize]), new(big.Int).SetBytes(signature[ecdsaSize:]))
	}}
	if private != nil {
		k.sign = func(base []byte) ([]byte, error) { return signECDSA(private, base) }
	}
	return k, true
}

// signECDSA returns r and s, one after the other.
func signECDSA(private crypto.Signer, base []byte) ([]byte, error) {
	hash := sha256.Sum256(base)
	encoded, err := private.Sign(nil, hash[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(encoded, &pair); err != nil {
		return nil, err
	}
	return append(pair.R.FillBytes(make([]byte, ecdsaSize)), pair.S.FillBytes(make([]byte, ecdsaSize))...), nil
}
