package receiver

import (
	"net/http"
)

// statusOf is an answer that says nothing but a status.
func statusOf(status int) *Answer { return &Answer{Status: status} }

// crash is what escapes from a handler that did not expect something.
func crash() *Answer { return statusOf(http.StatusInternalServerError) }

// crashesIf puts a decision before the validation: 500 to the exchanges that it picks.
func crashesIf(picks func(x *Exchange) bool) func(*Steps) {
	return func(s *Steps) {
		next := s.Validate
		s.Validate = func(x *Exchange) *Answer {
			if picks(x) {
				return crash()
			}
			return next(x)
		}
	}
}
