package scenarios_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

// certificateFor makes a certificate for loopback that signs itself.
func certificateFor(t *testing.T, days int) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 0, days),
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestReceiversBehindTLS(t *testing.T) {
	alone(t)
	for _, row := range []struct {
		reason      string
		offers      bool // HTTP/2
		keeps       bool // what it offers
		days        int
		http2, cert harness.Verdict
	}{
		{"all is well", true, true, 90, harness.Pass, harness.Pass},
		{"HTTP/2 need not be offered", false, false, 90, harness.Skipped, harness.Pass},
		{"what is offered must be kept", true, false, 90, harness.Fail, harness.Pass},
		{"a certificate that ends soon", true, true, 3, harness.Pass, harness.Warning},
	} {
		t.Run(row.reason, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor == 2 && !row.keeps {
					w.WriteHeader(http.StatusInternalServerError)
				}
			}))
			server.EnableHTTP2 = row.offers
			certificate := certificateFor(t, row.days)
			server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			t.Cleanup(server.Close)
			roots := x509.NewCertPool()
			roots.AddCert(certificate.Leaf)
			verdicts := verdictsBehind(t, server.URL, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
			if verdicts[0] != row.http2 || verdicts[1] != row.cert {
				t.Errorf("got %v, want %s and %s", verdicts, row.http2, row.cert)
			}
		})
	}
}

// verdictsBehind are those of HTTP/2 and of the certificate.
func verdictsBehind(t *testing.T, url string, trust *tls.Config) (verdicts [2]harness.Verdict) {
	t.Helper()
	c, err := contract.Load(fixtures.FS, "contracts/zipit.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.ForContract("zipit")
	if err != nil {
		t.Fatal(err)
	}
	recorder := harness.NewRecorder(harness.Header{Command: "verify", Target: url}, nil)
	rig, err := harness.New(harness.Config{Target: url, Contract: c, Policy: p, Time: start, TLS: trust, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rig.Close)
	for i, name := range []string{"transport-http-2", "transport-certificate"} {
		recorder := harness.NewRecorder(harness.Header{Command: "verify", Target: url}, nil)
		result, err := scenarios.Run(t.Context(), new(failures), scenarios.Config{Rigs: []*harness.Rig{rig}, Recorder: recorder, Only: "rule:" + name})
		if err != nil || len(result.Run.Scenarios) != 1 {
			t.Fatalf("%v, %d scenarios", err, len(result.Run.Scenarios))
		}
		verdicts[i] = result.Run.Scenarios[0].Verdict
	}
	return verdicts
}
