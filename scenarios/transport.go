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
	wire := func(w fault.Wire) harness.Shipping { return harness.Shipping{Once: true, Wire: w} }
	return []carriage{
		{
			"charset", "its media type says charset=utf-8", "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1",
			harness.Shipping{Once: true, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}},
		},
		{"lower-case", "its header names are in lower case", "https://www.rfc-editor.org/rfc/rfc9110#section-5.1", wire(fault.LowerCase)},
		{"chunked", "its body comes in chunks, without Content-Length", "https://www.rfc-editor.org/rfc/rfc9112#section-7.1", wire(fault.Chunked)},
		{"pieces", "it comes in many small pieces", "https://www.rfc-editor.org/rfc/rfc9112#section-6.3", wire(fault.Pieces)},
		{"http-1.0", "it comes as HTTP/1.0", "https://www.rfc-editor.org/rfc/rfc9110#section-2.5", wire(fault.HTTP10)},
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
				if c.how.Wire != fault.AsIs && !s.rig.Rewritable() {
					t.inconclusive("to write the request in another form", "the target is behind TLS or a proxy", "verify it over http, without a proxy, as well")
				}
				t.needControl()
				t.acknowledged(t.send(t.message(), c.how))
			})
		}
	})
}
