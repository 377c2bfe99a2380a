package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/reports"
)

const (
	proofs     = 64 // payloads of each event and profile
	proofSeed  = 1  // of all of them
	proofsSaid = 1  // how many violations of an event and profile are printed
)

// proof is what libopenapi-validator says of the payloads of one event and profile.
type proof struct {
	Contract   string           `json:"contract"`
	Event      string           `json:"event"`
	Profile    payload.Profile  `json:"profile,omitempty"`
	Payloads   int              `json:"payloads"`
	Violations []proofViolation `json:"violations"`
	// Skipped says why nothing was judged, "" where it was.
	Skipped string `json:"skipped,omitempty"`
}

type proofViolation struct {
	Payload int    `json:"payload"`
	Pointer string `json:"pointer"` // into the payload
	At      string `json:"at"`
	Message string `json:"message"`
	Repeat  string `json:"repeat"`
}

// proofTotal is the sum over all events.
type proofTotal struct{ payloads, violations, skipped int }

// judgeContracts looks for faults of the documents and proves their payloads, as asked for.
func (a *app) judgeContracts(ctx context.Context, contracts []*contract.Contract, policyName string, check, prove bool) error {
	var result error
	if check {
		result = a.checkContracts(contracts, policyName)
	}
	if prove && (result == nil || codeOf(result) == exitFindings) {
		if err := a.prove(ctx, contracts); err != nil {
			return err
		}
	}
	return result
}

// prove has libopenapi-validator, which reads the document by itself, judge payloads of each event and profile.
func (a *app) prove(ctx context.Context, contracts []*contract.Contract) error {
	var sum proofTotal
	for _, c := range contracts {
		for _, e := range c.Events() {
			if err := a.proveEvent(ctx, c, e, &sum); err != nil {
				return err
			}
		}
	}
	if !a.json() {
		a.print("%s, %s by libopenapi-validator", plural(sum.payloads, "payload"), plural(sum.violations, "violation"))
		if sum.skipped > 0 {
			a.print(", %s not judged", plural(sum.skipped, "event"))
		}
		a.print("\n")
	}
	if sum.violations > 0 {
		return ended(exitFindings)
	}
	return nil
}

func (a *app) proveEvent(ctx context.Context, c *contract.Contract, e contract.EventType, sum *proofTotal) error {
	profiles := []payload.Profile{payload.Typical, payload.Minimal, payload.Full, payload.Boundary, payload.Sparse}
	if why := cannotBeProven(c, e); why != "" {
		sum.skipped++
		return a.showProof(proof{Contract: c.Name(), Event: e.Name, Violations: []proofViolation{}, Skipped: why})
	}
	for _, profile := range profiles {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p, err := a.proofOf(c, e, profile)
		if fault, ok := errors.AsType[*contract.LoadError](err); ok { // the check lists the faults
			sum.skipped++
			return a.showProof(proof{Contract: c.Name(), Event: e.Name, Violations: []proofViolation{}, Skipped: strings.ReplaceAll(fault.Error(), "\n", "; ")})
		}
		if err != nil {
			return err
		}
		sum.payloads += p.Payloads
		sum.violations += len(p.Violations)
		if err := a.showProof(p); err != nil {
			return err
		}
	}
	return nil
}

// cannotBeProven says why the library judges no payload of an event, "" when it does.
func cannotBeProven(c *contract.Contract, e contract.EventType) string {
	switch {
	case e.MediaType == "":
		return "it has no body"
	case !strings.Contains(e.MediaType, "json"):
		return "the library judges JSON, and the body is " + e.MediaType
	}
	if _, err := c.SecondOpinion(e.Name, []byte("{}")); err != nil {
		return err.Error()
	}
	return ""
}

// proofOf makes the payloads and asks for the library's opinion.
func (a *app) proofOf(c *contract.Contract, e contract.EventType, profile payload.Profile) (proof, error) {
	result := proof{Contract: c.Name(), Event: e.Name, Profile: profile, Payloads: proofs, Violations: []proofViolation{}}
	o := payload.Options{Seed: proofSeed, Time: exampleTime, Secret: mocksender.Secret(exampleSecret), Profile: profile}
	plan, err := payload.Compile(c, e.Name, o)
	if err != nil {
		return result, err
	}
	for n := range uint64(proofs) {
		found, err := c.SecondOpinion(e.Name, plan.Append(nil, &payload.Subject{Number: n, Event: n, Time: o.Time}))
		if err != nil {
			return result, err
		}
		for _, v := range found {
			again := append([]string{"hookrig", "generate", e.Name}, a.documents()...)
			again = append(again, "--profile", string(profile), "--seed", fmt.Sprint(proofSeed), "--number", fmt.Sprint(n))
			result.Violations = append(result.Violations, proofViolation{Payload: int(n), Pointer: v.Instance, At: v.Pos.String(), Message: v.Message, Repeat: shellLine(again, "")}) //nolint:gosec // below 64
		}
	}
	return result, nil
}

// documents are the flags that name the contracts and their overlays.
func (a *app) documents() []string {
	var words []string
	for _, name := range a.shared.contracts {
		words = append(words, "--contract", name)
	}
	for _, name := range a.shared.overlays {
		words = append(words, "--overlay", name)
	}
	return words
}

func (a *app) showProof(p proof) error {
	if a.json() {
		return json.NewEncoder(a.stdout).Encode(p)
	}
	if p.Skipped != "" {
		a.print("%s: %s: %s\n", p.Event, a.paint(yellow, "not judged"), reports.Escape(p.Skipped))
	}
	for i, v := range p.Violations {
		if i == proofsSaid {
			a.print("%s, %s: %d more\n", p.Event, p.Profile, len(p.Violations)-i)
			break
		}
		a.print("%s: %s: %s, %s: %s: %s\n  %s\n", v.At, a.paint(red, "violation"), p.Event, p.Profile, first(v.Pointer, "/"), reports.Escape(v.Message), v.Repeat)
	}
	return nil
}
