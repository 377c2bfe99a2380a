package signature

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// MTLS is a client certificate, shown while the TLS session is made (RFC 8446, section 4.4.2).
type MTLS struct {
	certificate *tls.Certificate // nil if there is no key: it can only verify
	leaf        *x509.Certificate
}

// NewMTLS reads a certificate, those of its issuers and its key in PEM, in any order. Without a key it can only verify.
func NewMTLS(secret mocksender.Secret) (*MTLS, error) {
	text := []byte(secret.Reveal())
	certificate, err := tls.X509KeyPair(text, text)
	if err == nil {
		return &MTLS{certificate: &certificate, leaf: certificate.Leaf}, nil
	}
	leaf := firstCertificate(text)
	if leaf == nil {
		return nil, errors.New("authentication: scheme mtls wants certificate and key in PEM, and found no certificate")
	}
	if bytes.Contains(text, []byte("PRIVATE KEY")) {
		return nil, fmt.Errorf("authentication: certificate and key of scheme mtls: %w", err)
	}
	return &MTLS{leaf: leaf}, nil
}

func firstCertificate(text []byte) *x509.Certificate {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			return certificate
		}
	}
	return nil
}

// ClientTLS implements [mocksender.TLSAuthenticator]. The certificate is shown to every server that asks
// for one, whichever issuers it names.
func (s *MTLS) ClientTLS(base *tls.Config) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if base != nil {
		config = base.Clone()
	}
	if s.certificate != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return s.certificate, nil }
	}
	return config
}

// Authenticate adds nothing: the credential is in the TLS session.
func (s *MTLS) Authenticate(http.Header, *mocksender.Message, time.Time) error {
	if s.certificate == nil {
		return errors.New("authentication: scheme mtls has a certificate and no key")
	}
	return nil
}

// Verify refuses: headers do not tell who made the TLS session. Use [VerifyRequest].
func (s *MTLS) Verify(http.Header, []byte, time.Time) error {
	return fmt.Errorf("client certificate: %w: it is not in the headers", ErrMissing)
}

// VerifyRequest accepts a request whose TLS session was made with this very certificate, while it is valid.
// The server must ask for certificates (tls.RequireAnyClientCert); its handshake proves the key.
func (s *MTLS) VerifyRequest(r *http.Request, _ []byte, now time.Time) error {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return fmt.Errorf("client certificate: %w", ErrMissing)
	}
	leaf := r.TLS.PeerCertificates[0]
	switch {
	case !bytes.Equal(leaf.Raw, s.leaf.Raw):
		return fmt.Errorf("client certificate %q: %w", leaf.Subject.String(), ErrMismatch)
	case now.Before(leaf.NotBefore) || now.After(leaf.NotAfter):
		return fmt.Errorf("client certificate: %w: valid from %s to %s", ErrStale, leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	}
	return nil
}
