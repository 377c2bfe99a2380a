package contract

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	validation "github.com/pb33f/libopenapi-validator/errors"
)

// secondOpinion is the whole document as libopenapi-validator reads it. The library is not known to be safe for
// concurrent use with webhooks, so one call is made at a time.
type secondOpinion struct {
	mu    sync.Mutex
	model openAPIModel
}

// SecondOpinion judges a body with libopenapi-validator instead of the compiled schema that [Contract.CheckPayload] trusts.
// It exists so that generated payloads can be confirmed by an engine that reads the document by itself; where the two
// differ, the compiled schema is right (see the tests of this package for the causes that are known).
//
// The violations have no pointers, and their texts are the library's. The error says that the library cannot read the
// document, or is an *[UnknownEventError]. The first call reads the whole document and is slow; calls wait for each other.
func (c *Contract) SecondOpinion(name string, body []byte) ([]Violation, error) {
	e, o, err := c.askSecond(name)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(e.Method, "http://receiver.test/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", e.MediaType)
	o.mu.Lock()
	defer o.mu.Unlock()
	return opinions(e, o.model.requestBody(request, opinionKey(e), e.Name)), nil
}

// SecondOpinionOnReply is [Contract.SecondOpinion] for replies.
func (c *Contract) SecondOpinionOnReply(name string, reply Reply) ([]Violation, error) {
	e, o, err := c.askSecond(name)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(e.Method, "http://receiver.test/", http.NoBody)
	if err != nil {
		return nil, err
	}
	response := &http.Response{StatusCode: reply.Status, Status: strconv.Itoa(reply.Status), Header: reply.Header.Clone(), Request: request, Body: io.NopCloser(bytes.NewReader(reply.Body))}
	if response.Header == nil {
		response.Header = http.Header{}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return opinions(e, o.model.responseBody(request, response, opinionKey(e), e.Name)), nil
}

func (c *Contract) askSecond(name string) (*event, *secondOpinion, error) {
	e, err := c.event(name)
	if err != nil {
		return nil, nil, err
	}
	if e.err != nil {
		return nil, nil, e.err
	}
	if e.kind() == sequenceBody {
		return nil, nil, problem(e.Pos, "libopenapi-validator judges no sequences, such as the webhook %q", e.Name)
	}
	o, err := c.opinion()
	if err != nil {
		return nil, nil, err
	}
	if !o.model.has(opinionKey(e)) || !slices.Contains(httpMethods, strings.ToLower(e.Method)) {
		return nil, nil, problem(e.Pos, "libopenapi does not see the webhook %q", e.Name)
	}
	return e, o, nil
}

// newSecondOpinion hands the document to the library as it stands.
func (c *Contract) newSecondOpinion() (*secondOpinion, error) {
	for _, e := range c.events {
		if e.body.value == nil {
			continue
		}
		closure, err := c.closure(e.body)
		if err != nil {
			return nil, err
		}
		for _, unit := range closure.units {
			if unit.doc != c.main {
				return nil, problem(e.Pos, "a contract in several files has no second opinion")
			}
		}
	}
	if c.main.legacy {
		return nil, problem(c.main.root.Pos, "a document of OpenAPI 3.0 has no second opinion: the library reads webhooks of 3.1 and later only")
	}
	model, err := newOpenAPIModel(c.opinionDocument())
	if err != nil {
		return nil, problem(c.main.root.Pos, "%v", err)
	}
	return &secondOpinion{model: model}, nil
}

// opinionDocument is the document with its callbacks and x-webhooks as webhooks, since the library judges no others.
func (c *Contract) opinionDocument() any {
	document := c.main.root.plain().(map[string]any) // Load took nothing but an object
	webhooks, ok := document["webhooks"].(map[string]any)
	if !ok {
		webhooks = map[string]any{}
		document["webhooks"] = webhooks
	}
	for _, e := range c.events {
		if key := opinionKey(e); webhooks[key] == nil {
			webhooks[key] = e.webhook.value.plain()
		}
	}
	return document
}

// opinionKey is the name of an event's path item in the library's document.
func opinionKey(e *event) string {
	if way := tokens(e.webhook.pointer); len(way) == 2 && way[0] == "webhooks" {
		return way[1]
	}
	return e.webhook.pointer
}

// opinions turns the library's errors into violations in a fixed order.
func opinions(e *event, found []*validation.ValidationError) []Violation {
	var out []Violation
	for _, f := range found {
		if len(f.SchemaValidationErrors) == 0 {
			out = append(out, Violation{Rule: f.ValidationSubType, Message: f.Message + ": " + f.Reason, Pos: e.Pos})
		}
		for _, s := range f.SchemaValidationErrors {
			out = append(out, Violation{Rule: f.ValidationSubType, Instance: pointerOf(s.InstancePath), Message: fmt.Sprintf("%s: %s", f.Message, s.Reason), Pos: e.Pos})
		}
	}
	sortViolations(out)
	return out
}
