package signature_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// While a secret is changed, receivers with either secret accept, where the scheme has room for two
// signatures; where it has not, the receiver that knows both does.
func TestRotation(t *testing.T) {
	whsk := mocksender.Secret("whsk_" + base64.StdEncoding.EncodeToString(ed25519.NewKeyFromSeed(make([]byte, 32))))
	for _, row := range []struct {
		name       string
		auth       policy.Authentication
		newer, old mocksender.Secret
		room       bool
	}{
		{"token", policy.Authentication{Scheme: "token", Header: "X-Key"}, "new-sesame", "old-sesame", false},
		{"header", policy.Authentication{Scheme: "header", Header: "X-Key"}, "new-sesame", "old-sesame", false},
		{"basic", policy.Authentication{Scheme: "basic"}, "joe:new", "joe:old", false},
		{"stripe", named(t, "stripe"), "new-sesame", "old-sesame", true},
		{"github", named(t, "github"), "new-sesame", "old-sesame", false},
		{"shopify", named(t, "shopify"), "new-sesame", "old-sesame", false},
		{"slack", named(t, "slack"), "new-sesame", "old-sesame", false},
		{"standard", named(t, "standard-webhooks"), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", whsec, true},
		{"standard, from v1 to v1a", named(t, "standard-webhooks"), whsk, whsec, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			sender, err := signature.For(row.auth, row.newer, row.old)
			if err != nil {
				t.Fatal(err)
			}
			h := received(t, sender)
			for secret, want := range map[mocksender.Secret]bool{row.newer: true, row.old: row.room} {
				s, err := signature.For(row.auth, secret)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Verify(h, message.Body, now); (err == nil) != want {
					t.Errorf("a receiver with one secret: %v, want it accepted: %t", err, want)
				}
				if err := sender.Verify(received(t, s), message.Body, now); err != nil {
					t.Errorf("a receiver with both secrets: %v", err)
				}
			}
			stranger, err := signature.For(row.auth, row.newer[:len(row.newer)-4]+"AAA=")
			if err != nil {
				t.Skip("this secret cannot be spoilt that way")
			}
			if err := sender.Verify(received(t, stranger), message.Body, now); !errors.Is(err, signature.ErrMismatch) {
				t.Errorf("a stranger: %v", err)
			}
		})
	}
}

func TestStripeShape(t *testing.T) {
	s, err := signature.For(named(t, "stripe"), "new-sesame", "old-sesame")
	if err != nil {
		t.Fatal(err)
	}
	h := received(t, s)
	parts := strings.Split(h.Get("Stripe-Signature"), ",")
	if len(parts) != 3 || parts[0] != "t=1772600767" || !strings.HasPrefix(parts[1], "v1=") || !strings.HasPrefix(parts[2], "v1=") {
		t.Errorf("%v", parts)
	}
	h.Set("Stripe-Signature", h.Get("Stripe-Signature")+",v0=6ffbb59b")
	if err := s.Verify(h, message.Body, now); err != nil {
		t.Errorf("a signature of another kind behind it: %v", err)
	}
}

func TestHMACOverTheEventID(t *testing.T) {
	a := policy.Authentication{Scheme: "hmac", Header: "X-Sig", Algorithm: "sha384", Encoding: "base64url", Key: "base64", Signed: "{id}.{body}.{id}", ID: "X-Id"}
	s, err := signature.For(a, "c2VzYW1l")
	if err != nil {
		t.Fatal(err)
	}
	h := received(t, s)
	if err := s.Verify(h, message.Body, now); err != nil {
		t.Error(err)
	}
	h.Set("X-Id", "evt_2")
	if err := s.Verify(h, message.Body, now); !errors.Is(err, signature.ErrMismatch) {
		t.Errorf("another id: %v", err)
	}
	h.Del("X-Id")
	if err := s.Verify(h, message.Body, now); !errors.Is(err, signature.ErrMissing) {
		t.Errorf("no id: %v", err)
	}
	if p, ok := s.(mocksender.PublicHeaders); !ok || !p.Public("x-id") || p.Public("X-Sig") {
		t.Error("the id is public and the signature is not")
	}
}

// The body may look like a template itself.
func TestHMACDoesNotFillInTheBody(t *testing.T) {
	s, err := signature.For(policy.Authentication{Scheme: "hmac", Header: "X", Algorithm: "sha256", Encoding: "hex", Signed: "{timestamp}:{body}", Timestamp: "X-T"}, "sesame")
	if err != nil {
		t.Fatal(err)
	}
	sign := func(body string) string {
		h := http.Header{}
		if err := s.Authenticate(h, &mocksender.Message{Body: []byte(body)}, now); err != nil {
			t.Fatal(err)
		}
		return h["X"][0]
	}
	if sign("{timestamp}") == sign("1772600767") {
		t.Error("a placeholder in the body was replaced")
	}
}

func TestStandardAsymmetric(t *testing.T) {
	private := ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))
	public := private.Public().(ed25519.PublicKey)
	encode := base64.StdEncoding.EncodeToString
	for _, secret := range []string{"whsk_" + encode(private), "whsk_" + encode(private.Seed())} {
		s, err := signature.NewStandard("", mocksender.Secret(secret))
		if err != nil {
			t.Fatal(err)
		}
		got := s.Sign("evt_1", time.Unix(5, 0), []byte("{}"))
		want := "v1a," + encode(ed25519.Sign(private, []byte("evt_1.5.{}")))
		if got != want {
			t.Errorf("signature %s", got)
		}
		v, err := signature.NewStandard("", mocksender.Secret("whpk_"+encode(public)))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Verify(received(t, s), message.Body, now); err != nil {
			t.Errorf("public key: %v", err)
		}
		if err := v.Authenticate(http.Header{}, &message, now); err == nil {
			t.Error("a public key signs")
		}
	}
	for _, bad := range []string{"whsk_AAAA", "whpk_AAAA", "whxx_AAAA", "whsk_" + encode(make([]byte, 64))} {
		if _, err := signature.NewStandard("", mocksender.Secret(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestStandardAsymmetricVector: no vector of v1a was found that the authors of Standard Webhooks publish. This one was signed
// and verified by OpenSSL 3.0.19 (pkeyutl -rawin), over the message of the published v1 vector.
func TestStandardAsymmetricVector(t *testing.T) {
	const (
		id, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, `{"test": 2432232314}`
		want         = "v1a,alhAgTcr5sguaz+RyrKDDAWBjxUzZdYa6fGifYp/i3bKDtnMTv8g9O76Cs1UZGNOu2Cst4r8ztuRaqZ1BS4BBQ=="
	)
	signer, err := signature.NewStandard("", "whsk_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
	if err != nil {
		t.Fatal(err)
	}
	if got := signer.Sign(id, time.Unix(at, 0), []byte(body)); got != want {
		t.Errorf("signed as %s", got)
	}
	verifier, err := signature.NewStandard("", "whpk_I7xUkSwebpLEqGglyGfif/3FVb/71CRPF6Jqv//ull0=")
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {"1614265330"}, "Webhook-Signature": {want}}
	if err := verifier.Verify(header, []byte(body), time.Unix(at, 0)); err != nil {
		t.Error(err)
	}
}
