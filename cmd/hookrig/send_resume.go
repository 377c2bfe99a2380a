package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/reports"
)

// interruptedRun is the record of a run that --resume goes on with.
type interruptedRun struct {
	header     harness.Header
	deliveries []mocksender.Recorded
}

// takeUp returns the events to send: those on the command line, or those of the run that is
// resumed, whose contracts, policy, target and seed hold where nothing else was said.
func (s *sending) takeUp(cmd *cobra.Command, args []string) ([]string, error) {
	if s.resume == "" {
		if len(args) == 0 {
			return nil, usagef("send: EVENT: missing, the name of an event (hookrig events lists them) (see hookrig send --help)")
		}
		return args, nil
	}
	if len(args) > 0 {
		return nil, usagef("--resume %s: names the events itself, want no EVENT", s.resume)
	}
	if sameFile(s.reports["ndjson"], s.resume) {
		return nil, usagef("--report ndjson=%s: is the record that is resumed, and would be overwritten; name another", s.reports["ndjson"])
	}
	run, err := readInterrupted(s.resume)
	if err != nil {
		return nil, usage(fmt.Errorf("--resume %s: %w", s.resume, err))
	}
	s.resumed = run
	f := cmd.Flags()
	if !f.Changed("contract") && len(run.header.Contracts) > 0 {
		s.shared.contracts = run.header.Contracts
	}
	if !f.Changed("policy") && len(run.header.Policies) == 1 {
		s.target.policy = run.header.Policies[0]
	}
	if !f.Changed("to") && !strings.Contains(run.header.Target, mocksender.Secret("x").String()) {
		s.target.to = run.header.Target
	}
	if !f.Changed("seed") {
		_ = f.Set("seed", strconv.FormatUint(run.header.Seed, 10)) // a number in its own form
	}
	return run.events(), nil
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func readInterrupted(name string) (*interruptedRun, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	run, err := reports.Read(file)
	switch {
	case err != nil && !errors.Is(err, reports.ErrTruncated):
		return nil, err
	case run.Header.Command != "send":
		return nil, fmt.Errorf("is the record of %s, want one of send", run.Header.Command)
	case len(run.Deliveries) == 0:
		return nil, errors.New("no delivery in it")
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, cause(err)
	}
	r := &interruptedRun{header: run.Header}
	r.deliveries, err = mocksender.ReadJournal(file)
	return r, err
}

// events are the types of the recorded deliveries.
func (r *interruptedRun) events() []string {
	var all []string
	for i := range r.deliveries {
		if t := r.deliveries[i].Delivery.Message.Event.Type; !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// left returns what the interrupted run has left to do, and says how each delivery stands. What
// is settled is in the new record too.
func (s *sending) left(events []chosen) ([]task, error) {
	var all []task
	var problems []error
	settled, unseen := 0, 0
	for _, recorded := range s.resumed.deliveries {
		i := slices.IndexFunc(events, func(e chosen) bool { return e.event.Name == recorded.Delivery.Message.Event.Type })
		if i < 0 {
			return nil, fmt.Errorf("--resume: event %q: not in the contracts of this run", recorded.Delivery.Message.Event.Type)
		}
		r, err := s.rigs[events[i].contract.Name()].Resume(recorded)
		switch {
		case err != nil:
			problems = append(problems, err)
			continue
		case r.Settled:
			settled++
			s.outcomes[r.Delivery.Outcome]++
			s.recorder.Delivery(r.Delivery.Redacted(s.to.secret))
			continue
		case r.MayHaveArrived:
			unseen++
		}
		s.shown[r.Delivery.ID] = len(r.Delivery.Attempts)
		s.standing(&r)
		all = append(all, task{events[i], r.Delivery})
	}
	if err := errors.Join(problems...); err != nil {
		return nil, usage(err)
	}
	s.say("resuming %s: %d settled, %d to go on with, %d of them may have arrived already", s.resume, settled, len(all), unseen)
	return all, nil
}

// standing says what is known of a delivery that goes on.
func (s *sending) standing(r *mocksender.Resumption) {
	d := &r.Delivery
	text := "not sent yet"
	if n := len(d.Attempts); n > 0 {
		text = plural(n, "attempt") + " so far"
	}
	if d.Next != nil {
		text += ", the next in " + policy.FormatDuration(d.Next.Wait)
	}
	if r.MayHaveArrived {
		text += "; may have arrived already: " + reports.Escape(r.Why)
	}
	s.say("%-*s  %s  %s", s.column, d.Message.Event.Type, d.Message.Event.Subject, text)
}
