package receiver_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// certified returns a fresh certificate and its key in PEM.
func certified(t *testing.T) mocksender.Secret {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return mocksender.Secret(append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...))
}

// What a scheme finds in method, target or TLS session is looked at too.
func TestSchemesOfTheWholeRequest(t *testing.T) {
	message := policy.Authentication{Scheme: "http-signature", Algorithm: "hmac-sha256", Signed: "@method @authority @path content-digest"}
	mtls := policy.Authentication{Scheme: "mtls"}
	own, stranger := certified(t), certified(t)
	for _, c := range []struct {
		reason     string
		how        policy.Authentication
		knows, has mocksender.Secret
		status     int
	}{
		{"a signature of the request", message, "a secret of 32 characters or more", "a secret of 32 characters or more", 200},
		{"one by another key", message, "a secret of 32 characters or more", "another one that is long enough too", 403},
		{"the client certificate", mtls, own, own, 200},
		{"another client certificate", mtls, own, stranger, 403},
	} {
		verifier, err := signature.For(c.how, c.knows)
		if err != nil {
			t.Fatal(err)
		}
		handler, err := receiver.New(receiver.Config{Providers: []receiver.Provider{{Contract: load(t, "shop.yaml", shop), Scheme: verifier}}})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(handler)
		server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
		server.StartTLS()
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		signer, err := signature.For(c.how, c.has)
		if err != nil {
			t.Fatal(err)
		}
		provider, err := policy.Named("standard-webhooks")
		if err != nil {
			t.Fatal(err)
		}
		sender, err := mocksender.New(mocksender.Config{Policy: provider, Auth: signer, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := sender.Step(t.Context(), mocksender.Delivery{ID: "1", URL: server.URL + "/hooks", Message: mocksender.Message{
			Body: []byte(paid), Header: http.Header{"Content-Type": {"application/json"}},
		}})
		if err != nil || d.Attempts[0].Reply == nil || d.Attempts[0].Reply.Status != c.status {
			t.Errorf("%s: want %d, got %+v, %v", c.reason, c.status, d.Attempts[0].Reply, err)
		}
		sender.Close()
		server.Close()
	}
}
