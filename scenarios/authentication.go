package scenarios

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// forgery is one way to come without the right credential.
type forgery struct {
	name, text string
	// header and body tell what is done to the credential in either place.
	header, body tampering
}

type tampering int

const (
	right tampering = iota
	wrong
	missing
	empty
)

// authentication judges how deliveries without the right credential are taken.
func authentication(b *book) {
	authenticates := func(s subject) bool { return s.rig.Authenticates() }
	b.table("authentication", authenticates, func(s subject) {
		for _, f := range forgeries(s) {
			r := rule{
				name: f.name, theme: "authentication",
				text:   "is refused with a 4xx, and without effect, when " + f.text,
				source: origin(s.rig.Policy().Authentication),
				why:    "whoever learns the URL could otherwise post events in the provider's name",
			}
			b.it(r, s, patience(s, 2), func(t *trial) {
				lag := t.needControl()
				m, how := t.forge(f)
				before := t.effectsOf(m)
				d := t.send(m, how)
				t.refused(d)
				t.noEffect(d, before, lag)
			})
		}
	})
	signatures(b)
}

// forgeries lists the ways that the provider's scheme leaves open.
func forgeries(s subject) []forgery {
	place := s.rig.Policy().Authentication.Value
	if place.Body == "" {
		list := []forgery{
			{"credential-wrong", "its credential is wrong", wrong, right},
			{"credential-missing", "it has no credential", missing, right},
		}
		if place.Header != "" {
			list = append(list, forgery{"credential-empty", "its credential is empty", empty, right})
		}
		return list
	}
	return []forgery{
		{"token-wrong", "its token is wrong in header and body", wrong, wrong},
		{"token-missing", "it has no token at all", missing, missing},
		{"token-empty", "its token is empty in header and body", empty, empty},
		{"token-header-missing", "its token is right in the body and missing in the header", missing, right},
		{"token-header-empty", "its token is right in the body and empty in the header", empty, right},
		{"token-header-wrong", "its token is right in the body and wrong in the header", wrong, right},
		{"token-body-wrong", "its token is right in the header and wrong in the body", right, wrong},
	}
}

// forge makes a message, good but for its credential.
func (t *trial) forge(f forgery) (mocksender.Message, harness.Shipping) {
	rig := t.subject.rig
	place := rig.Policy().Authentication.Value
	m := t.message()
	how := harness.Shipping{Once: true}
	var err error
	switch f.body {
	case wrong:
		m.Body, err = harness.Replaced(m.Body, place.Body, []byte(strconv.Quote(t.wrongSecret().Reveal())))
	case missing:
		m.Body, err = harness.Without(m.Body, place.Body)
	case empty:
		m.Body, err = harness.Replaced(m.Body, place.Body, []byte(`""`))
	}
	t.check(err)
	// The contract may name the header as a parameter, and then it is in the message already.
	m.Header = m.Header.Clone()
	for name := range m.Header {
		if strings.EqualFold(name, place.Header) {
			delete(m.Header, name)
		}
	}
	switch f.header {
	case wrong:
		how.Secret = t.wrongSecret()
	case missing:
		how.Anonymous = true
		if place.Header != "" { // else the headers are those that the scheme would have added
			how.Header = http.Header{place.Header: nil}
		}
	case empty:
		how.Anonymous = true
		how.Header = http.Header{place.Header: {""}}
	}
	return m, how
}

// wrongSecret has the form of a right one and nothing of its text.
func (t *trial) wrongSecret() mocksender.Secret {
	const fill = "notTheSecretOfThisEndpoint0"
	switch rig := t.subject.rig; rig.Policy().Authentication.Value.Scheme {
	case "standard-webhooks":
		return mocksender.Secret("whsec_" + base64.StdEncoding.EncodeToString([]byte(fill)))
	case "basic":
		return "nobody:" + fill
	default:
		length := len(rig.Secret().Reveal())
		text := strings.Repeat(fill, length/len(fill)+1)[:length]
		if mocksender.Secret(text) == rig.Secret() {
			text = fill + text
		}
		return mocksender.Secret(text)
	}
}
