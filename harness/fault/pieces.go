package fault

// pieces sends the request in many small writes, so that no read of the receiver gets it whole.
func pieces() Kind {
	return Kind{
		Name: "pieces", Summary: "the request comes in many small writes",
		Params: []Param{{"size", "512", "bytes of each"}},
		build: func(v *values) behaviour {
			size := v.count("size", 1)
			return behaviour{apply: func(x *exchange) { x.piece = size }}
		},
	}
}
