package receiver

import "net/http"

// exactMediaFlaw compares the media type as a text.
func exactMediaFlaw() Flaw {
	return Flaw{
		Name: "refuses-charset", Summary: "refuses application/json; charset=utf-8",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			s.Media = func(x *Exchange) *Answer {
				if media := x.Request.Header.Get("Content-Type"); media != "application/json" {
					return x.Refuse(http.StatusUnsupportedMediaType, "content-type is not application/json")
				}
				return nil
			}
		},
	}
}
