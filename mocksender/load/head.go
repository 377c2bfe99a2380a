package load

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// field is one header line, in the order and spelling that it has on the wire.
type field struct{ name, value string }

// fields is a request's header. A name is there once, in any spelling.
type fields []field

// set replaces the header called name, or removes it if there are no values.
func (f fields) set(name string, values ...string) fields {
	f = slices.DeleteFunc(f, func(old field) bool { return strings.EqualFold(old.name, name) })
	for _, value := range values {
		f = append(f, field{name, value})
	}
	return f
}

// overlay sets every header of h, in the order of names so that requests are alike.
func (f fields) overlay(h http.Header) fields {
	for _, name := range slices.Sorted(keys(h)) {
		f = f.set(name, h[name]...)
	}
	return f
}

func keys(h http.Header) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range h {
			if !yield(name) {
				return
			}
		}
	}
}

// basic sets the credentials that a URL carries.
func (f fields) basic(user *url.Userinfo) fields {
	if user == nil {
		return f
	}
	return f.set("Authorization", basicOf(user))
}

// basicOf are the credentials as HTTP's scheme Basic has them, RFC 7617.
func basicOf(user *url.Userinfo) string {
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}

// header is f in the form that net/http and authenticators take.
func (f fields) header() http.Header {
	h := make(http.Header, len(f))
	for _, field := range f {
		h[field.name] = append(h[field.name], field.value)
	}
	return h
}

// slot is a part of a head that differs from request to request.
type slot uint8

const (
	slotNone slot = iota
	slotEventID
	slotDeliveryID
	slotAttempt
	slotLength
)

// piece is constant text and what follows it.
type piece struct {
	text string
	slot slot
}

// head is a request's start line and header as they were compiled once. What an authenticator adds to
// every request, and the empty line, come behind it.
type head []piece

// placeholders are those of policy.Header, as far as they are not constant.
func placeholders() map[string]slot {
	return map[string]slot{"{event.id}": slotEventID, "{delivery.id}": slotDeliveryID, "{attempt}": slotAttempt}
}

// compileHead puts a head together. target is the request target of the start line.
func compileHead(method, target, host string, all fields) head {
	var text strings.Builder
	text.WriteString(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n")
	for _, f := range all {
		text.WriteString(f.name + ": " + f.value + "\r\n")
	}
	text.WriteString("Content-Length: ")
	h := split(text.String())
	h[len(h)-1].slot = slotLength
	return append(h, piece{text: "\r\n"})
}

// split cuts text at its placeholders. The last piece has no slot.
func split(text string) head {
	var h head
	for {
		first, name := len(text), ""
		for candidate := range placeholders() {
			if i := strings.Index(text, candidate); i >= 0 && i < first {
				first, name = i, candidate
			}
		}
		if name == "" {
			return append(h, piece{text: text})
		}
		h = append(h, piece{text[:first], placeholders()[name]})
		text = text[first+len(name):]
	}
}

// named tells that the head tells the event's identity.
func (h head) named() bool {
	return slices.ContainsFunc(h, func(p piece) bool { return p.slot == slotEventID || p.slot == slotDeliveryID })
}

// append writes the head of s.
func (h head) append(dst []byte, s *shot) []byte {
	for i := range h {
		dst = append(dst, h[i].text...)
		switch h[i].slot {
		case slotEventID:
			dst = append(dst, s.id...)
		case slotDeliveryID:
			dst = append(dst, s.id...)
			if s.event.newDeliveryID && s.attempt > 1 {
				dst = strconv.AppendInt(append(dst, '.'), int64(s.attempt), 10)
			}
		case slotAttempt:
			dst = strconv.AppendInt(dst, int64(s.attempt), 10)
		case slotLength:
			dst = strconv.AppendInt(dst, int64(len(s.body())), 10)
		case slotNone:
		}
	}
	return dst
}
