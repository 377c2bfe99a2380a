package contract

import (
	"fmt"
	"strings"
)

// UnknownEventError says that a contract has no event of a name, or more than one that it could mean.
type UnknownEventError struct {
	// Name is what was asked for.
	Name string
	// Suggestion is the nearest event name, "" when none is near.
	Suggestion string
	// Candidates are the events that an ambiguous name could mean, in document order; nil for an unknown one.
	Candidates []string
}

// Error suggests what could have been meant.
func (e *UnknownEventError) Error() string {
	if len(e.Candidates) > 0 {
		const most = 8
		var quoted []string
		for _, c := range e.Candidates[:min(most, len(e.Candidates))] {
			quoted = append(quoted, fmt.Sprintf("%q", c))
		}
		if more := len(e.Candidates) - most; more > 0 {
			quoted = append(quoted, fmt.Sprintf("and %d more", more))
		}
		return fmt.Sprintf("event %q is ambiguous: it could be %s", e.Name, strings.Join(quoted, ", "))
	}
	if e.Suggestion != "" {
		return fmt.Sprintf("unknown event %q (did you mean %q?)", e.Name, e.Suggestion)
	}
	return fmt.Sprintf("unknown event %q", e.Name)
}

// Event finds an event by its name, its operationId, or an unambiguous part of either in any case.
// The error is an *[UnknownEventError].
func (c *Contract) Event(name string) (EventType, error) {
	e, err := c.event(name)
	if err != nil {
		return EventType{}, err
	}
	return e.EventType, nil
}

// nameTests are the ways in which a name can mean an event, the strictest first.
var nameTests = []func(e *event, name string) bool{
	func(e *event, name string) bool { return e.Name == name },
	func(e *event, name string) bool { return e.Method+" "+e.Name == name || e.OperationID == name },
	func(e *event, name string) bool {
		return strings.EqualFold(e.Name, name) || strings.EqualFold(e.OperationID, name)
	},
	func(e *event, name string) bool {
		return containsFold(e.Name, name) || containsFold(e.OperationID, name)
	},
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func (c *Contract) event(name string) (*event, error) {
	if strings.TrimSpace(name) == "" { // which is part of every name
		for _, e := range c.events {
			if e.Name == name {
				return e, nil
			}
		}
		return nil, &UnknownEventError{Name: name}
	}
	for _, means := range nameTests {
		var found []*event
		for _, e := range c.events {
			if means(e, name) {
				found = append(found, e)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return nil, &UnknownEventError{Name: name, Candidates: namesOf(found)}
		}
	}
	return nil, &UnknownEventError{Name: name, Suggestion: nearestName(name, namesOf(c.events))}
}

func namesOf(events []*event) []string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = e.Name
	}
	return names
}
