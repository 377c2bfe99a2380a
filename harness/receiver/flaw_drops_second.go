package receiver

import "net/http"

// dropsSecondFlaw knows events by whom they are about.
func dropsSecondFlaw() Flaw {
	return Flaw{
		Name: "drops-second-event", Summary: "takes a second event of the same subject for a repeat",
		Themes: []string{"idempotency"},
		Apply: func(s *Steps) {
			var known keys
			s.Store = func(x *Exchange) *Answer {
				subject := x.Effect.Contract + " " + x.Effect.Event + " " + x.Effect.Subject
				if x.Effect.Subject == "" || known.add(subject) {
					return store(x)
				}
				return nil
			}
		},
	}
}

// refusesRepeatFlaw answers what it knows with a conflict.
func refusesRepeatFlaw() Flaw {
	return Flaw{
		Name: "refuses-repeat", Summary: "answers 409 to a delivery that it has taken before",
		Themes: []string{"retries"},
		Apply: func(s *Steps) {
			s.Store = func(x *Exchange) *Answer {
				_ = store(x) // it ends no exchange
				if !x.Stored {
					return x.Refuse(http.StatusConflict, "this event was here before")
				}
				return nil
			}
		},
	}
}
