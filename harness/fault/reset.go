package fault

// reset breaks the connection off with a RST.
func reset() Kind {
	return Kind{
		Name: "reset", Summary: "the connection is reset during the request",
		Params: []Param{{"at", "middle", "before, middle or after the body"}},
		build: func(v *values) behaviour {
			keep := map[string]float64{"before": 0, "middle": 0.5, "after": 1}[v.word("at", "before", "middle", "after")]
			return behaviour{apply: func(x *exchange) { x.keep, x.after = keep, broken }}
		},
	}
}
