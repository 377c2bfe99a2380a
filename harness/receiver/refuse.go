package receiver

import (
	"encoding/json"
	"net/http"
)

// problem is a refusal's body, in the shape of RFC 9457.
type problem struct {
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Errors []string `json:"errors,omitempty"`
}

// maxErrors bounds how many contract violations an answer lists: the sender's log is not ours to flood.
const maxErrors = 10

// Refuse ends the exchange with a small problem document. It names what is wrong
// with the request and nothing of the receiver's inside.
func (x *Exchange) Refuse(status int, problems ...string) *Answer {
	x.Problems = problems
	if len(problems) > maxErrors {
		problems = problems[:maxErrors]
	}
	body, err := json.Marshal(problem{Title: http.StatusText(status), Status: status, Errors: problems})
	if err != nil {
		body = nil // a string that JSON cannot hold does not exist
	}
	return &Answer{
		Status: status,
		Header: http.Header{"Content-Type": {"application/problem+json"}},
		Body:   append(body, '\n'),
	}
}
