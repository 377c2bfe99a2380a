package scenarios

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
)

// carriage is a form of the same request that HTTP allows: with other headers, or written in another way by a fault.
type carriage struct {
	name, text, source, fault string
	header                    http.Header
}

func carriages() []carriage {
	return []carriage{
		{
			name: "charset", text: "its media type says charset=utf-8", source: "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1",
			header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		},
		{name: "lower-case", text: "its header names are in lower case", source: "https://www.rfc-editor.org/rfc/rfc9110#section-5.1", fault: "lower-case"},
		{name: "chunked", text: "its body comes in chunks, without Content-Length", source: "https://www.rfc-editor.org/rfc/rfc9112#section-7.1", fault: "chunked"},
		{name: "pieces", text: "it comes in many small pieces", source: "https://www.rfc-editor.org/rfc/rfc9112#section-6.3", fault: "pieces"},
		{name: "http-1.0", text: "it comes as HTTP/1.0", source: "https://www.rfc-editor.org/rfc/rfc9110#section-2.5", fault: "http-1.0"},
	}
}

// transport judges whether the receiver takes deliveries in every form that HTTP
// lets the provider, or a proxy on the way, choose.
func transport(b *book) {
	json := func(s subject) bool { return s.event.MediaType == "application/json" }
	b.table("transport", json, func(s subject) {
		for _, c := range carriages() {
			r := rule{
				name: "transport-" + c.name, theme: "transport",
				text: "is acknowledged when " + c.text, source: c.source,
				why: "the provider may change its client, or a gateway may be put in front of the receiver, and all events are lost on that day",
			}
			b.it(r, s, patience(s, 2), func(t *trial) {
				how := harness.Shipping{Once: true, Header: c.header}
				if c.fault != "" {
					how.Line = t.line(c.fault)
				}
				t.needControl()
				t.acknowledged(t.send(t.message(), how))
			})
		}
		for _, size := range []int{4 << 10, 64 << 10} {
			b.large(s, size)
		}
		b.keepAlive(s)
		if s.first {
			b.idleReuse(s)
		}
		if s.first && secured(s) {
			b.http2(s)
			b.certificate(s)
		}
	})
}

// line makes a line of the scenario's own, with a fault in it.
func (t *trial) line(name string) *fault.Line {
	if !t.subject.rig.Direct() {
		t.inconclusive("to write the request in another form", "the target is behind a proxy", "verify it without a proxy as well")
	}
	line, err := fault.New(0, name)
	t.check(err)
	return line
}

// large sends a payload with blanks between its members, which mean nothing and make it as long as one with many items.
func (b *book) large(s subject, size int) {
	r := rule{
		name: fmt.Sprintf("transport-%dk", size>>10), theme: "transport",
		text:   fmt.Sprintf("is acknowledged when its body is over %d KiB", size>>10),
		source: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
		why:    "the customer with the most items has the largest payload, and a limit that nobody chose loses exactly that one",
	}
	b.it(r, s, patience(s, 2), func(t *trial) {
		t.needControl()
		m := t.message()
		i := bytes.IndexAny(m.Body, "{[") + 1
		m.Body = slices.Concat(m.Body[:i], bytes.Repeat([]byte(" "), size), m.Body[i:])
		t.acknowledged(t.once(m))
	})
}

// keepAlive looks at what becomes of a connection once its first delivery was answered.
func (b *book) keepAlive(s subject) {
	r := rule{
		name: "transport-keep-alive", theme: "transport",
		text:   "comes over the connection of the one before, unless its answer said that it closes",
		source: "https://www.rfc-editor.org/rfc/rfc9112#section-9.6",
		why:    "a provider sends the next event on a connection that it takes to be open, and whoever closes without saying so loses it now and then",
	}
	b.it(r, s, patience(s, 2*closedBefore+1), func(t *trial) {
		t.needControl()
		var closed harness.Delivery
		for range closedBefore {
			how := t.ownConnection()
			closed = t.send(t.message(), how)
			t.acknowledged(closed)
			t.pause(time.Second / 20) // in which the end of the connection arrives
			second := t.send(t.message(), how)
			t.acknowledged(second)
			reply := closed.Last().Reply
			says := strings.EqualFold(reply.Header.Get("Connection"), "close") || reply.Proto == "HTTP/1.0"
			if says || second.Last().Reused || !s.rig.Direct() {
				return
			}
		}
		t.warn(&closed, harness.Judgement{
			Want: "the connection to be kept, or an answer with Connection: close",
			Got:  fmt.Sprintf("the connection was closed behind an answer that did not say so, %d times of %d", closedBefore, closedBefore),
		})
	})
}

// closedBefore is how often a connection must end before the receiver is blamed for it: on a busy machine the sender may
// give one up itself.
const closedBefore = 3

// ownConnection ships over a connection that no other scenario uses, and that is kept from one delivery to the next.
func (t *trial) ownConnection() harness.Shipping {
	line, err := fault.New(0)
	t.check(err)
	return harness.Shipping{Once: true, Line: line}
}

// idleFor is a pause between two events, shorter than a sender keeps a connection of a scenario's own, and than
// receivers commonly do (5 s or more).
const idleFor = 3500 * time.Millisecond

func (b *book) idleReuse(s subject) {
	r := rule{
		name: "transport-idle", theme: "transport", slow: true,
		text:   fmt.Sprintf("is acknowledged on a connection that was idle for %v", idleFor),
		source: "https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1",
		why:    "between two events there is a pause, and the second one must not be lost because of it",
	}
	b.it(r, s, patience(s, 3)+idleFor, func(t *trial) {
		t.needControl()
		how := t.ownConnection()
		t.acknowledged(t.send(t.message(), how))
		t.pause(idleFor)
		t.acknowledged(t.send(t.message(), how))
	})
}
