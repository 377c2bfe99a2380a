package fault

// duplicate has the receiver get a request several times, byte for byte the same. The
// sender sees one reply.
func duplicate() Kind {
	return Kind{
		Name: "duplicate", Summary: "the receiver gets each request several times",
		Params: []Param{
			{"times", "2", "how often, 2 or more"},
			{"how", "row", "row: one after the other, each on its own connection; once: all at once"},
		},
		build: func(v *values) behaviour {
			copies, together := v.count("times", 2)-1, v.word("how", "row", "once") == "once"
			return behaviour{apply: func(x *exchange) { x.copies, x.together = copies, together }}
		},
	}
}
