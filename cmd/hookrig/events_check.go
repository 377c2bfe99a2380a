package main

import (
	"encoding/json"
	"fmt"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// contractFault is a problem of a contract in JSON output.
type contractFault struct {
	Contract string `json:"contract"`
	At       string `json:"at"`
	Warning  bool   `json:"warning"`
	Message  string `json:"message"`
}

// credentialNotes warn of credentials that nobody signs.
func credentialNotes(c *contract.Contract, named string) []contract.Problem {
	p, err := policyOf(c, named)
	if err != nil {
		return nil // events describes the policy, and says so
	}
	var notes []contract.Problem
	for _, made := range inventedIn(c, p, eventNames(c)...) {
		notes = append(notes, contract.Problem{Pos: made.Pos, Warning: true,
			Message: fmt.Sprintf("%s %s carries a credential, and policy %s does not write it: its values are made up", made.In, made.Name, p.Name)})
	}
	return notes
}

// checkContracts lists what is wrong with the documents themselves. Faults are
// findings; warnings say how hookrig reads what is not as it should be.
func (a *app) checkContracts(contracts []*contract.Contract, named string) error {
	faults, warnings := 0, 0
	for _, c := range contracts {
		for _, p := range append(c.Check(), credentialNotes(c, named)...) {
			label := a.paint(red, "fault")
			if faults++; p.Warning {
				label = a.paint(yellow, "warning")
				faults, warnings = faults-1, warnings+1
			}
			if a.json() {
				if err := json.NewEncoder(a.stdout).Encode(contractFault{c.Name(), p.Pos.String(), p.Warning, p.Message}); err != nil {
					return err
				}
				continue
			}
			a.print("%s: %s: %s\n", p.Pos, label, p.Message)
		}
	}
	if !a.json() {
		a.print("%s, %s in %s\n", plural(faults, "fault"), plural(warnings, "warning"), plural(len(contracts), "contract"))
	}
	if faults > 0 {
		return ended(exitFindings)
	}
	return nil
}
