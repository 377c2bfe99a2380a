package receiver

import "net/http"

// acceptedFlaw acknowledges with a success that the provider does not document.
func acceptedFlaw() Flaw {
	return Flaw{
		Name: "acknowledges-with-202", Summary: "acknowledges with 202 where 200 is asked for",
		Themes: []string{"responses"},
		Apply: func(s *Steps) {
			s.Acknowledge = func(*Exchange) *Answer { return statusOf(http.StatusAccepted) }
		},
	}
}

// redirectsFlaw sends the provider on, as a server does that wants a slash at the path's end.
func redirectsFlaw() Flaw {
	return Flaw{
		Name: "redirects", Summary: "answers 307 to every delivery that it took",
		Themes: []string{"responses"},
		Apply: func(s *Steps) {
			s.Acknowledge = func(x *Exchange) *Answer {
				return &Answer{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {x.Request.URL.Path + "/"}}}
			}
		},
	}
}

// wrongReplyFlaw answers as a page does, whatever the contract says about the answer.
func wrongReplyFlaw() Flaw {
	return Flaw{
		Name: "answers-a-page", Summary: "acknowledges with an HTML page where the contract describes JSON",
		Themes: []string{"responses"},
		Apply: func(s *Steps) {
			s.Acknowledge = func(x *Exchange) *Answer {
				answer := acknowledge(x)
				answer.Header, answer.Body = http.Header{"Content-Type": {"text/html"}}, []byte("<p>ok</p>\n")
				return answer
			}
		},
	}
}
