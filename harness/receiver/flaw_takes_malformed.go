package receiver

import "github.com/tidwall/gjson"

// takesMalformedFlaw acknowledges before it reads.
func takesMalformedFlaw() Flaw {
	return Flaw{
		Name: "acknowledges-malformed", Summary: "acknowledges a body that is not JSON",
		Themes: []string{"malformed"},
		Apply: func(s *Steps) {
			s.Parse = func(x *Exchange) *Answer {
				if answer := parse(x); answer != nil {
					return statusOf(200)
				}
				return nil
			}
		},
	}
}

// partialAsWholeFlaw makes do with what came.
func partialAsWholeFlaw() Flaw {
	return Flaw{
		Name: "takes-partial-body", Summary: "acknowledges a body that ends in the middle as if it were whole",
		Themes: []string{"malformed"},
		Apply: func(s *Steps) {
			s.Parse = func(x *Exchange) *Answer {
				if len(x.Body) > 0 && x.Body[0] == '{' && !gjson.ValidBytes(x.Body) {
					return statusOf(200)
				}
				return parse(x)
			}
		},
	}
}
