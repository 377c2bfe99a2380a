package receiver

import "net/http"

// stackTraceFlaw shows its inside to whoever sends nonsense.
func stackTraceFlaw() Flaw {
	return Flaw{
		Name: "leaks-stack-trace", Summary: "answers a malformed body with a stack trace",
		Themes: []string{"malformed"},
		Apply: func(s *Steps) {
			s.Parse = func(x *Exchange) *Answer {
				answer := parse(x)
				if answer != nil {
					answer.Header = http.Header{"Content-Type": {"text/plain"}}
					answer.Body = []byte("Traceback (most recent call last):\n  File \"/srv/app/hooks.py\", line 41, in receive\n" +
						"    event = json.loads(body)\njson.decoder.JSONDecodeError: Expecting value\n")
				}
				return answer
			}
		},
	}
}
