package receiver

import "net/http"

// crashesOnMalformedFlaw answers 500 to what is not JSON, as a handler does that
// lets its parser's exception escape.
func crashesOnMalformedFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-malformed", Summary: "answers 500 to a body that is not JSON",
		Themes: []string{"malformed"},
		Apply: func(s *Steps) {
			s.Parse = func(x *Exchange) *Answer {
				if answer := parse(x); answer != nil {
					return &Answer{Status: http.StatusInternalServerError}
				}
				return nil
			}
		},
	}
}
