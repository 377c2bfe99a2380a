package policy_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func TestEveryShapeOfSignaturesHasASource(t *testing.T) {
	if len(fixtures.AuthenticationNames()) < 5 {
		t.Fatal("no shapes")
	}
	for _, name := range policy.Authentications() {
		a, err := policy.NamedAuthentication(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if a.Value.Scheme == "" || a.Source == "" && a.Reason == "" {
			t.Errorf("%s: %+v has neither source nor reason", name, a)
		}
	}
}

func TestNamedAuthentication(t *testing.T) {
	if a, err := policy.NamedAuthentication("stripe"); err != nil || a.Value.Header != "Stripe-Signature" || a.Value.Separator != ",v1=" {
		t.Errorf("%+v, %v", a.Value, err)
	}
	if a, err := policy.NamedAuthentication("chargeover"); err != nil || a.Value.Scheme != "token" {
		t.Errorf("%+v, %v", a.Value, err)
	}
	if _, err := policy.NamedAuthentication("strip"); err == nil || !strings.Contains(err.Error(), `did you mean "stripe"?`) {
		t.Errorf("error is %v", err)
	}
}

func TestParseAuthenticationReportsFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":        "a.yaml:1:1: no authentication in it",
		"name: [": "a.yaml:",
		"name: a\nauthentication: {value: {scheme: hmac, header: 'X Y', algorithm: ed25519, encoding: hex}, grade: seen}": `"X Y" is not a header name`,
		"name: a\nauthentication: {value: {scheme: hmac, algorithm: ed25519, encoding: hex}, grade: seen}":                "scheme hmac needs algorithm",
		"name: a\nauthentication: {value: {scheme: oauth2}, grade: seen}":                                                 "scheme oauth2 needs token_url",
		"name: a\nauthentication: {value: {scheme: http-signature, algorithm: sha256}, grade: seen}":                      "scheme http-signature needs algorithm",
		"name: a": "authentication: missing",
	} {
		if _, err := policy.ParseAuthentication("a.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want %q", text, err, want)
		}
	}
}
