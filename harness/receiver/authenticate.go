package receiver

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/signature"
)

// checkHeaderToken refuses with 403 and not 401, which would need a challenge
// (RFC 9110, section 15.5.2) that no webhook sender answers.
func checkHeaderToken(x *Exchange) *Answer {
	token := x.desk.token
	if token.Header == "" {
		return nil
	}
	values := x.Request.Header.Values(token.Header)
	if len(values) != 1 || !equal(values[0], token.Secret.Reveal()) {
		return x.Refuse(http.StatusForbidden, "the token in the header is missing or wrong")
	}
	return nil
}

func checkSignature(x *Exchange) *Answer {
	if x.desk.scheme == nil {
		return nil
	}
	if err := signature.VerifyRequest(x.desk.scheme, x.Request, x.Body, x.Arrived); err != nil {
		return x.Refuse(http.StatusForbidden, "the credential is missing or wrong")
	}
	return nil
}

func checkBodyToken(x *Exchange) *Answer {
	token := x.desk.token
	if token.Body == "" {
		return nil
	}
	got := x.Document.Get(gjsonPath(token.Body))
	if got.Type != gjson.String || !equal(got.Str, token.Secret.Reveal()) {
		return x.Refuse(http.StatusForbidden, "the token in the body is missing or wrong")
	}
	return nil
}

// equal compares in a time that depends on neither text: digests have one length.
// An empty secret equals nothing.
func equal(got, secret string) bool {
	if secret == "" {
		return false
	}
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
