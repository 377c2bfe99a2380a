package scenarios

import (
	"net/http"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
)

// carriage is a form of the same request that HTTP allows.
type carriage struct {
	name, text, source string
	how                harness.Shipping
}

func carriages() []carriage {
	wire := func(name string) harness.Shipping {
		line, err := fault.New(0, name)
		if err != nil {
			panic(err) // only a typing error here can make it fail
		}
		return harness.Shipping{Once: true, Line: line}
	}
	return []carriage{
		{
			"charset", "its media type says charset=utf-8", "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1",
			harness.Shipping{Once: true, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}},
		},
		{"lower-case", "its header names are in lower case", "https://www.rfc-editor.org/rfc/rfc9110#section-5.1", wire("lower-case")},
		{"chunked", "its body comes in chunks, without Content-Length", "https://www.rfc-editor.org/rfc/rfc9112#section-7.1", wire("chunked")},
		{"pieces", "it comes in many small pieces", "https://www.rfc-editor.org/rfc/rfc9112#section-6.3", wire("pieces")},
		{"http-1.0", "it comes as HTTP/1.0", "https://www.rfc-editor.org/rfc/rfc9110#section-2.5", wire("http-1.0")},
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
				if c.how.Line != nil && !s.rig.Direct() {
					t.inconclusive("to write the request in another form", "the target is behind a proxy", "verify it without a proxy as well")
				}
				t.needControl()
				t.acknowledged(t.send(t.message(), c.how))
			})
		}
	})
}
