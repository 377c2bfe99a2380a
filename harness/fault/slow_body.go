package fault

// slowBody sends the body slowly, behind a head that comes at once.
func slowBody() Kind {
	return Kind{
		Name: "slow-body", Summary: "the body comes slowly",
		Params: []Param{{"rate", "1k", "bytes per second"}},
		build: func(v *values) behaviour {
			rate := v.rate("rate")
			return behaviour{apply: func(x *exchange) { x.bodyRate = rate }}
		},
	}
}
