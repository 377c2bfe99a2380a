package signature

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Message is an HTTP Message Signature of a request, https://www.rfc-editor.org/rfc/rfc9421, by
// hmac-sha256, ed25519, ecdsa-p256-sha256, rsa-pss-sha512 or rsa-v1_5-sha256. It covers derived components of requests and whole fields;
// component parameters (section 2.1 and following) are neither made nor accepted. Make one with [NewMessage].
type Message struct {
	components []string
	keyID      string
	keys       []messageKey
}

// defaultComponents protect what a receiver acts on.
const defaultComponents = "@method @authority @path content-type content-digest"

// NewMessage reads a's Algorithm, Signed (the covered components), KeyID and Key. Each key signs, under
// the labels sig1, sig2 and so on.
func NewMessage(a policy.Authentication, secret mocksender.Secret, older ...mocksender.Secret) (*Message, error) {
	s := &Message{components: strings.Fields(cmp.Or(a.Signed, defaultComponents)), keyID: a.KeyID}
	for i, name := range s.components {
		if strings.HasPrefix(name, "@") && !slices.Contains(derivedNames(), name) {
			return nil, fmt.Errorf("authentication: signed: unknown component %q; there are %s and names of headers", name, strings.Join(derivedNames(), ", "))
		}
		if strings.ToLower(name) != name || strings.ContainsAny(name, `"\`) || slices.Contains(s.components[:i], name) {
			return nil, fmt.Errorf("authentication: signed: %q is not a component's name in lower case, or is there twice", name)
		}
	}
	for _, text := range append([]mocksender.Secret{secret}, older...) {
		key, err := readMessageKey(a, text)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, key)
	}
	return s, nil
}

// derivedNames lists the derived components of requests that are known (RFC 9421, section 2.2).
func derivedNames() []string {
	return []string{"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}
}

// derived returns the values of the derived components.
func derived(method, scheme, authority string, u *url.URL) map[string]string {
	target := u.RequestURI()
	return map[string]string{
		"@method": method, "@scheme": scheme, "@authority": authority, "@request-target": target,
		"@target-uri": scheme + "://" + authority + target,
		"@path":       cmp.Or(u.EscapedPath(), "/"), "@query": "?" + u.RawQuery,
	}
}

// AuthenticateRequest adds Signature-Input and Signature, and Content-Digest where it is covered and not there.
func (s *Message) AuthenticateRequest(h http.Header, o *mocksender.Outgoing) error {
	values := derived(o.Method, o.URL.Scheme, o.Authority(), o.URL)
	fields := http.Header{"Content-Length": {strconv.Itoa(len(o.Message.Body))}, "Host": {o.URL.Host}}
	for name, list := range o.Header {
		fields[http.CanonicalHeaderKey(name)] = list
	}
	if slices.Contains(s.components, "content-digest") && fields.Get("Content-Digest") == "" {
		digest, err := contentDigest("sha-256", o.Message.Body)
		if err != nil {
			return err
		}
		h["Content-Digest"], fields["Content-Digest"] = []string{digest}, []string{digest}
	}
	inputs, signatures := httpsfv.NewDictionary(), httpsfv.NewDictionary()
	for i := range s.keys {
		if s.keys[i].sign == nil {
			continue
		}
		input := s.input(o.At)
		base, err := signatureBase(input, values, fields)
		if err != nil {
			return fmt.Errorf("authentication: %w", err)
		}
		signature, err := s.keys[i].sign(base)
		if err != nil {
			return fmt.Errorf("authentication: %w", err)
		}
		label := "sig" + strconv.Itoa(i+1)
		inputs.Add(label, input)
		signatures.Add(label, httpsfv.NewItem(signature))
	}
	if len(signatures.Names()) == 0 {
		return errors.New("authentication: a public key cannot sign")
	}
	return errors.Join(put(h, "Signature-Input", inputs), put(h, "Signature", signatures))
}

func put(h http.Header, name string, value *httpsfv.Dictionary) error {
	text, err := httpsfv.Marshal(value)
	h[name] = []string{text}
	return err
}

// input is what a signature covers, with the moment of sending.
func (s *Message) input(at time.Time) httpsfv.InnerList {
	list := httpsfv.InnerList{Params: httpsfv.NewParams()}
	for _, name := range s.components {
		list.Items = append(list.Items, httpsfv.NewItem(name))
	}
	list.Params.Add("created", at.Unix())
	if s.keyID != "" {
		list.Params.Add("keyid", s.keyID)
	}
	return list
}

// signatureBase puts together what is signed (RFC 9421, section 2.5).
func signatureBase(input httpsfv.InnerList, values map[string]string, fields http.Header) ([]byte, error) {
	var base []byte
	for _, item := range input.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) > 0 {
			return nil, errors.New("a covered component has parameters, which are not known")
		}
		value, ok := values[name]
		if list := fields.Values(name); !ok && len(list) > 0 && !strings.HasPrefix(name, "@") {
			trimmed := make([]string, len(list))
			for i, v := range list {
				trimmed[i] = strings.TrimSpace(v)
			}
			value, ok = strings.Join(trimmed, ", "), true
		}
		if !ok {
			return nil, fmt.Errorf("covered component %q: the request has none", name)
		}
		base = fmt.Appendf(base, "%q: %s\n", name, value)
	}
	params, err := httpsfv.Marshal(input)
	return append(base, `"@signature-params": `+params...), err
}

// Authenticate refuses: what is signed needs the whole request.
func (s *Message) Authenticate(http.Header, *mocksender.Message, time.Time) error {
	return errors.New("authentication: scheme http-signature needs the whole request")
}

// Public implements [mocksender.PublicHeaders]: what is covered and the digest are no credentials.
func (s *Message) Public(header string) bool { return !strings.EqualFold(header, "Signature") }

// Verify is [Message.VerifyRequest] without the request: it refuses signatures that cover derived components.
func (s *Message) Verify(h http.Header, body []byte, now time.Time) error {
	return s.verify(nil, h, body, now)
}

// VerifyRequest accepts a request if one of its signatures is by one of the keys, covers at least the
// components that this value names, and was created within [Tolerance], and if its Content-Digest fits the body.
func (s *Message) VerifyRequest(r *http.Request, body []byte, now time.Time) error {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	o := mocksender.Outgoing{URL: &url.URL{Scheme: scheme, Host: r.Host}}
	fields := r.Header.Clone()
	fields["Host"] = []string{r.Host}
	fields["Content-Length"] = []string{strconv.Itoa(len(body))}
	return s.verify(derived(r.Method, scheme, o.Authority(), r.URL), fields, body, now)
}

func (s *Message) verify(values map[string]string, h http.Header, body []byte, now time.Time) error {
	for _, name := range []string{"Signature-Input", "Signature"} {
		if len(h.Values(name)) == 0 {
			return fmt.Errorf("header %s: %w", name, ErrMissing)
		}
	}
	inputs, err := httpsfv.UnmarshalDictionary(h.Values("Signature-Input"))
	if err != nil {
		return fmt.Errorf("header Signature-Input: %w: %w", ErrMismatch, err)
	}
	signatures, err := httpsfv.UnmarshalDictionary(h.Values("Signature"))
	if err != nil {
		return fmt.Errorf("header Signature: %w: %w", ErrMismatch, err)
	}
	if err := checkDigest(h, body); err != nil {
		return err
	}
	err = fmt.Errorf("header Signature: %w", ErrMismatch)
	for _, label := range inputs.Names() {
		if err = s.verifyOne(label, inputs, signatures, values, h, now); err == nil || errors.Is(err, ErrStale) {
			return err
		}
	}
	return err
}

// verifyOne checks the signature with the given label.
func (s *Message) verifyOne(label string, inputs, signatures *httpsfv.Dictionary, values map[string]string, h http.Header, now time.Time) error {
	refuse := func(reason string) error { return fmt.Errorf("signature %s: %w: %s", label, ErrMismatch, reason) }
	member, _ := inputs.Get(label)
	input, isList := member.(httpsfv.InnerList)
	value, _ := signatures.Get(label)
	item, isItem := value.(httpsfv.Item)
	if !isList || !isItem {
		return refuse("its headers do not have the form of RFC 9421")
	}
	signature, isBytes := item.Value.([]byte)
	created, _ := input.Params.Get("created")
	at, isTime := created.(int64)
	if !isBytes || !isTime {
		return refuse("no bytes, or no moment of creation")
	}
	for _, name := range s.components {
		if !slices.ContainsFunc(input.Items, func(i httpsfv.Item) bool { return i.Value == name }) {
			return refuse("it does not cover " + name)
		}
	}
	base, err := signatureBase(input, values, h)
	if err != nil {
		return refuse(err.Error())
	}
	ok := false
	for i := range s.keys {
		ok = s.keys[i].verify(base, signature) || ok
	}
	if !ok {
		return refuse("it is by another key or over another request")
	}
	return expired(input, now, time.Unix(at, 0))
}

// expired checks the moments that a signature names.
func expired(input httpsfv.InnerList, now, created time.Time) error {
	if end, there := input.Params.Get("expires"); there {
		if seconds, ok := end.(int64); !ok || now.After(time.Unix(seconds, 0)) {
			return fmt.Errorf("signature: %w: it expired", ErrStale)
		}
	}
	return fresh(created, now)
}
