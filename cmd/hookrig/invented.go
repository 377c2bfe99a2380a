package main

import (
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// sayInvented says which credentials are made up: the contract requires them, and the policy does not write them. A contract
// that cannot be read there is reported when its events are made.
func (a *app) sayInvented(c *contract.Contract, p *policy.Policy, events ...string) {
	var names []string
	for _, made := range inventedIn(c, p, events...) {
		names = append(names, made.In+" "+made.Name)
	}
	if len(names) > 0 {
		a.say("%s: policy %s does not write what the contract requires, so %s made up: %s", c.Name(), p.Name, plural(len(names), "required credential")+isOrAre(len(names)), strings.Join(names, ", "))
	}
}

func isOrAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// inventedIn lists the credentials that are made up for some of the events, each once.
func inventedIn(c *contract.Contract, p *policy.Policy, events ...string) []contract.Parameter {
	g, err := payload.New(c, payload.Options{Time: exampleTime, Signed: p.SignedHeaders()})
	if err != nil {
		return nil
	}
	var all []contract.Parameter
	for _, event := range events {
		made, err := g.Invented(event)
		if err != nil {
			continue
		}
		for _, parameter := range made {
			if !slices.ContainsFunc(all, func(q contract.Parameter) bool { return q.In == parameter.In && q.Name == parameter.Name }) {
				all = append(all, parameter)
			}
		}
	}
	return all
}

// namesOf are the names of those events that belong to a contract.
func namesOf(events []chosen, c *contract.Contract) []string {
	var names []string
	for _, e := range events {
		if e.contract == c {
			names = append(names, e.event.Name)
		}
	}
	return names
}

// eventNames are the names of a contract's events.
func eventNames(c *contract.Contract) []string {
	var names []string
	for _, e := range c.Events() {
		names = append(names, e.Name)
	}
	return names
}
