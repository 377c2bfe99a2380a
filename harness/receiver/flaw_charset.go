package receiver

import (
	"net/http"
	"strings"
)

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

// charsetFlaw splits the media type and does not expect a second part.
func charsetFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-charset", Summary: "answers 500 to application/json; charset=utf-8",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			s.Media = func(x *Exchange) *Answer {
				if strings.Contains(x.Request.Header.Get("Content-Type"), ";") {
					return crash()
				}
				return checkMedia(x)
			}
		},
	}
}
