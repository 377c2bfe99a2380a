package fault

// reorder lets deliveries that are under way at once arrive in another order than that
// in which they were sent. Nothing is lost: who waits in vain for others goes alone.
func reorder() Kind {
	return Kind{
		Name: "reorder", Summary: "deliveries arrive in another order than they were sent in",
		Params: []Param{
			{"window", "2", "how many change places, 2 or more; as many must be under way at once"},
			{"wait", "1s", "how long one waits for the others"},
		},
		build: func(v *values) behaviour {
			r := &room{size: v.count("window", 2), wait: v.duration("wait")}
			return behaviour{apply: func(x *exchange) { x.turn = r }, parallel: r.size}
		},
	}
}
