package fault

import "fmt"

// truncate cuts the body off, as a proxy with too small a buffer does (length=right: the
// request is whole, its document is not) or a sender that dies (length=wrong).
func truncate() Kind {
	return Kind{
		Name: "truncate", Summary: "the body is cut off",
		Params: []Param{
			{"keep", "0.5", "share of the body that is sent: 0 to 1"},
			{"length", "right", "Content-Length: right (of what is sent) or wrong (of the whole body)"},
		},
		build: func(v *values) behaviour {
			keep, right := v.share("keep", 0), v.word("length", "right", "wrong") == "right"
			return behaviour{apply: func(x *exchange) {
				if !right {
					x.keep, x.after = keep, closed
					return
				}
				x.body = x.body[:int(float64(len(x.body))*keep)]
				x.set("Content-Length", fmt.Sprintf("Content-Length: %d", len(x.body)))
			}}
		},
	}
}
