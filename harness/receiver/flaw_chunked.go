package receiver

// chunkedFlaw makes a buffer of Content-Length bytes.
func chunkedFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-chunked", Summary: "answers 500 to a body in chunks, without Content-Length",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			s.Read = func(x *Exchange) *Answer {
				if x.Request.ContentLength < 0 {
					return crash()
				}
				return readBody(x)
			}
		},
	}
}
