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

	"github.com/hookrig/hookrig/mocksender/contract"
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

// checkMedia takes JSON in any of its names, and of other media types those in which an event of the contract comes. A
// charset other than UTF-8 cannot be JSON (RFC 8259, section 8.1).
func checkMedia(x *Exchange) *Answer {
	value := x.Request.Header.Get("Content-Type")
	if value == "" && x.receiver.takes(x.Request.Method, "") {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(value)
	if err != nil {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("content-type %q is not readable", value))
	}
	if !contract.IsJSON(media) && !x.receiver.takes(x.Request.Method, media) {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("content-type %q is not JSON", media))
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return x.Refuse(http.StatusUnsupportedMediaType, fmt.Sprintf("charset %q is not UTF-8", charset))
	}
	return nil
}

// mediaOf is the media type of a request without its parameters, "" when it has none that can be read.
func mediaOf(r *http.Request) string { return mediaIn(r.Header.Get("Content-Type")) }

func mediaIn(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return media
}

// takes tells whether an event comes by the method with the media type, or without a body if that is "".
func (r *Receiver) takes(method, media string) bool {
	return slices.ContainsFunc(r.desks, func(d *desk) bool {
		return slices.ContainsFunc(d.events, func(e eventDesk) bool { return e.comesAs(method, media) })
	})
}

// comesAs tells whether the event is sent by the method with the media type.
func (e *eventDesk) comesAs(method, media string) bool {
	return e.Method == method && e.media == media && (media != "" || e.MediaType == "")
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
	media := mediaOf(x.Request)
	switch {
	case len(x.Body) == 0 && media == "" && x.receiver.takes(x.Request.Method, ""):
		return nil
	case media != "" && !contract.IsJSON(media) && x.receiver.takes(x.Request.Method, media):
		return nil // its form is judged with its event
	case len(x.Body) == 0:
		return x.Refuse(http.StatusBadRequest, "the body is empty")
	case !json.Valid(x.Body):
		return x.Refuse(http.StatusBadRequest, "the body is not JSON")
	}
	x.Document = gjson.ParseBytes(x.Body)
	return nil
}
