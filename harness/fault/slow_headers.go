package fault

// slowHeaders sends request line and headers slowly.
func slowHeaders() Kind {
	return Kind{
		Name: "slow-headers", Summary: "request line and headers come slowly",
		Params: []Param{{"rate", "200", "bytes per second"}},
		build: func(v *values) behaviour {
			rate := v.rate("rate")
			return behaviour{apply: func(x *exchange) { x.headRate = rate }}
		},
	}
}
