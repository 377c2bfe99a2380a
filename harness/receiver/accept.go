package receiver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

func checkMethod(x *Exchange) *Answer {
	allowed := x.receiver.methods()
	if slices.Contains(allowed, x.Request.Method) {
		return nil
	}
	answer := x.Refuse(http.StatusMethodNotAllowed, "method "+x.Request.Method+" is not one of "+strings.Join(allowed, ", "))
	answer.Header.Set("Allow", strings.Join(allowed, ", "))
	return answer
}

func (r *Receiver) methods() []string {
	var methods []string
	for _, d := range r.desks {
		for _, e := range d.events {
			if !slices.Contains(methods, e.Method) {
				methods = append(methods, e.Method)
			}
		}
	}
	return methods
}

// checkMedia takes JSON in any of its names. A charset other than UTF-8 cannot be
// JSON (RFC 8259, section 8.1).
func checkMedia(x *Exchange) *Answer {
	value := x.Request.Header.Get("Content-Type")
	media, parameters, err := mime.ParseMediaType(value)
	if err != nil {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("content-type %q is not readable", value))
	}
	if media != "application/json" && !strings.HasSuffix(media, "+json") {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("content-type %q is not JSON", media))
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("charset %q is not UTF-8", charset))
	}
	return nil
}

func readBody(x *Exchange) *Answer {
	body, err := io.ReadAll(http.MaxBytesReader(x.Writer, x.Request.Body, x.receiver.maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return x.Refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is over %d bytes", tooLarge.Limit))
	case err != nil:
		return x.Refuse(http.StatusBadRequest, "the body ended early")
	}
	x.Body = body
	return nil
}

func parse(x *Exchange) *Answer {
	if len(x.Body) == 0 {
		return x.Refuse(http.StatusBadRequest, "the body is empty")
	}
	if !json.Valid(x.Body) {
		return x.Refuse(http.StatusBadRequest, "the body is not JSON")
	}
	x.Document = gjson.ParseBytes(x.Body)
	return nil
}
