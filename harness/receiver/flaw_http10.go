package receiver

import "net/http"

// http10Flaw refuses what old proxies speak to their backends.
func http10Flaw() Flaw {
	return Flaw{
		Name: "refuses-http-1.0", Summary: "answers 505 to HTTP/1.0",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			s.Method = func(x *Exchange) *Answer {
				if !x.Request.ProtoAtLeast(1, 1) {
					return statusOf(http.StatusHTTPVersionNotSupported)
				}
				return checkMethod(x)
			}
		},
	}
}
