package receiver

import "time"

// longestStall ends a stall whose sender never hangs up.
const longestStall = time.Minute

// stall waits until the sender has hung up.
func stall(x *Exchange) {
	timer := time.NewTimer(longestStall)
	defer timer.Stop()
	select {
	case <-x.Request.Context().Done():
	case <-timer.C:
	}
}

// lateFlaw does all the work before it answers, and takes longer than the sender waits.
func lateFlaw() Flaw {
	return Flaw{
		Name: "acknowledges-late", Summary: "acknowledges after the work, when the sender has hung up",
		Themes: []string{"responses"},
		Apply: func(s *Steps) {
			next := s.Acknowledge
			s.Acknowledge = func(x *Exchange) *Answer {
				stall(x)
				return next(x)
			}
		},
	}
}
