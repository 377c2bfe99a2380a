package fault

// lostAck lets the receiver get everything and answer, and the sender not see it: the
// reason why every webhook has to be idempotent.
func lostAck() Kind {
	return Kind{
		Name: "lost-ack", Summary: "the receiver gets it all and answers, the sender sees no reply",
		Params: []Param{{"by", "reset", "what it sees instead: reset or timeout"}},
		build: func(v *values) behaviour {
			way := lostInReset
			if v.word("by", "reset", "timeout") == "timeout" {
				way = lostInSilence
			}
			return behaviour{apply: func(x *exchange) { x.loss = way }}
		},
	}
}
