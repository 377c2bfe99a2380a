package load

import (
	"bytes"
	"context"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
)

// Request is an event as it would be sent. Its memory is the lane's: it is good until the next event is made.
type Request struct {
	Event  mocksender.Event
	Method string
	// URL is the target with the event's own query.
	URL string
	// Header has name and value of each line but Content-Length.
	Header [][2]string
	Body   []byte
}

// Request makes event number n and does not send it. The errors are those of [Lane.Deliver].
func (l *Lane) Request(ctx context.Context, event string, n uint64) (Request, error) {
	if err := l.make(ctx, event, n); err != nil {
		return Request{}, err
	}
	s := &l.shot
	p, message, body := s.event, s.message(), s.body()
	if p.plan != nil && !p.named { // nothing that is sent has needed it
		s.id = p.plan.AppendID(s.id[:0], &s.subject)
	}
	l.shown.read(p, message[:len(message)-len(body)])
	return Request{Event: s.identity(), Method: p.method, URL: l.shown.url, Header: l.shown.header, Body: body}, nil
}

// shown is the head of the last request that a lane showed. Most of the next one's is the same: then its strings are used again.
type shown struct {
	event  *prepared
	line   string // the start line
	url    string
	header [][2]string
}

// read takes a head apart, as it goes on the wire.
func (s *shown) read(p *prepared, head []byte) {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if s.event != p || s.line != string(line) {
		s.event, s.line = p, string(line)
		s.url = p.targetOf(s.line)
	}
	s.header = s.header[:0]
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, ok := bytes.Cut(line, []byte(": "))
		if ok && string(name) != "Host" && string(name) != "Content-Length" {
			s.add(name, value)
		}
	}
}

// add appends a header line, with the strings that were there before if they are the same.
func (s *shown) add(name, value []byte) {
	n := len(s.header)
	var old [2]string
	if n < cap(s.header) {
		old = s.header[:n+1][n]
	}
	if old[0] != string(name) {
		old[0] = string(name)
	}
	if old[1] != string(value) {
		old[1] = string(value)
	}
	s.header = append(s.header, old)
}

// targetOf is the whole URL of a request's start line.
func (p *prepared) targetOf(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	path, _, _ := strings.Cut(rest, " ")
	return p.target.Scheme + "://" + p.target.Host + path
}
