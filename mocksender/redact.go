package mocksender

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Redacted returns a copy of the attempt that may be recorded and shown: the
// values of its credential headers are replaced, and so is every other place, in
// reply or failure, where such a value or one of secrets turns up again.
func (a Attempt) Redacted(secrets ...Secret) Attempt {
	return a.redacted(newBlackout(secrets, a))
}

// Redacted returns a copy of the delivery that may be recorded and shown: as
// [Attempt.Redacted] for every attempt, and with credentials removed from the
// body and the URL. A body that repeats a credential is found by the credential
// headers of the attempts; pass the secrets of a delivery that has no attempt.
func (d Delivery) Redacted(secrets ...Secret) Delivery {
	b := newBlackout(secrets, d.Attempts...)
	attempts := make([]Attempt, len(d.Attempts))
	for i, a := range d.Attempts {
		attempts[i] = a.redacted(b)
	}
	if d.Attempts != nil {
		d.Attempts = attempts
	}
	if u, err := url.Parse(d.URL); err == nil && u.User != nil {
		u.User = url.User(redacted)
		d.URL = strings.Replace(u.String(), url.User(redacted).String(), redacted, 1)
	}
	d.URL = b.text(d.URL)
	d.Message.Query = b.text(d.Message.Query)
	d.Message.Header = b.header(d.Message.Header, nil)
	d.Message.Body = b.bytes(d.Message.Body)
	return d
}

func (a Attempt) redacted(b blackout) Attempt {
	a.Header = b.header(a.Header, a.Credentials)
	a.Body = b.bytes(a.Body)
	a.Reply = b.reply(a.Reply)
	if a.Failure != nil {
		f := *a.Failure
		f.Text = b.text(f.Text)
		f.Partial = b.reply(f.Partial)
		a.Failure = &f
	}
	return a
}

// blackout is the credentials to strike out, longest first.
type blackout []string

// shortest is the length below which a credential is not searched for in text:
// striking out every "a" would destroy the record and hide nothing.
const shortest = 4

func newBlackout(secrets []Secret, attempts ...Attempt) blackout {
	var b blackout
	for _, s := range secrets {
		b = append(b, s.Reveal())
	}
	for _, a := range attempts {
		for name, values := range a.Header {
			if isCredential(name, a.Credentials) {
				for _, v := range values {
					b = append(b, v, v[strings.LastIndexByte(v, ' ')+1:])
				}
			}
		}
	}
	b = slices.DeleteFunc(b, func(s string) bool { return len(s) < shortest || s == redacted })
	slices.SortFunc(b, func(x, y string) int { return len(y) - len(x) })
	return slices.Compact(b)
}

func (b blackout) text(s string) string {
	for _, secret := range b {
		s = strings.ReplaceAll(s, secret, redacted)
	}
	return s
}

func (b blackout) bytes(p []byte) []byte {
	for _, secret := range b {
		if bytes.Contains(p, []byte(secret)) {
			p = bytes.ReplaceAll(p, []byte(secret), []byte(redacted))
		}
	}
	return p
}

func (b blackout) header(h http.Header, credentials []string) http.Header {
	h = h.Clone()
	for name, values := range h {
		for i := range values {
			if isCredential(name, credentials) {
				values[i] = redacted
			} else {
				values[i] = b.text(values[i])
			}
		}
	}
	return h
}

func (b blackout) reply(r *Reply) *Reply {
	if r == nil {
		return nil
	}
	c := *r
	c.Reason = b.text(c.Reason)
	c.Header = b.header(c.Header, nil)
	c.Body = b.bytes(c.Body)
	return &c
}

// isCredential tells whether the header called name carries a credential: it is
// listed, or its name says so.
func isCredential(name string, listed []string) bool {
	if slices.ContainsFunc(listed, func(s string) bool { return strings.EqualFold(s, name) }) {
		return true
	}
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	return slices.ContainsFunc([]string{"token", "secret", "password", "api-key", "apikey"},
		func(part string) bool { return strings.Contains(name, part) })
}
