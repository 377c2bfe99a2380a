package receiver

import (
	"fmt"
	"net/http"
)

// closesFlaw ends the connection behind its answer, and does not say so.
func closesFlaw() Flaw {
	return Flaw{
		Name: "closes-without-saying", Summary: "closes the connection behind each answer, without Connection: close",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			next := s.Acknowledge
			s.Acknowledge = func(x *Exchange) *Answer {
				answer := next(x)
				hijacker, ok := x.Writer.(http.Hijacker)
				if !ok {
					return answer // HTTP/2 has no such thing
				}
				connection, buffered, err := hijacker.Hijack()
				if err != nil {
					return answer
				}
				defer func() { _ = connection.Close() }()
				// What becomes of it is the sender's matter.
				_, _ = fmt.Fprintf(buffered, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\n", answer.Status, http.StatusText(answer.Status), len(answer.Body))
				_ = answer.Header.Write(buffered)
				_, _ = fmt.Fprintf(buffered, "\r\n%s", answer.Body)
				_ = buffered.Flush()
				return &Answer{Status: answer.Status} // to be told; nothing can be written any more
			}
		},
	}
}
