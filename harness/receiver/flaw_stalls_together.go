package receiver

import "sync/atomic"

// stallsTogetherFlaw holds a lock over its work, so that of deliveries at once all but one wait too long.
func stallsTogetherFlaw() Flaw {
	return Flaw{
		Name: "stalls-together", Summary: "answers in time only one delivery at once",
		Themes: []string{"timing"},
		Apply: func(s *Steps) {
			var busy atomic.Int64
			next := s.Apply
			s.Apply = func(x *Exchange) *Answer {
				if busy.Add(1) > 1 {
					stall(x)
				} else {
					workFor(x, lockHeld)
				}
				busy.Add(-1)
				return next(x)
			}
		},
	}
}
