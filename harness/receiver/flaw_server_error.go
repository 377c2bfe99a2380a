package receiver

import "net/http"

// serverErrorFlaw stores what it should and then answers 500.
func serverErrorFlaw() Flaw {
	return Flaw{
		Name: "server-error", Summary: "answers 500 to every delivery that it took",
		Themes: []string{"responses"},
		Apply: func(s *Steps) {
			s.Acknowledge = func(*Exchange) *Answer {
				return &Answer{Status: http.StatusInternalServerError}
			}
		},
	}
}
