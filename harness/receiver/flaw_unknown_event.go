package receiver

// crashesOnUnknownEventFlaw looks up a handler that is not there.
func crashesOnUnknownEventFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-unknown-event", Summary: "answers 500 to an event type that the contract does not have",
		Themes: []string{"tolerance"},
		Apply: func(s *Steps) {
			s.Resolve = func(x *Exchange) *Answer {
				if answer := resolve(x); answer != nil {
					return crash()
				}
				return nil
			}
		},
	}
}
