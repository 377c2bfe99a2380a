package scenarios

import (
	"bytes"
	"net/http"
	"reflect"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// adviceOnSignatures says how a signature is verified: over the bytes as they came, and near its moment.
const adviceOnSignatures = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#verifying-webhook-authenticity"

// away is how far from now a moment is that every receiver should refuse.
const away = time.Hour

// signed is one way to sign a delivery: what goes out, with which headers.
type signed struct {
	name, text, why string
	refuse          bool
	fits            func(s subject) bool // nil: every scheme that signs the body
	make            func(t *trial, m mocksender.Message) (mocksender.Message, http.Header, error)
}

func waysToSign() []signed {
	return []signed{
		{
			name: "signature-tampered", refuse: true, fits: subject.hasBody,
			text: "is refused with a 4xx, and without effect, when its signature is another event's",
			why:  "whoever sees one delivery could otherwise post anything with its signature",
			make: func(t *trial, m mocksender.Message) (mocksender.Message, http.Header, error) {
				other := t.message()
				if bytes.Equal(other.Body, m.Body) { // all events of the kind have the same body
					other.Body = append(bytes.Clone(m.Body), ' ')
				}
				h, err := t.subject.rig.Signed(other, time.Now(), t.subject.rig.Secret())
				return m, h, err
			},
		},
		aged("signature-stale", "an hour old", -away),
		aged("signature-future", "an hour ahead", away),
		{
			name: "signature-rotated", fits: rotates,
			text: "is acknowledged when its signature is the second of two, as while a secret is changed",
			why:  "while the secret is changed the provider signs with both, and a receiver that looks at one loses what comes",
			make: func(t *trial, m mocksender.Message) (mocksender.Message, http.Header, error) {
				h, err := t.subject.rig.Signed(m, time.Now(), t.wrongSecret(), t.subject.rig.Secret())
				return m, h, err
			},
		},
		{
			name: "signature-bytes", fits: subject.sendsJSON,
			text: "is acknowledged when its signature is over a body with blanks between its members",
			why:  "a signature is over the bytes that came; a receiver that parses them and writes them anew refuses events of honest senders",
			make: func(t *trial, m mocksender.Message) (mocksender.Message, http.Header, error) {
				m.Body = bytes.Replace(m.Body, []byte("{"), []byte("{ \n "), 1)
				h, err := t.subject.rig.Signed(m, time.Now(), t.subject.rig.Secret())
				return m, h, err
			},
		},
	}
}

func aged(name, words string, by time.Duration) signed {
	return signed{
		name: name, refuse: true, fits: dated,
		text: "is refused with a 4xx, and without effect, when its signature is " + words,
		why:  "whoever recorded a delivery could otherwise send it again at any time",
		make: func(t *trial, m mocksender.Message) (mocksender.Message, http.Header, error) {
			h, err := t.subject.rig.Signed(m, time.Now().Add(by), t.subject.rig.Secret())
			return m, h, err
		},
	}
}

// signatures judges how a receiver verifies a signature: over which bytes, of which moment, and among several.
func signatures(b *book) {
	b.table("authentication", signs, func(s subject) {
		for _, way := range waysToSign() {
			if way.fits != nil && !way.fits(s) {
				continue
			}
			r := rule{name: way.name, theme: "authentication", text: way.text, source: adviceOnSignatures, why: way.why}
			b.it(r, s, patience(s, 2), func(t *trial) {
				lag := t.needControl()
				m, header, err := way.make(t, t.message())
				t.check(err)
				before := t.effectsOf(m)
				d := t.send(m, harness.Shipping{Once: true, Anonymous: true, Header: header})
				if !way.refuse {
					t.acknowledged(d)
					return
				}
				t.refused(d)
				t.noEffect(d, before, lag)
			})
		}
	})
}

// probeOf is a message whose signatures tell what a scheme can do. Nobody sends it.
func probeOf(s subject) mocksender.Message {
	return mocksender.Message{Event: mocksender.Event{Type: s.event.Name, ID: "none"}, Body: []byte("{}"), Header: http.Header{}}
}

// signs tells whether the provider's credential is a signature over the body.
func signs(s subject) bool {
	m := probeOf(s)
	now := time.Now()
	one, err := s.rig.Signed(m, now, s.rig.Secret())
	if err != nil || !s.rig.Authenticates() {
		return false
	}
	m.Body = []byte("[]")
	other, err := s.rig.Signed(m, now, s.rig.Secret())
	return err == nil && !reflect.DeepEqual(one, other)
}

// dated tells whether the signature has a moment.
func dated(s subject) bool {
	m := probeOf(s)
	now := time.Now()
	one, err := s.rig.Signed(m, now, s.rig.Secret())
	other, err2 := s.rig.Signed(m, now.Add(away), s.rig.Secret())
	return err == nil && err2 == nil && !reflect.DeepEqual(one, other)
}

// rotates tells whether there is room for a second signature.
func rotates(s subject) bool {
	m := probeOf(s)
	now := time.Now()
	h, err := s.rig.Signed(m, now, (&trial{subject: s}).wrongSecret(), s.rig.Secret())
	return err == nil && s.rig.Accepts(h, m, now)
}
