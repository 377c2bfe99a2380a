package signature_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// The vector that the Standard Webhooks project publishes with its libraries.
func TestStandardVector(t *testing.T) {
	s, err := signature.NewStandard("", whsec)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

// The vector of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
func TestHMACVector(t *testing.T) {
	s, err := signature.NewHMAC(policy.Authentication{
		Header: "X-Hub-Signature-256", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256=", Signed: "body",
	}, "It's a Secret to Everybody")
	if err != nil {
		t.Fatal(err)
	}
	got := s.Sign("", time.Unix(0, 0), []byte("Hello, World!"))
	if want := "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

var (
	now     = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	message = mocksender.Message{
		Event: mocksender.Event{ID: "evt_1"},
		Body:  []byte(`{"a/b":[{"token":"0123456789abcdef"}],"n":1}`),
	}
)

// schemes holds every scheme with a way to spoil each thing that it must check.
var schemes = []struct {
	name   string
	auth   policy.Authentication
	secret mocksender.Secret
	dated  bool
	signed bool
}{
	{"token", policy.Authentication{Scheme: "token", Header: "X-Some-KEY", Body: "/a~1b/0/token"}, "0123456789abcdef", false, false},
	{"header", policy.Authentication{Scheme: "header", Header: "Authorization", Prefix: "Bearer "}, "sesame", false, false},
	{"basic", policy.Authentication{Scheme: "basic"}, "joe:sesame", false, false},
	{"standard", policy.Authentication{Scheme: "standard-webhooks"}, whsec, true, true},
	{"standard, other headers", policy.Authentication{Scheme: "standard-webhooks", Prefix: "svix"}, whsec, true, true},
	{"hmac", policy.Authentication{Scheme: "hmac", Header: "X-Sig", Algorithm: "sha512", Encoding: "base64", Signed: "body"}, "sesame", false, true},
	{"hmac, dated", policy.Authentication{Scheme: "hmac", Header: "x-sig", Algorithm: "sha1", Encoding: "hex", Prefix: "t={timestamp},v=", Signed: "{timestamp}.{body}"}, "sesame", true, true},
	{"hmac, dated by default", policy.Authentication{Scheme: "hmac", Header: "x-sig", Algorithm: "sha256", Encoding: "hex", Signed: "{timestamp}.{body}"}, "sesame", true, true},
}

// received returns the headers as a server sees them: with canonical names.
func received(t *testing.T, s signature.Scheme) http.Header {
	t.Helper()
	sent, h := http.Header{}, http.Header{}
	if err := s.Authenticate(sent, &message, now); err != nil {
		t.Fatal(err)
	}
	for name, values := range sent {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

func TestEverySchemeAcceptsItsOwnAndNothingElse(t *testing.T) {
	for _, row := range schemes {
		t.Run(row.name, func(t *testing.T) {
			s, err := signature.For(row.auth, row.secret)
			if err != nil {
				t.Fatal(err)
			}
			h := received(t, s)
			if err := s.Verify(h, message.Body, now.Add(4*time.Minute)); err != nil {
				t.Errorf("its own credential: %v", err)
			}
			if err := s.Verify(http.Header{}, message.Body, now); !errors.Is(err, signature.ErrMissing) {
				t.Errorf("no credential: %v", err)
			}
			for _, late := range []time.Duration{6 * time.Minute, -6 * time.Minute} {
				if err := s.Verify(h, message.Body, now.Add(late)); errors.Is(err, signature.ErrStale) != row.dated {
					t.Errorf("%v late: %v", late, err)
				}
			}
			if err := s.Verify(h, append([]byte(" "), message.Body...), now); errors.Is(err, signature.ErrMismatch) != row.signed {
				t.Errorf("another body: %v", err)
			}
			spoil(t, s, h)
		})
	}
}

// spoil changes each header in turn, and doubles it.
func spoil(t *testing.T, s signature.Scheme, h http.Header) {
	for name, values := range h {
		for _, bad := range [][]string{{values[0] + "x"}, {"x"}, {strings.ToUpper(values[0]) + "="}, {values[0], values[0]}, {""}} {
			spoilt := h.Clone()
			spoilt[name] = bad
			if err := s.Verify(spoilt, message.Body, now); err == nil {
				t.Errorf("%s: %q is accepted", name, bad)
			}
		}
	}
}

func TestTokenWantsBothCopies(t *testing.T) {
	s, err := signature.For(schemes[0].auth, schemes[0].secret)
	if err != nil {
		t.Fatal(err)
	}
	h := received(t, s)
	for body, want := range map[string]error{
		`{"a/b":[{"token":"0123456789abcdee"}]}`: signature.ErrMismatch,
		`{"a/b":[{"token":null}]}`:               signature.ErrMissing,
		`{"a/b":[{}]}`:                           signature.ErrMissing,
		`{"a/b":[]}`:                             signature.ErrMissing,
		`{"a/b":7}`:                              signature.ErrMissing,
		`{`:                                      signature.ErrMissing,
		``:                                       signature.ErrMissing,
	} {
		if err := s.Verify(h, []byte(body), now); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
}

func TestStandardAcceptsOneOfSeveralSignatures(t *testing.T) {
	s, err := signature.NewStandard("", whsec)
	if err != nil {
		t.Fatal(err)
	}
	h := received(t, s)
	own := h.Get("webhook-signature")
	for list, ok := range map[string]bool{"v1,AAAA " + own: true, own + " v1a,AAAA": true, "v1,AAAA v2,BBBB": false, strings.TrimPrefix(own, "v1,"): false} {
		h.Set("webhook-signature", list)
		if err := s.Verify(h, message.Body, now); (err == nil) != ok {
			t.Errorf("%s: %v", list, err)
		}
	}
}

func TestForRefuses(t *testing.T) {
	for _, row := range []struct {
		auth   policy.Authentication
		secret mocksender.Secret
		want   string
	}{
		{policy.Authentication{Scheme: "token", Header: "X"}, "", "scheme token needs a secret"},
		{policy.Authentication{Scheme: "basic"}, "joe", "user:password"},
		{policy.Authentication{Scheme: "standard-webhooks"}, "whsec_%%", "whsec_ and base64"},
		{policy.Authentication{Scheme: "standard-webhooks"}, "whsec_c2hvcnQ=", "24 to 64 bytes, and this one 5"},
		{policy.Authentication{Scheme: "hmac", Algorithm: "sha256", Encoding: "hex", Body: "/sig"}, "s", "part of the payload"},
		{policy.Authentication{Scheme: "hmac", Header: "X", Algorithm: "md5", Encoding: "hex"}, "s", "want sha1, sha256, sha384 or sha512"},
		{policy.Authentication{Scheme: "hmac", Header: "X", Algorithm: "sha1", Encoding: "hex", Signed: "{id}"}, "s", "must hold {body} once"},
		{policy.Authentication{Scheme: "tokn"}, "s", `unknown scheme "tokn"`},
	} {
		_, err := signature.For(row.auth, row.secret)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: error is %v, want %q", row.auth, err, row.want)
		}
	}
}

func TestEveryPolicyHasAScheme(t *testing.T) {
	for _, name := range policy.Names() {
		p, err := policy.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		var secret mocksender.Secret = whsec
		if p.Authentication.Value.Scheme == "basic" {
			secret = "joe:sesame"
		}
		if _, err := signature.For(p.Authentication.Value, secret); err != nil && !errors.Is(err, signature.ErrInBody) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	for _, row := range schemes {
		s, err := signature.For(row.auth, row.secret)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(row.secret.Reveal(), ":")
		if text := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(text, parts[len(parts)-1]) || strings.Contains(text, "49 242 144") {
			t.Errorf("%s prints its secret: %s", row.name, text)
		}
	}
}

func ExampleFor() {
	s, err := signature.For(policy.Authentication{Scheme: "token", Header: "X-Shop-Key"}, "sesame")
	if err != nil {
		panic(err)
	}
	h := http.Header{}
	_ = s.Authenticate(h, &mocksender.Message{}, time.Now())
	fmt.Println(h)
	h["X-Shop-Key"] = []string{"guess"}
	fmt.Println(s.Verify(h, nil, time.Now()))
	// Output:
	// map[X-Shop-Key:[sesame]]
	// header X-Shop-Key: credential does not match
}
