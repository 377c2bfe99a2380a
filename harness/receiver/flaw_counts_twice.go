package receiver

import "strconv"

// countsTwiceFlaw takes every delivery for a new event.
func countsTwiceFlaw() Flaw {
	return Flaw{
		Name: "counts-twice", Summary: "a repeated delivery has a second effect",
		Themes: []string{"idempotency", "retries"},
		Apply: func(s *Steps) {
			s.Store = func(x *Exchange) *Answer {
				key := x.Effect.Key
				for n := 2; !x.Put(); n++ {
					x.Effect.Key = key + " again " + strconv.Itoa(n)
				}
				x.Stored = true
				return nil
			}
		},
	}
}
