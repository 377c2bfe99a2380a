package fault

// bandwidth is a thin line in both directions.
func bandwidth() Kind {
	return Kind{
		Name: "bandwidth", Summary: "the line is thin, in both directions",
		Params: []Param{{"rate", "64k", "bytes per second"}},
		build: func(v *values) behaviour {
			rate := v.rate("rate")
			return behaviour{apply: func(x *exchange) { x.rate = rate }}
		},
	}
}
