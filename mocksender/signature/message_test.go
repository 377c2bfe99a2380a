package signature_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	httpsig "github.com/remitly-oss/httpsig-go"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// ecdsaPEM is a fixed private key on P-256, and its public half.
func ecdsaPEM(t *testing.T) (mocksender.Secret, mocksender.Secret, crypto.PublicKey) {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), new(big.Int).SetInt64(7777777).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("PRIVATE KEY", private), publicPEM(t, key.Public()), key.Public()
}

func pemOf(kind string, data []byte) mocksender.Secret {
	return mocksender.Secret(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
}

func publicPEM(t *testing.T, key crypto.PublicKey) mocksender.Secret {
	t.Helper()
	data, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("PUBLIC KEY", data)
}

// keys is the other library's way to ask for a key.
type keys struct{ httpsig.KeySpec }

func (k keys) FetchByKeyID(context.Context, http.Header, string) (httpsig.KeySpecer, error) {
	return k.KeySpec, nil
}

func (k keys) Fetch(context.Context, http.Header, httpsig.MetadataProvider) (httpsig.KeySpecer, error) {
	return k.KeySpec, nil
}

// posted sends one event to a server on loopback by a policy with this scheme, and hands the request to
// check as the server sees it.
func posted(t *testing.T, s signature.Scheme, check func(r *http.Request, body []byte)) mocksender.Attempt {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		check(r, body)
	}))
	defer server.Close()
	return post(t, s, nil, server.URL+"/in/box?a=1")
}

func post(t *testing.T, s signature.Scheme, config *mocksender.Config, to string) mocksender.Attempt {
	t.Helper()
	if config == nil {
		config = &mocksender.Config{}
	}
	p, err := policy.Named("github")
	if err != nil {
		t.Fatal(err)
	}
	config.Policy, config.Auth = p, s
	sender, err := mocksender.New(*config)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	m := message
	m.Header = http.Header{"Content-Type": {"application/json"}}
	d, err := sender.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: to, Message: m})
	if err != nil {
		t.Fatal(err)
	}
	return d.Attempts[0]
}

// Signatures made here are accepted by another library, and by this one with the public key alone.
func TestMessageSignaturesOnTheWire(t *testing.T) {
	ecPrivate, ecPublic, ecKey := ecdsaPEM(t)
	edKey := ed25519.NewKeyFromSeed(make([]byte, 32))
	edData, err := x509.MarshalPKCS8PrivateKey(edKey)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaPrivate := pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	for _, row := range []struct {
		algorithm       string
		private, public mocksender.Secret
		theirs          httpsig.KeySpec
	}{
		{"hmac-sha256", "sesame", "sesame", httpsig.KeySpec{Secret: []byte("sesame")}},
		{"ed25519", pemOf("PRIVATE KEY", edData), publicPEM(t, edKey.Public()), httpsig.KeySpec{PubKey: edKey.Public()}},
		{"ecdsa-p256-sha256", ecPrivate, ecPublic, httpsig.KeySpec{PubKey: ecKey}},
		{"rsa-pss-sha512", rsaPrivate, publicPEM(t, rsaKey.Public()), httpsig.KeySpec{PubKey: rsaKey.Public()}},
		{"rsa-v1_5-sha256", rsaPrivate, publicPEM(t, rsaKey.Public()), httpsig.KeySpec{PubKey: rsaKey.Public()}},
	} {
		t.Run(row.algorithm, func(t *testing.T) {
			a := policy.Authentication{Scheme: "http-signature", Algorithm: row.algorithm, KeyID: "k1"}
			s, err := signature.For(a, row.private)
			if err != nil {
				t.Fatal(err)
			}
			own, err := signature.For(a, row.public)
			if err != nil {
				t.Fatal(err)
			}
			row.theirs.KeyID, row.theirs.Algo = "k1", httpsig.Algorithm(row.algorithm)
			attempt := posted(t, s, func(r *http.Request, body []byte) {
				if err := signature.VerifyRequest(own, r, body, time.Now()); err != nil {
					t.Errorf("its own: %v", err)
				}
				spoilMessage(t, own, r, body)
				if _, err := httpsig.Verify(r, keys{row.theirs}, httpsig.VerifyProfile{SignatureLabel: "sig1"}); err != nil {
					t.Errorf("the other library: %v", err)
				}
			})
			if attempt.Reply == nil || strings.Join(attempt.Credentials, " ") != "Signature" {
				t.Errorf("failure %+v, credentials %v", attempt.Failure, attempt.Credentials)
			}
		})
	}
}

