package policy

import "cmp"

// Authentication says how a receiver can know the sender.
type Authentication struct {
	// Scheme names the scheme, one of [Schemes] (package signature makes them).
	Scheme string
	// Header is the header that carries the credential, Body the JSON pointer of the credential in the payload, or "".
	Header, Body string
	// Prefix comes before the credential in its header ("sha256="), and may hold {timestamp} there; for
	// standard-webhooks it is the beginning of the headers' names, "webhook" if empty.
	Prefix string
	// Separator stands between several signatures of scheme hmac in one header, while a key is
	// changed. "": the header has room for one.
	Separator string
	// Timestamp and ID name the headers that carry the moment of sending, in seconds, and the event's
	// id, for scheme hmac. "": none does.
	Timestamp, ID string
	// Algorithm is the hash of scheme hmac (sha1, sha256, sha384, sha512), or the algorithm of scheme
	// http-signature (hmac-sha256, ed25519, ecdsa-p256-sha256, rsa-pss-sha512, rsa-v1_5-sha256).
	Algorithm string
	// Encoding is how the value of an hmac is written: hex, base64 or base64url.
	Encoding string
	// Key is how the secret of an hmac is read: text (or ""), base64 or hex.
	Key string
	// Signed is what scheme hmac signs: "body", or a text with {timestamp}, {id} and {body}; for
	// http-signature the covered components (RFC 9421, section 2), separated by spaces.
	Signed string
	// KeyID is the keyid of scheme http-signature, "" for none.
	KeyID string
	// TokenURL is where scheme oauth2 fetches its tokens, Scope what it asks for.
	TokenURL, Scope string
}

// Schemes lists the schemes of authentication.
func Schemes() []string {
	return []string{"none", "token", "header", "basic", "hmac", "standard-webhooks", "oauth2", "mtls", "http-signature"}
}

// Proves tells whether the scheme proves to the receiver who sends.
func (a Authentication) Proves() bool { return a.Scheme != "" && a.Scheme != "none" }

func (a Authentication) String() string {
	text := a.Scheme
	if a.Header != "" {
		text += " in header " + a.Header
	}
	if a.Body != "" {
		text += " and in the body at " + a.Body
	}
	return text
}

// Headers names the headers that the scheme writes, in no promised order; never nil.
func (a Authentication) Headers() []string {
	names := []string{}
	switch a.Scheme {
	case "standard-webhooks":
		prefix := cmp.Or(a.Prefix, "webhook")
		names = append(names, prefix+"-id", prefix+"-timestamp", prefix+"-signature")
	case "basic", "oauth2":
		names = append(names, "Authorization")
	case "http-signature":
		names = append(names, "Signature", "Signature-Input", "Content-Digest")
	case "token", "header", "hmac":
		for _, name := range []string{a.Header, a.Timestamp, a.ID} {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}
