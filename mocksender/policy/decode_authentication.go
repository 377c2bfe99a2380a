package policy

import (
	"net/url"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

func (d *decoder) authentication(to *Authentication) reader {
	return func(n *yaml.Node, path string) {
		d.mapping(n, path, fields{
			"scheme":    d.oneOf(&to.Scheme, Schemes()...),
			"header":    d.headerName(&to.Header),
			"body":      d.text(&to.Body),
			"prefix":    d.text(&to.Prefix),
			"separator": d.text(&to.Separator),
			"timestamp": d.headerName(&to.Timestamp),
			"id":        d.headerName(&to.ID),
			"algorithm": d.oneOf(&to.Algorithm, "sha1", "sha256", "sha384", "sha512", "hmac-sha256", "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "rsa-v1_5-sha256"),
			"encoding":  d.oneOf(&to.Encoding, "hex", "base64", "base64url"),
			"key":       d.oneOf(&to.Key, "text", "base64", "hex"),
			"signed":    d.text(&to.Signed),
			"key_id":    d.text(&to.KeyID),
			"token_url": d.text(&to.TokenURL),
			"scope":     d.text(&to.Scope),
		}, "scheme")
		if to.Body != "" && !strings.HasPrefix(to.Body, "/") {
			d.fault(n, path, "body: %q is not a JSON pointer (write /security_token)", to.Body)
		}
		d.needs(n, path, to)
	}
}

// needs reports what a scheme cannot do without.
func (d *decoder) needs(n *yaml.Node, path string, a *Authentication) {
	switch a.Scheme {
	case "token", "header":
		if a.Header == "" {
			d.fault(n, path, "scheme %s needs the name of its header", a.Scheme)
		}
	case "hmac":
		if !strings.HasPrefix(a.Algorithm, "sha") || a.Encoding == "" {
			d.fault(n, path, "scheme hmac needs algorithm (sha1, sha256, sha384, sha512) and encoding")
		}
	case "http-signature":
		if a.Algorithm == "" || strings.HasPrefix(a.Algorithm, "sha") {
			d.fault(n, path, "scheme http-signature needs algorithm (hmac-sha256, ed25519, ecdsa-p256-sha256, rsa-pss-sha512, rsa-v1_5-sha256)")
		}
	case "oauth2":
		if u, err := url.Parse(a.TokenURL); err != nil || u.Host == "" {
			d.fault(n, path, "scheme oauth2 needs token_url, an absolute URL")
		}
	}
}

func (d *decoder) headerName(to *string) reader {
	return func(n *yaml.Node, path string) {
		d.text(to)(n, path)
		if *to != "" && !headerName.MatchString(*to) {
			d.fault(n, path, "%q is not a header name", *to)
		}
	}
}
