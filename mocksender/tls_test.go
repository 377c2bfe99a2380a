package mocksender_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// authority issues certificates for receivers.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	data, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(data)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{certificate, key}
}

// issue makes a certificate that is valid for the names until end.
func (a *authority) issue(t *testing.T, end time.Time, names ...string) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: names, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: end,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	data, err := x509.CreateCertificate(rand.Reader, template, a.certificate, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{data}, PrivateKey: a.key}
}

func TestCertificatesThatAreWrong(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(ours.certificate)
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for _, row := range []struct {
		name        string
		certificate tls.Certificate
		want        string // "" for a reply
	}{
		{"right", ours.issue(t, soon, "localhost"), ""},
		{"for another name", ours.issue(t, soon, "hooks.example.com"), "hooks.example.com"},
		{"expired", ours.issue(t, past, "localhost"), "expired"},
		{"by a stranger", theirs.issue(t, soon, "localhost"), "unknown authority"},
		{"for a name with an escape sequence", ours.issue(t, soon, "\x1b[31mlocalhost"), "certificate"},
	} {
		t.Run(row.name, func(t *testing.T) {
			requests := 0
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{row.certificate}, MinVersion: tls.VersionTLS12}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			s := newSender(t, mocksender.Config{Policy: plan{timeout: time.Minute}, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
			a := deliver(t, s, delivery(strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "{}"))
			if row.want == "" {
				if a.Reply == nil || requests != 1 {
					t.Errorf("failure %+v", a.Failure)
				}
				return
			}
			if a.Failure == nil || a.Failure.Kind != mocksender.FailureTLS || !strings.Contains(a.Failure.Text, row.want) || hasControl(a.Failure.Text) {
				t.Errorf("failure %+v", a.Failure)
			}
			if a.MayHaveArrived || requests != 0 {
				t.Errorf("%d requests, may have arrived: %t", requests, a.MayHaveArrived)
			}
		})
	}
}
