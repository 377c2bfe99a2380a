package contract

import (
	"fmt"
	"sync"
)

// event is one operation of one webhook.
type event struct {
	EventType
	webhook   place // the path item as it is written
	item      place // the path item, its $ref followed
	operation place
	media
	required bool // requestBody.required
	// err says why the event cannot be used, such as a broken $ref on the way to its schema.
	err error

	exchange func() (*exchange, error)
}

// readEvents lists the events of the contract. What is wrong with one is kept for when it is used.
func (c *Contract) readEvents() {
	taken, read := map[string]bool{}, map[string]bool{}
	for _, s := range c.sources() {
		for _, e := range c.eventsOf(s) {
			if s.owner != "" {
				if key := e.operation.key(); read[key] {
					continue // a callback that several operations share
				} else if e.operation.doc != nil {
					read[key] = true
				}
				e.Name = c.uniqueName(e.Name, s.owner, taken)
			}
			taken[e.Name] = true
			c.events = append(c.events, e)
		}
	}
	for _, e := range c.events {
		e.exchange = sync.OnceValues(func() (*exchange, error) { return c.newExchange(e) })
	}
}

// eventsOf lists the events of one path item: one for each operation. When there is none that can be read, the one event
// that stands for the item has the error.
func (c *Contract) eventsOf(s source) []*event {
	target, err := c.deref(s.item)
	switch {
	case err != nil:
	case target.value == nil || target.value.Kind != Object:
		err = problem(s.item.value.Pos, "webhook %q must be a path item (an object)", s.name)
	case len(operationsOf(target)) == 0:
		err = &LoadError{Problems: []Problem{noOperation(Field{s.name, s.pos, target.value})}}
	}
	if err != nil {
		return []*event{{EventType: EventType{Name: s.name, Method: "POST", Callback: s.expression, Pos: s.pos}, webhook: s.item, item: s.item, err: err}}
	}
	var list []*event
	for i, o := range operationsOf(target) {
		t := EventType{Name: s.name, Method: o.method, Callback: s.expression, Pos: s.pos}
		if i > 0 {
			t.Name, t.Pos = o.method+" "+s.name, o.pos
		}
		operation, err := c.deref(o.at)
		if err == nil && operation.value.Kind != Object {
			err = problem(o.pos, "the operation of webhook %q must be an object", s.name)
		}
		if err != nil {
			list = append(list, &event{EventType: t, webhook: s.item, item: target, err: err})
			continue
		}
		list = append(list, c.readEvent(t, s, target, operation))
	}
	return list
}

func (c *Contract) readEvent(t EventType, s source, item, operation place) *event {
	op := operation.value
	e := &event{EventType: t, webhook: s.item, item: item, operation: operation}
	e.OperationID = text(op.Lookup("operationId"))
	if s.owner != "" && e.OperationID != "" {
		e.Name = e.OperationID
	}
	e.Summary, e.Description = text(op.Lookup("summary")), text(op.Lookup("description"))
	if e.Summary == "" {
		e.Summary = text(item.value.Lookup("summary"))
	}
	e.err = c.readBody(e)
	e.Assumption = assumption(item.value, op, op.Lookup("requestBody"), e.body.value)
	return e
}

// assumption returns the reason why a body is not published, from the first of the values that carries x-assumption:
// a string is the reason itself, an object has it under "reason", and beside `true` it stands under x-assumption-reason.
func assumption(values ...*Value) string {
	for _, v := range values {
		a := v.Lookup("x-assumption")
		switch {
		case a == nil:
		case a.Kind == String:
			return a.Text
		case a.Kind == Object:
			return text(a.Lookup("reason"))
		case isTrue(a):
			if reason := text(v.Lookup("x-assumption-reason")); reason != "" {
				return reason
			}
			return "not published by the provider"
		}
	}
	return ""
}

// deref follows the $ref of an object that is no schema, such as a path item or a response, to its end.
func (c *Contract) deref(p place) (place, error) {
	seen := map[string]bool{}
	for p.value != nil && p.value.Kind == Object {
		ref := p.value.Lookup("$ref")
		if ref == nil {
			break
		}
		if seen[p.key()] {
			return place{}, problem(ref.Pos, "reference %q leads back to itself", ref.Text)
		}
		seen[p.key()] = true
		next, err := c.follow(p, ref)
		if err != nil {
			return place{}, err
		}
		p = next
	}
	return p, nil
}

// Events lists the events in document order. An event that the document describes wrongly is listed too;
// using it gives the error.
func (c *Contract) Events() []EventType {
	list := make([]EventType, len(c.events))
	for i, e := range c.events {
		list[i] = e.EventType
	}
	return list
}

// Payload returns the schema of the event's body, nil for an event without one. The errors are an
// *[UnknownEventError], and a *[LoadError] when the way to the schema or a reference below it is broken.
func (c *Contract) Payload(name string) (*Schema, error) {
	e, err := c.event(name)
	if err != nil {
		return nil, err
	}
	if e.err != nil {
		return nil, fmt.Errorf("event %q: %w", e.Name, e.err)
	}
	if e.body.value == nil {
		return nil, nil
	}
	if _, err := c.closure(e.body); err != nil {
		return nil, fmt.Errorf("event %q: %w", e.Name, err)
	}
	return c.schema(e.body), nil
}

// Resolve follows s.Ref, or else s.DynamicRef as far as it is static, one step, and returns the schema that it names.
// Siblings of $ref stay in s. The error is a *[LoadError] at the reference's place.
func (c *Contract) Resolve(s *Schema) (*Schema, error) {
	for _, keyword := range []string{"$ref", "$dynamicRef"} {
		ref := s.Value.Lookup(keyword)
		if ref == nil {
			continue
		}
		return c.target(s.at, ref)
	}
	return nil, problem(s.Pos, "the schema has no reference")
}

func (c *Contract) target(from place, ref *Value) (*Schema, error) {
	p, err := c.follow(from, ref)
	if err != nil {
		return nil, err
	}
	if !isSchema(p.value) {
		return nil, problem(ref.Pos, "reference %q names no schema", ref.Text)
	}
	return c.schema(p), nil
}
