package receiver

// effectOfRefusedFlaw books an event before it looks who sent it.
func effectOfRefusedFlaw() Flaw {
	return Flaw{
		Name: "effect-of-refused", Summary: "leaves an effect of a delivery whose token it refuses",
		Themes: []string{"authentication"},
		Apply: func(s *Steps) {
			s.Header = booksFirst(s, checkHeaderToken)
			s.Body = booksFirst(s, checkBodyToken)
		},
	}
}

func booksFirst(s *Steps, check Step) Step {
	rest := []Step{parse, s.Resolve, s.Identify, s.Store}
	return func(x *Exchange) *Answer {
		refusal := check(x)
		if refusal == nil {
			return nil
		}
		for _, step := range rest {
			if step(x) != nil {
				break
			}
		}
		return refusal
	}
}
