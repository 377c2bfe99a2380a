package receiver

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// desk is a provider made ready: what tells its events apart, and how each is acknowledged.
type desk struct {
	contract *contract.Contract
	token    Token
	scheme   signature.Scheme
	events   []eventDesk
}

type eventDesk struct {
	contract.EventType
	media string // as [mediaOf] reads it of a request
	// marks are the constants that tell this event from others.
	marks []mark
	facts Facts
	ack   Answer
}

func newDesk(p Provider) (*desk, error) {
	d := &desk{contract: p.Contract, token: p.Token, scheme: p.Scheme}
	var problems []error
	for _, e := range p.Contract.Events() {
		schema, err := p.Contract.Payload(e.Name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", e.Name, err))
			continue
		}
		d.events = append(d.events, eventDesk{
			EventType: e,
			media:     mediaIn(e.MediaType),
			marks:     marksOf(p.Contract, schema),
			facts:     p.Facts.or(factsOf(p.Contract, schema)),
			ack:       acknowledgement(p.Contract, e.Name),
		})
	}
	if len(d.events) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s: the contract has no events", p.Contract.Name()))
	}
	if len(d.events) > 0 {
		return d, nil // what cannot be used does not keep the rest from being used
	}
	return d, errors.Join(problems...)
}

// acknowledgement finds the plainest answer that the contract documents: 200
// without a body if it may, else the next that fits.
func acknowledgement(c *contract.Contract, event string) Answer {
	bodies := []Answer{
		{},
		{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")},
		{Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("ok")},
	}
	statuses := []int{http.StatusOK, http.StatusNoContent, http.StatusAccepted}
	for status := http.StatusCreated; status < http.StatusMultipleChoices; status++ {
		statuses = append(statuses, status)
	}
	for _, status := range statuses {
		for _, answer := range bodies {
			answer.Status = status
			reply := contract.Reply{Status: status, Header: answer.Header, Body: answer.Body}
			if len(c.CheckReply(event, reply)) == 0 {
				return answer
			}
		}
	}
	return Answer{Status: http.StatusOK}
}

// route finds the provider: by the last element of the path, which may be the
// contract's name, by the token's header, or by what the body says. When nothing
// decides, the first provider's rules hold.
func route(x *Exchange) *Answer {
	desks := x.receiver.desks
	x.desk = desks[0]
	if len(desks) == 1 {
		return nil
	}
	name := path.Base(x.Request.URL.Path)
	for _, d := range desks {
		if strings.EqualFold(name, d.contract.Name()) {
			x.desk = d
			return nil
		}
	}
	for _, d := range desks {
		if d.token.Header != "" && x.Request.Header.Get(d.token.Header) != "" {
			x.desk = d
			return nil
		}
	}
	document := gjson.ParseBytes(x.Body)
	for _, d := range desks {
		if d.speaks(document) {
			x.desk = d
			return nil
		}
	}
	return nil
}

func acknowledge(x *Exchange) *Answer {
	if e := x.desk.event(x.Event); e != nil {
		answer := e.ack
		return &answer
	}
	return &Answer{Status: http.StatusOK}
}

func (d *desk) event(name string) *eventDesk {
	for i := range d.events {
		if d.events[i].Name == name {
			return &d.events[i]
		}
	}
	return nil
}
