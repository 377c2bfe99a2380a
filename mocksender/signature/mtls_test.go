package signature_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// clientCertificate returns a self-signed certificate in PEM, and its key.
func clientCertificate(t *testing.T, name string) (certificate, key mocksender.Secret) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	data, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyData, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("CERTIFICATE", data), pemOf("PRIVATE KEY", keyData)
}

func mtls(t *testing.T, secret mocksender.Secret) signature.Scheme {
	t.Helper()
	s, err := signature.For(policy.Authentication{Scheme: "mtls"}, secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestClientCertificateOverRealTLS(t *testing.T) {
	certificate, key := clientCertificate(t, "rig")
	stranger, strangerKey := clientCertificate(t, "stranger")
	verifier := mtls(t, certificate) // the receiver knows the certificate and not the key
	results := make(chan error, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		results <- signature.VerifyRequest(verifier, r, body, time.Now())
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	config := func() *mocksender.Config { return &mocksender.Config{TLS: &tls.Config{RootCAs: roots}} }

	if a := post(t, mtls(t, certificate+key), config(), server.URL); a.Reply == nil {
		t.Fatalf("failure %+v", a.Failure)
	} else if err := <-results; err != nil {
		t.Errorf("its own certificate: %v", err)
	}
	if a := post(t, mtls(t, strangerKey+stranger), config(), server.URL); a.Reply == nil {
		t.Fatalf("failure %+v", a.Failure)
	} else if err := <-results; !errors.Is(err, signature.ErrMismatch) {
		t.Errorf("a stranger's: %v", err)
	}
	if a := post(t, signature.None{}, config(), server.URL); a.Failure == nil {
		t.Error("a session without a certificate was accepted")
	}
}

func TestMTLSOutsideTLS(t *testing.T) {
	certificate, key := clientCertificate(t, "rig")
	s := mtls(t, key+certificate)
	posted(t, s, func(r *http.Request, body []byte) {
		if err := signature.VerifyRequest(s, r, body, now); !errors.Is(err, signature.ErrMissing) {
			t.Errorf("plain HTTP: %v", err)
		}
	})
	if err := s.Verify(http.Header{}, nil, now); !errors.Is(err, signature.ErrMissing) {
		t.Errorf("headers alone: %v", err)
	}
	if err := mtls(t, certificate).Authenticate(http.Header{}, &message, now); err == nil {
		t.Error("a certificate without a key authenticates")
	}
	_, other := clientCertificate(t, "other")
	for _, bad := range []mocksender.Secret{"x", key, certificate + other} {
		if _, err := signature.NewMTLS(bad); err == nil {
			t.Error("accepted")
		}
	}
}
