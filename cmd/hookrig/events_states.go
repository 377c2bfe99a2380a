package main

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// The forms of --states.
const (
	statesTable   = "table"
	statesMermaid = "mermaid"
)

// endpointLife is an endpoint's transition table in JSON output.
type endpointLife struct {
	Policy      string                `json:"policy"`
	Transitions []endpoint.Transition `json:"transitions"`
	Mermaid     string                `json:"mermaid"`
}

// showStates prints the life of an endpoint by each policy of the contracts.
func (a *app) showStates(contracts []*contract.Contract, policyName, form string) error {
	if err := oneOf("states", form, statesTable, statesMermaid); err != nil {
		return usage(err)
	}
	var shown []string
	for _, c := range contracts {
		p, err := policyOf(c, policyName)
		if err != nil {
			return err
		}
		if slices.Contains(shown, p.Name) {
			continue
		}
		if len(shown) > 0 && !a.json() {
			a.print("\n")
		}
		shown = append(shown, p.Name)
		if err := a.showLife(p, form); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showLife(p *policy.Policy, form string) error {
	rows := endpoint.Transitions(endpoint.SettingsOf(p))
	switch {
	case a.json():
		return json.NewEncoder(a.stdout).Encode(endpointLife{p.Name, rows, endpoint.Mermaid(rows)})
	case form == statesMermaid:
		a.print("%s", endpoint.Mermaid(rows))
	default:
		a.print("%s: an endpoint's life\n", p.Title)
		a.transitions(rows)
	}
	return nil
}

// transitions prints a table by state: what happens, and what follows from it.
func (a *app) transitions(rows []endpoint.Transition) {
	const indent = "  "
	column := 0
	for i := range rows {
		column = max(column, utf8.RuneCountInString(rows[i].On))
	}
	var from endpoint.Status
	var on string
	for _, row := range rows {
		if row.From != from {
			from, on = row.From, ""
			a.print("%s\n", a.paint(bold, string(from)))
		}
		what := row.On
		if what == on {
			what = "" // the line above says it
		}
		on = row.On
		follows := strings.Join(row.Effects, ", ")
		if row.To != row.From {
			to := a.paint(bold, "→ "+string(row.To))
			if row.When != "" {
				to += " when " + row.When
			}
			follows = strings.TrimSuffix(to+": "+follows, ": ")
		} else if row.When != "" {
			follows = "when " + row.When + ": " + follows
		}
		a.print("%s%-*s  %s\n", indent, column, what, follows)
	}
}
