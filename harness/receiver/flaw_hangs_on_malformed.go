package receiver

// hangsOnMalformedFlaw waits for the rest of a document that never comes.
func hangsOnMalformedFlaw() Flaw {
	return Flaw{
		Name: "hangs-on-malformed", Summary: "gives no answer to a body that is not JSON",
		Themes: []string{"malformed"},
		Apply: func(s *Steps) {
			s.Parse = func(x *Exchange) *Answer {
				answer := parse(x)
				if answer != nil {
					stall(x)
				}
				return answer
			}
		},
	}
}
