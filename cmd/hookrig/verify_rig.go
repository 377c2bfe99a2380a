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
		TimeScale: to.scale, TLS: to.tls, Guard: to.guard, Recorder: r, Command: command,
		RestartURL: v.restartURL,
	}
	if v.probeURL != "" {
		path, equals, ok := strings.Cut(v.probeState, "=")
		if v.probeState != "" && !ok {
			return nil, usagef("--probe-state %q: want path=path", v.probeState)
		}
		var err error
		config.Probe, err = probe.New(probe.Config{URL: v.probeURL, Count: first(v.probeCount, defaultCount), Header: to.header,
			State:     probe.State{Path: path, Equals: equals},
			Transport: harness.Transport(to.guard, to.tls, nil)})
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
