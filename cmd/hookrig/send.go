package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/reports"
)

func newSend(a *app) *cobra.Command {
	s := &sending{app: a}
	cmd := &cobra.Command{
		Use:     "send EVENT…",
		Aliases: []string{"trigger"},
		Short:   "Deliver events with the provider's policy and show every attempt",
		Long: `send makes events and posts them to the receiver as the provider does: its headers, its
token, its timeout, its retries. Every attempt is shown as it happens. --time-scale shortens
the waits between attempts.

Exit codes: 0 all acknowledged, 1 one was not, 3 nobody there.`,
		Example: `  hookrig send customer.nightly --to http://localhost:8080/hooks --secret "$TOKEN"
  hookrig send billing:subscriptionStart --to http://localhost:8080/hooks --time-scale 1h=1s`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeEvents,
		RunE:              s.run,
	}
	s.payload.register(cmd)
	s.target.register(a, cmd)
	cmd.Flags().StringToStringVar(&s.reports, "report", nil, "write a report, such as `ndjson=FILE`")
	return cmd
}

// sending is one run of the command.
type sending struct {
	*app
	payload payloadFlags
	target  targetFlags
	reports map[string]string

	to       target
	rigs     map[string]*harness.Rig
	policies map[string]*policy.Policy
	makers   map[string]*payload.Generator
	recorder *harness.Recorder
	worst    int
	answered bool
}

func (s *sending) run(cmd *cobra.Command, args []string) error {
	events, o, err := s.prepare(cmd, args)
	if err != nil {
		return err
	}
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
		Contracts: s.shared.contracts,
	}, observe)
	if err := s.open(events, o); err != nil {
		return err
	}
	defer s.close()
	err = s.deliverAll(cmd.Context(), events, o)
	interrupted := cmd.Context().Err() != nil
	s.recorder.Close(s.now(), interrupted)
	switch {
	case interrupted:
		return ended(exitInterrupted)
	case err != nil:
		return err
	case !s.answered:
		s.say("hookrig: nobody answered at %s", s.to.url)
		return ended(exitUnreachable)
	}
	return ended(s.worst)
}

// prepare checks everything before anything is sent.
func (s *sending) prepare(cmd *cobra.Command, args []string) ([]chosen, payload.Options, error) {
	if err := s.target.needTarget(); err != nil {
		return nil, payload.Options{}, err
	}
	contracts, err := s.loadContracts()
	if err != nil {
		return nil, payload.Options{}, err
	}
	events, err := chooseEvents(contracts, args)
	if err != nil {
		return nil, payload.Options{}, err
	}
	if s.to, err = s.target.read(); err != nil {
		return nil, payload.Options{}, err
	}
	o, err := s.payload.options(s.app, cmd, s.now(), s.to.secret)
	return events, o, err
}

