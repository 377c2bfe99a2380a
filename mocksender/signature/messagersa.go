package signature

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
)

// The RSA algorithms of RFC 9421, sections 3.3.1 and 3.3.2.
const (
	rsaPSS   = "rsa-pss-sha512"
	rsaPKCS1 = "rsa-v1_5-sha256"
)

// leastRSA is the shortest modulus that is accepted, in bits (NIST SP 800-131A).
const leastRSA = 2048

// rsaKey reads a key of either algorithm. Signatures of rsa-pss-sha512 hold a salt and differ each time.
func rsaKey(algorithm string, private crypto.Signer, public crypto.PublicKey) (messageKey, bool) {
	p, ok := public.(*rsa.PublicKey)
	if !ok || p.N.BitLen() < leastRSA {
		return messageKey{}, false
	}
	salted := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA512}
	pss := func(base []byte) []byte { h := sha512.Sum512(base); return h[:] }
	pkcs1 := func(base []byte) []byte { h := sha256.Sum256(base); return h[:] }
	if algorithm == rsaPSS {
		k := messageKey{verify: func(base, signature []byte) bool {
			return rsa.VerifyPSS(p, crypto.SHA512, pss(base), signature, salted) == nil
		}}
		if private != nil {
			k.sign = func(base []byte) ([]byte, error) { return private.Sign(rand.Reader, pss(base), salted) }
		}
		return k, true
	}
	k := messageKey{verify: func(base, signature []byte) bool {
		return rsa.VerifyPKCS1v15(p, crypto.SHA256, pkcs1(base), signature) == nil
	}}
	if private != nil {
		k.sign = func(base []byte) ([]byte, error) { return private.Sign(rand.Reader, pkcs1(base), crypto.SHA256) }
	}
	return k, true
}