// spoilMessage changes whatever is covered, and leaves r as it was.
func spoilMessage(t *testing.T, s signature.Scheme, r *http.Request, body []byte) {
	t.Helper()
	for what, change := range map[string]func(*http.Request) []byte{
		"method":     func(r *http.Request) []byte { r.Method = "PUT"; return body },
		"host":       func(r *http.Request) []byte { r.Host = "example.com"; return body },
		"path":       func(r *http.Request) []byte { r.URL.Path = "/out/box"; return body },
		"media type": func(r *http.Request) []byte { r.Header.Set("Content-Type", "text/plain"); return body },
		"body":       func(*http.Request) []byte { return []byte("{}") },
		"digest too": func(r *http.Request) []byte {
			r.Header.Set("Content-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:") // of {}
			return []byte("{}")
		},
		"unknown digest": func(r *http.Request) []byte { r.Header.Set("Content-Digest", "md5=:AAAA:"); return body },
		"coverage": func(r *http.Request) []byte {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), ` "@path"`, "", 1))
			return body
		},
		"moment": func(r *http.Request) []byte {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), "created=1", "created=2", 1))
			return body
		},
		"form":  func(r *http.Request) []byte { r.Header.Set("Signature", "sig1=none"); return body },
		"form2": func(r *http.Request) []byte { r.Header.Set("Signature-Input", "("); return body },
		"label": func(r *http.Request) []byte { r.Header.Set("Signature", "sig9=:AAAA:"); return body },
	} {
		c := r.Clone(t.Context())
		if err := signature.VerifyRequest(s, c, change(c), time.Now()); !errors.Is(err, signature.ErrMismatch) {
			t.Errorf("another %s: %v", what, err)
		}
	}
	c := r.Clone(t.Context())
	if err := signature.VerifyRequest(s, c, body, time.Now().Add(6*time.Minute)); !errors.Is(err, signature.ErrStale) {
		t.Errorf("late: %v", err)
	}
	if err := s.Verify(c.Header, body, time.Now()); !errors.Is(err, signature.ErrMismatch) {
		t.Errorf("without the request: %v", err)
	}
	c.Header.Del("Signature")
	if err := signature.VerifyRequest(s, c, body, time.Now()); !errors.Is(err, signature.ErrMissing) {
		t.Errorf("no signature: %v", err)
	}
}

func TestMessageRotation(t *testing.T) {
	a := named(t, "http-message-signatures")
	s, err := signature.For(a, "newer", "older")
	if err != nil {
		t.Fatal(err)
	}
	posted(t, s, func(r *http.Request, body []byte) {
		for secret, want := range map[mocksender.Secret]bool{"newer": true, "older": true, "other": false} {
			one, err := signature.For(a, secret)
			if err != nil {
				t.Fatal(err)
			}
			if err := signature.VerifyRequest(one, r, body, time.Now()); (err == nil) != want {
				t.Errorf("%d bytes: %v", len(secret), err)
			}
		}
	})
}

func TestMessageRefuses(t *testing.T) {
	ecPrivate, _, _ := ecdsaPEM(t)
	for _, row := range []struct {
		algorithm, signed string
		secret            mocksender.Secret
		want              string
	}{
		{"hmac-sha256", "@methd", "s", `unknown component "@methd"`},
		{"hmac-sha256", "Date", "s", "lower case"},
		{"hmac-sha256", "date date", "s", "twice"},
		{"ed25519", "", "s", "not PEM"},
		{"ed25519", "", ecPrivate, "cannot be used for ed25519"},
		{"ecdsa-p256-sha256", "", rfcEd25519, "cannot be used for ecdsa"},
		{"ed25519", "", pemOf("PRIVATE KEY", []byte("x")), "neither a private key"},
		{"rsa", "", rfcEd25519, "want hmac-sha256"},
	} {
		_, err := signature.For(policy.Authentication{Scheme: "http-signature", Algorithm: row.algorithm, Signed: row.signed}, row.secret)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s over %q: %v, want %q", row.algorithm, row.signed, err, row.want)
		}
	}
	s, err := signature.NewMessage(policy.Authentication{Algorithm: "hmac-sha256", Signed: "x-nowhere"}, "s")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AuthenticateRequest(http.Header{}, rfcRequest(t)); err == nil || !strings.Contains(err.Error(), `"x-nowhere"`) {
		t.Errorf("a header that is not there: %v", err)
	}
}