// open makes a rig for each contract that an event belongs to.
func (s *sending) open(events []chosen, o payload.Options) error {
	s.rigs, s.makers, s.policies = map[string]*harness.Rig{}, map[string]*payload.Generator{}, map[string]*policy.Policy{}
	for _, e := range events {
		name := e.contract.Name()
		if s.rigs[name] != nil {
			continue
		}
		p, err := s.target.policyFor(s.app, e.contract)
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
	return nil
}

func (s *sending) close() {
	for _, rig := range s.rigs {
		rig.Close()
	}
}

func (s *sending) deliverAll(ctx context.Context, events []chosen, o payload.Options) error {
	n := uint64(0)
	for round := range uint64(s.payload.count) { //nolint:gosec // at least 1
		for _, e := range events {
			m, err := messageOf(s.makers[e.contract.Name()], e.event.Name, round, n, o)
			if err != nil {
				return err
			}
			n++
			if err := s.deliver(ctx, e, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sending) deliver(ctx context.Context, e chosen, m mocksender.Message) error {
	rig, p := s.rigs[e.contract.Name()], s.policies[e.contract.Name()]
	if !s.json() {
		s.print("%s  %s  %s\n", s.paint(bold, m.Event.Type), m.Event.Subject, s.paint(dim, p.Summary()))
	}
	d, err := rig.Send(ctx, m, harness.Shipping{})
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		s.print("  %s\n", s.paint(dim, "interrupted"))
		return err
	}
	if err != nil {
		return err
	}
	s.answered = s.answered || d.Unreachable() == nil
	judgements := rig.JudgeReply(d)
	for _, j := range judgements {
		if j.Verdict == harness.Fail {
			s.worst = exitFindings
		}
	}
	if s.json() {
		return json.NewEncoder(s.stdout).Encode(d.Redacted(s.to.secret))
	}
	s.settled(rig, d, judgements)
	return nil
}

// settled says how a delivery ended, and why that is wrong where it is.
func (s *sending) settled(rig *harness.Rig, d harness.Delivery, judgements []harness.Judgement) {
	s.print("  %s\n", s.paint(outcomeColor(d.Outcome), fmt.Sprintf("%s after %s", d.Outcome, plural(len(d.Attempts), "attempt"))))
	for _, j := range judgements {
		s.print("  %s want %s, got %s%s\n", j.Verdict, j.Want, reports.Escape(j.Got), place(j))
	}
	if len(judgements) > 0 {
		s.print("  %s\n", s.paint(dim, reports.Escape(rig.Curl(d))))
	}
}

func place(j harness.Judgement) string {
	if j.Pos.Line == 0 {
		return ""
	}
	return " (" + j.Pos.String() + ")"
}

// attempt prints one attempt as it settles.
func (s *sending) attempt(d mocksender.Delivery) error {
	if s.json() || len(d.Attempts) == 0 {
		return nil
	}
	a := d.Attempts[len(d.Attempts)-1]
	line := fmt.Sprintf("  %d  %s  %s  %s", a.Number, a.Sent.Format("15:04:05.000"), s.answer(&a), shortDuration(a.Duration()))
	if d.Next != nil {
		wait := d.Next.Wait
		line += s.paint(dim, fmt.Sprintf("  next in %s", policy.FormatDuration(wait)))
		if scaled := s.to.scale.Wait(wait); scaled != wait {
			line += s.paint(dim, fmt.Sprintf(" (%s here)", shortDuration(scaled)))
		}
	}
	s.print("%s\n", line)
	if s.shared.verbose {
		s.exchange(&d, &a)
	}
	return nil
}

func (s *sending) answer(a *mocksender.Attempt) string {
	if a.Reply == nil {
		return s.paint(red, fmt.Sprintf("%s: %s", a.Failure.Kind, reports.Escape(a.Failure.Text)))
	}
	return s.paint(answerColor(a.Acknowledged), fmt.Sprintf("%d %s", a.Reply.Status, http.StatusText(a.Reply.Status)))
}

// exchange prints what was sent and what came back.
func (s *sending) exchange(d *mocksender.Delivery, a *mocksender.Attempt) {
	redacted := d.Redacted(s.to.secret)
	for name, values := range redacted.Attempts[len(redacted.Attempts)-1].Header {
		s.print("     > %s: %s\n", name, reports.Escape(strings.Join(values, ", ")))
	}
	s.print("     > %s\n", reports.Escape(string(redacted.Message.Body)))
	if a.Reply == nil {
		return
	}
	for name, values := range a.Reply.Header {
		s.print("     < %s: %s\n", name, reports.Escape(strings.Join(values, ", ")))
	}
	if len(a.Reply.Body) > 0 {
		s.print("     < %s\n", reports.Escape(string(a.Reply.Body)))
	}
}

// plan says what would be sent, and when.
func (s *sending) plan(events []chosen, o payload.Options) error {
	if err := s.open(events, o); err != nil {
		return err
	}
	defer s.close()
	for _, e := range events {
		p := s.policies[e.contract.Name()]
		s.print("%s × %d to %s\n", s.paint(bold, e.event.Name), s.payload.count, s.to.url)
		s.print("  policy %s: %s\n", p.Name, p.Summary())
		at := time.Duration(0)
		s.print("  attempt 1 at once\n")
		for i, wait := range p.Retry.Value.Schedule(maxPlanned) {
			at += wait
			s.print("  attempt %d after %s (%s here), if those before fail\n", i+2, policy.FormatDuration(at), shortDuration(s.to.scale.Wait(at)))
		}
		m, err := messageOf(s.makers[e.contract.Name()], e.event.Name, 0, 0, o)
		if err != nil {
			return err
		}
		d := mocksender.Delivery{Message: m}.Redacted(s.to.secret)
		s.print("  %s\n", reports.Escape(string(d.Message.Body)))
	}
	return nil
}

// maxPlanned is how many retries a plan lists.
const maxPlanned = 12
