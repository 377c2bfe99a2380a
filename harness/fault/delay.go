package fault

// delay holds a request back, as a queue on the way does: it arrives late, and the
// sender's timeout runs.
func delay() Kind {
	return Kind{
		Name: "delay", Summary: "the request arrives late",
		Params: []Param{{"by", "1s", "how late"}},
		build: func(v *values) behaviour {
			by := v.duration("by")
			return behaviour{apply: func(x *exchange) { x.hold += by }}
		},
	}
}
