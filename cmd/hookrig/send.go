package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func newSend(a *app) *cobra.Command {
	s := &sending{app: a, outcomes: map[mocksender.Outcome]int{}}
	cmd := &cobra.Command{
		Use:     "send EVENT…",
		Aliases: []string{"trigger"},
		Short:   "Deliver events with the provider's policy and show every attempt",
		Long: `send makes events and posts them to the receiver as the provider does: its headers, its
token, its timeout, its retries. Every attempt is shown as it settles. --time-scale shortens
the waits between attempts. Events are named as for generate.

Exit codes: 0 all acknowledged, 1 one was not, 3 nobody there.`,
		Example: `  hookrig send customer.nightly --to http://localhost:8080/hooks --secret "$TOKEN"
  hookrig send billing:subscriptionStart --to http://localhost:8080/hooks --time-scale 1h=1s`,
		Args:              needArgs("EVENT: missing, the name of an event (hookrig events lists them)"),
		ValidArgsFunction: a.completeEvents,
		RunE:              s.run,
	}
	s.payload.register(cmd)
	s.target.register(cmd)
	cmd.Flags().StringToStringVar(&s.reports, "report", nil, "write a report, such as `ndjson=FILE`")
	return cmd
}

// sending is one run of the command.
type sending struct {
	*app
	payload payloadFlags
	target  targetFlags
	reports map[string]string

	command  []string // repeats the run
	to       target
	column   int // the widest event name
	rigs     map[string]*harness.Rig
	policies map[string]*policy.Policy
	makers   map[string]*payload.Generator
	recorder *harness.Recorder
	outcomes map[mocksender.Outcome]int
	worst    int
	answered bool
	// explained tells that a curl line was shown.
	explained bool
}

func (s *sending) run(cmd *cobra.Command, args []string) error {
	events, o, err := s.prepare(cmd, args)
	if err != nil {
		return err
	}
	s.command = s.repeat(cmd, args, &s.payload, &s.to)
	if s.target.dryRun {
		return s.plan(events, o)
	}
	file, observe, err := recordTo(s.reports)
	if err != nil {
		return err
	}
	defer file.close(s.app)
	s.recorder = harness.NewRecorder(harness.Header{
		Hookrig: readVersion().Hookrig, Command: "send", Target: s.to.url, Seed: o.Seed, Started: s.now(),
		Contracts: s.shared.contracts, Repeat: shellLine(append(s.command, s.extent()...), s.to.secret),
	}, observe)
	if err := s.open(events, o); err != nil {
		return err
	}
	defer s.close()
	err = s.deliverAll(cmd.Context(), events, o)
	interrupted := cmd.Context().Err() != nil
	s.recorder.Close(s.now(), interrupted)
	s.tally()
	switch {
	case interrupted:
		return ended(exitInterrupted)
	case err != nil:
		return err
	}
	return ended(s.worst)
}

// prepare checks everything before anything is sent.
func (s *sending) prepare(cmd *cobra.Command, args []string) ([]chosen, payload.Options, error) {
	contracts, err := s.loadContracts()
	if err != nil {
		return nil, payload.Options{}, err
	}
	events, err := chooseEvents(contracts, args)
	if err = errors.Join(err, s.target.needTarget()); err != nil {
		return nil, payload.Options{}, usage(err)
	}
	for _, e := range events {
		s.column = max(s.column, len(e.event.Name))
	}
	if s.to, err = s.target.read(cmd.Context()); err != nil {
		return nil, payload.Options{}, err
	}
	o, err := s.payload.options(cmd, s.now(), s.to.secret)
	return events, o, err
}

// open makes a rig for each contract that an event belongs to.
func (s *sending) open(events []chosen, o payload.Options) error {
	s.rigs, s.makers, s.policies = map[string]*harness.Rig{}, map[string]*payload.Generator{}, map[string]*policy.Policy{}
	for _, e := range events {
		name := e.contract.Name()
		if s.rigs[name] == nil {
			p, err := s.target.policyFor(s.app, e.contract, s.to.secret)
			if err != nil {
				return err
			}
			rig, err := harness.New(harness.Config{
				Target: s.to.url, Contract: e.contract, Policy: p, Secret: s.to.secret, Seed: o.Seed, Time: o.Time,
				Header: s.to.header, TimeScale: s.to.scale, TLS: s.to.tls, Guard: s.to.guard, Recorder: s.recorder,
				Observe: s.attempt,
			})
			if err != nil {
				return usage(err)
			}
			s.rigs[name], s.policies[name] = rig, p
			if s.makers[name], err = payload.New(e.contract, o); err != nil {
				return err
			}
		}
		if _, err := s.makers[name].Plan(e.event.Name); err != nil {
			return err // before anything is sent
		}
	}
	return nil
}

func (s *sending) close() {
	for _, rig := range s.rigs {
		rig.Close()
	}
}

func (s *sending) deliverAll(ctx context.Context, events []chosen, o payload.Options) error {
	s.announce(events)
	for at := range s.payload.spots(len(events)) {
		e := events[at.index]
		m, err := messageAt(s.makers[e.contract.Name()], e.event.Name, at, o)
		if err != nil {
			return err
		}
		if err := s.deliver(ctx, e, m); err != nil {
			return err
		}
	}
	return nil
}

// deliver sends one event and judges the answer. The error ends the run; it is
// an [*harness.UnreachableError] when nobody ever answered.
func (s *sending) deliver(ctx context.Context, e chosen, m mocksender.Message) error {
	rig := s.rigs[e.contract.Name()]
	d, err := rig.Send(ctx, m, harness.Shipping{})
	if err != nil && (!errors.Is(err, context.Canceled) || ctx.Err() == nil) {
		return err
	}
	var judgements []harness.Judgement
	if err == nil {
		judgements = rig.JudgeReply(d)
	}
	for _, j := range judgements {
		if j.Verdict == harness.Fail {
			s.worst = exitFindings
		}
	}
	s.outcomes[d.Outcome]++
	if u := d.Unreachable(); u != nil && !s.answered && err == nil {
		return errors.Join(s.settled(rig, d, nil), u)
	}
	s.answered = true
	return errors.Join(s.settled(rig, d, judgements), err)
}
