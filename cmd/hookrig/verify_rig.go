package main

import (
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// rig puts one provider against the target.
func (v *verifying) rig(c *contract.Contract, p *policy.Policy, to target, o payload.Options, r *harness.Recorder, command []string) (*harness.Rig, error) {
	config := harness.Config{
		Target: to.url, Contract: c, Policy: p, Secret: to.secret, Seed: o.Seed, Time: o.Time, Header: to.header,
		Set: o.Set, Profile: o.Profile, Subjects: o.Subjects, Examples: o.Examples,
		TimeScale: to.scale, TLS: to.tls, Guard: to.guard, Proxy: to.proxy, Recorder: r, Command: command,
		RestartURL: v.restartURL,
	}
	if v.probeURL != "" {
		state, err := stateOf(v.probeState)
		if err != nil {
			return nil, err
		}
		config.Probe, err = probe.New(probe.Config{URL: v.probeURL, Count: first(v.probeCount, defaultCount), Header: to.header,
			State:     state,
			Transport: harness.Transport(to.guard, to.tls, to.proxy)})
		if err != nil {
			return nil, usage(fmt.Errorf("--probe-url: %w", err))
		}
	}
	rig, err := harness.New(config)
	if err != nil {
		return nil, usage(err)
	}
	return rig, nil
}

// stateOf reads path=path. The last equals sign counts: a path into the answer may hold a query such as #(id==7).
func stateOf(text string) (probe.State, error) {
	i := strings.LastIndex(text, "=")
	switch {
	case text == "":
		return probe.State{}, nil
	case i <= 0 || i == len(text)-1:
		return probe.State{}, usagef("--probe-state %q: want path=path, a place in the probe's answer and one in the payload", text)
	}
	return probe.State{Path: text[:i], Equals: text[i+1:]}, nil
}

// hint says what the probe's URL lacks to tell events apart.
func (v *verifying) hint() {
	if v.probeURL != "" && !strings.Contains(v.probeURL, "{") && v.worker == nil {
		v.say("--probe-url has no placeholder, so the effects of all events are counted together; " +
			"with one, such as {data.customer.customer_id}, {@id} or {@sha256}, only those of the event that was sent")
	}
}
