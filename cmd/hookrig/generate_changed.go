package main

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// changed is a payload that was changed on purpose, in JSON output.
type changed struct {
	Event    string           `json:"event"`
	Number   uint64           `json:"number"`
	Mutation payload.Mutation `json:"mutation"`
	Payload  json.RawMessage  `json:"payload"`
}

// generateChanged prints payloads that break the contract in one place, or drift,
// each with what was done to it.
func (a *app) generateChanged(ctx context.Context, events []chosen, o payload.Options, spots iter.Seq[spot], invalid bool) error {
	makers := make([]func(payload.Subject) (mocksender.Message, payload.Mutation, error), len(events))
	for i, e := range events {
		plain := o
		plain.Profile = payload.Typical
		g, err := payload.New(e.contract, plain)
		if err != nil {
			return err
		}
		makers[i] = func(s payload.Subject) (mocksender.Message, payload.Mutation, error) {
			if invalid {
				return g.Invalid(e.event.Name, s)
			}
			return g.Drifted(e.event.Name, s)
		}
	}
	for at := range spots {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		m, mutation, err := makers[at.index](payload.Subject{Number: subjectAt(at, o), Event: at.number, Time: o.Time})
		if err != nil {
			return usage(err)
		}
		if err := a.printChanged(changed{m.Event.Type, at.number, mutation, mutation.Payload}); err != nil {
			return brokenPipe(err)
		}
	}
	return nil
}

func (a *app) printChanged(c changed) error {
	if a.json() {
		return json.NewEncoder(a.stdout).Encode(c)
	}
	a.say("%d %s: %s at %s: %s; expected: %s", c.Number, c.Event, c.Mutation.Keyword, orRoot(c.Mutation.Pointer), c.Mutation.Note, c.Mutation.Expect)
	_, err := a.stdout.Write(append(c.Payload, '\n'))
	return err
}
