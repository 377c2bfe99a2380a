package signature_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// Test case 1 of RFC 2202, section 3 (SHA-1), and of RFC 4231, section 4.2 (the others).
func TestHMACVectorsOfTheRFCs(t *testing.T) {
	key := mocksender.Secret(strings.Repeat("0b", 20))
	for algorithm, want := range map[string]string{
		"sha1":   "b617318655057264e28bc0b6fb378c8ef146be00",
		"sha256": "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		"sha384": "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
		"sha512": "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
	} {
		s, err := signature.NewHMAC(policy.Authentication{Header: "X", Algorithm: algorithm, Encoding: "hex", Key: "hex"}, key)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Sign("", time.Time{}, []byte("Hi There")); got != want {
			t.Errorf("%s: %s", algorithm, got)
		}
	}
}

// named returns the shape of that name.
func named(t *testing.T, name string) policy.Authentication {
	t.Helper()
	a, err := policy.NamedAuthentication(name)
	if err != nil {
		t.Fatal(err)
	}
	return a.Value
}

// The example of https://docs.slack.dev/authentication/verifying-requests-from-slack.
func TestSlackVector(t *testing.T) {
	const body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands" +
		"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	s, err := signature.For(named(t, "slack"), "8f742231b10e8888abcd99yyyzzz85a5")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	if err := s.Authenticate(h, &mocksender.Message{Body: []byte(body)}, time.Unix(1531420618, 0)); err != nil {
		t.Fatal(err)
	}
	if got := h["X-Slack-Signature"][0]; got != "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503" || h["X-Slack-Request-Timestamp"][0] != "1531420618" {
		t.Errorf("%v", h)
	}
	if err := s.Verify(h, []byte(body), time.Unix(1531420620, 0)); err != nil {
		t.Error(err)
	}
}

// rfcRequest is the test-request of RFC 9421, appendix B.2.
func rfcRequest(t *testing.T) *mocksender.Outgoing {
	t.Helper()
	u, err := url.Parse("http://example.com/foo?param=Value&Pet=dog")
	if err != nil {
		t.Fatal(err)
	}
	return &mocksender.Outgoing{
		Method: http.MethodPost, URL: u, At: time.Unix(1618884473, 0),
		Header: http.Header{
			"Date": {"Tue, 20 Apr 2021 02:07:55 GMT"}, "content-TYPE": {"application/json"},
			"Content-Digest": {"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
		},
		Message: &mocksender.Message{Body: []byte(`{"hello": "world"}`)},
	}
}

const (
	rfcSharedSecret = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
	rfcEd25519      = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n"
)

// Appendices B.2.5 and B.2.6 of RFC 9421; their other cases are not deterministic or sign replies.
func TestMessageVectors(t *testing.T) {
	for _, row := range []struct {
		a           policy.Authentication
		secret      mocksender.Secret
		input, want string
	}{
		{policy.Authentication{Algorithm: "hmac-sha256", Key: "base64", KeyID: "test-shared-secret", Signed: "date @authority content-type"}, rfcSharedSecret,
			`sig1=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"`,
			"sig1=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"},
		{policy.Authentication{Algorithm: "ed25519", KeyID: "test-key-ed25519", Signed: "date @method @path @authority content-type content-length"}, rfcEd25519,
			`sig1=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
			"sig1=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"},
	} {
		row.a.Scheme = "http-signature"
		s, err := signature.NewMessage(row.a, row.secret)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		if err := s.AuthenticateRequest(h, rfcRequest(t)); err != nil {
			t.Fatal(err)
		}
		if h["Signature-Input"][0] != row.input || h["Signature"][0] != row.want {
			t.Errorf("%s: %v", row.a.Algorithm, h)
		}
	}
}

// The published libraries verify what is signed here, by the current and by the older secret of a rotation.
func TestStandardWebhooksLibraryAccepts(t *testing.T) {
	const newer = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	s, err := signature.NewStandard("", newer, whsec)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now() // the library looks at the clock
	h := http.Header{}
	sent := http.Header{}
	if err := s.Authenticate(sent, &message, at); err != nil {
		t.Fatal(err)
	}
	for name, values := range sent {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if n := len(strings.Fields(h.Get("Webhook-Signature"))); n != 2 {
		t.Errorf("%d signatures for two secrets", n)
	}
	for _, secret := range []string{newer, whsec} {
		theirs, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := theirs.Verify(message.Body, h); err != nil {
			t.Errorf("the library refuses: %v", err)
		}
		if err := theirs.Verify([]byte("{}"), h); err == nil {
			t.Error("the library accepts another body")
		}
		signed, err := theirs.Sign(message.Event.ID, at, message.Body)
		if err != nil {
			t.Fatal(err)
		}
		h.Set("Webhook-Signature", signed)
		if err := s.Verify(h, message.Body, at); err != nil {
			t.Errorf("the library's signature is refused: %v", err)
		}
		h.Set("Webhook-Signature", sent["webhook-signature"][0])
	}
}
