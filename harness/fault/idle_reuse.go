package fault

// idleReuse uses a kept connection again after it was idle. A receiver that closes idle
// connections sooner loses the request, and cannot know it.
func idleReuse() Kind {
	return Kind{
		Name: "idle-reuse", Summary: "a kept connection is used again after it was idle",
		Params: []Param{{"after", "5s", "how long it was idle"}},
		build: func(v *values) behaviour {
			after := v.duration("after")
			return behaviour{apply: func(x *exchange) { x.idle = after }}
		},
	}
}
