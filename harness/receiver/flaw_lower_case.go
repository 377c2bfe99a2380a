package receiver

import "slices"

// headerCaseFlaw looks its headers up in a table that knows one spelling only, though case means nothing in their names.
func headerCaseFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-lower-case-headers", Summary: "answers 500 to header names in lower case, as they come through HTTP/2 gateways",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			s.Spelled = true
			next := s.Media
			s.Media = func(x *Exchange) *Answer {
				if names := x.HeaderNames(); len(names) > 0 && !slices.Contains(names, "Content-Type") {
					return crash()
				}
				return next(x)
			}
		},
	}
}
