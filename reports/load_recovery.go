package reports

import (
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/load"
)

// recovery says how the retries went, and what the providers made of the endpoint.
func (t *loadText) recovery() {
	r := t.r.Recovery
	if r == nil {
		return
	}
	t.line("retries      %d; %.2f attempts an event; %d delivered late, %d given up, %d still waiting, at most %d waiting at once",
		t.r.Retries, t.r.Amplification(), r.Rescued, r.Exhausted, r.Pending, r.Peak)
	for i := range r.Endpoints {
		t.line("endpoint     %s", EndpointText(&r.Endpoints[i]))
	}
	if n := r.Undelivered(); n > 0 {
		t.line("%s", t.paint(loadWarn, plural(int(n), "event")+" never delivered")) //nolint:gosec // far below the limit
	}
	if took := r.Took(); r.Rescued > 0 && took > 0 {
		t.line("recovery     all was delivered %s after the last failure", round(took))
	}
	if r.Forgotten > 0 {
		t.line("%s", t.paint(loadWarn, fmt.Sprintf("%d events were not tried again: too many waited", r.Forgotten)))
	}
	for _, line := range r.Unfollowed {
		t.line("%s", t.paint(loadWarn, "not followed: "+Escape(line)))
	}
}

// EndpointText says in words what became of the endpoint at one provider.
func EndpointText(e *load.Endpoint) string {
	var parts []string
	if e.Throttled > 0 {
		parts = append(parts, fmt.Sprintf("throttled by %s, nothing was sent for %s", plural(int(e.Throttled), "answer"), round(e.Paused))) //nolint:gosec // far below the limit
	}
	if e.Status != "" {
		parts = append(parts, givenUpText(e))
	}
	if e.Held > 0 {
		parts = append(parts, fmt.Sprintf("%d held back since then, never delivered", e.Held))
	}
	if e.Lost > 0 {
		parts = append(parts, fmt.Sprintf("%d dropped since then, never delivered", e.Lost))
	}
	return Escape(e.Policy) + ": " + strings.Join(parts, "; ")
}

// givenUpText says when a provider stopped sending to the endpoint, and by which rule.
func givenUpText(e *load.Endpoint) string {
	return fmt.Sprintf("%s from %s on (%s)", e.Status, round(e.Stopped), Escape(e.Rule))
}

// givenUp says which providers stopped sending to the endpoint.
func givenUp(r *harness.Load) []string {
	if r.Recovery == nil {
		return nil
	}
	var all []string
	for i := range r.Recovery.Endpoints {
		if e := &r.Recovery.Endpoints[i]; e.Status != "" {
			line := fmt.Sprintf("the provider of policy %s stopped sending: the endpoint is %s; %s not sent", Escape(e.Policy), givenUpText(e),
				plural(int(e.Held+e.Lost), "event")) //nolint:gosec // far below the limit
			if e.Status != endpoint.Deleted {
				line += ", since a run under load restarts no endpoint (hookrig send --watch --restart-after 1h does)"
			}
			all = append(all, line)
		}
	}
	return all
}

// recoveryFacts are the retries as a table has them.
func recoveryFacts(r *harness.Load) []htmlFact {
	if r.Recovery == nil {
		return nil
	}
	list := []htmlFact{{"retries", fmt.Sprintf("%d, %.2f attempts an event", r.Retries, r.Amplification())},
		{"delivered late", fmt.Sprint(r.Recovery.Rescued)}, {"given up", fmt.Sprint(r.Recovery.Exhausted)},
		{"still waiting", fmt.Sprint(r.Recovery.Pending)}, {"never delivered", fmt.Sprint(r.Recovery.Undelivered())}}
	if took := r.Recovery.Took(); took > 0 && r.Recovery.Rescued > 0 {
		list = append(list, htmlFact{"recovery", round(took).String() + " after the last failure"})
	}
	for i := range r.Recovery.Endpoints {
		list = append(list, htmlFact{"endpoint", EndpointText(&r.Recovery.Endpoints[i])})
	}
	return list
}
