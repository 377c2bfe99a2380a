package fault

import "time"

// latency is a long way: request and reply each take as long.
func latency() Kind {
	return Kind{
		Name: "latency", Summary: "the way is long: request and reply each take a while",
		Params: []Param{
			{"by", "100ms", "how long each takes"},
			{"jitter", "20ms", "how much longer or shorter it may be, drawn for each"},
		},
		build: func(v *values) behaviour {
			by, jitter := v.duration("by"), v.duration("jitter")
			return behaviour{apply: func(x *exchange) {
				way := func() time.Duration { return max(0, by+time.Duration((2*x.random.Float64()-1)*float64(jitter))) }
				x.hold += way()
				x.replyHold += way()
			}}
		},
	}
}
