package fault

// expectContinue asks before it sends the body, as curl does with large ones,
// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1.
func expectContinue() Kind {
	return Kind{
		Name: "expect-continue", Summary: "the sender waits for 100 Continue before the body",
		Params: []Param{{"wait", "1s", "how long, before it sends the body anyway"}},
		build: func(v *values) behaviour {
			wait := v.duration("wait")
			return behaviour{apply: func(x *exchange) {
				x.expect = max(wait, 1)
				x.set("Expect", "Expect: 100-continue")
			}}
		},
	}
}
