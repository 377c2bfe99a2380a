package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func newSend(a *app) *cobra.Command {
	s := &sending{app: a, outcomes: map[mocksender.Outcome]int{}, shown: map[string]int{}}
	cmd := &cobra.Command{
		Use:     "send EVENT…",
		Aliases: []string{"trigger"},
		Short:   "Deliver events with the provider's policy and show every attempt",
		Long: `send makes events and posts them to the receiver as the provider does: its headers, its
token, its timeout, its retries. Every attempt is shown as it settles. --time-scale shortens
the waits between attempts. Events are named as for generate.

--fault spoils the way to the receiver (--fault list lists how). --watch sends by the life of
the endpoint at the provider, which stops after too many failures and queues, and shows it.
--report ndjson=FILE has every attempt on disk before the next begins, and --resume FILE goes
on where such a run broke off.

Exit codes: 0 all acknowledged, 1 one was not, 3 nobody there.`,
		Example: `  hookrig send customer.nightly --to http://localhost:8080/hooks --secret "$TOKEN"
  hookrig send customer.nightly --to http://localhost:8080/hooks --time-scale 1h=1s --fault lost-ack
  hookrig send billing:subscriptionStart --count 30 --to http://localhost:8080/hooks --watch
  hookrig send --resume run.ndjson --to http://localhost:8080/hooks`,
		ValidArgsFunction: a.completeEvents,
		RunE:              s.run,
	}
	s.payload.register(cmd)
	s.target.register(cmd)
	f := cmd.Flags()
	f.StringToStringVar(&s.reports, "report", nil, "write a report, such as `ndjson=FILE`")
	f.StringArrayVar(&s.faults, "fault", nil, "what goes wrong on the way, as `name` or name,param=value; repeatable; list lists them")
	f.StringVar(&s.resume, "resume", "", "go on with the run that `FILE` recorded")
	f.BoolVar(&s.watch, "watch", false, "send by the endpoint's life, and show its state, counters and queue")
	f.DurationVar(&s.restart, "restart-after", 0, "with --watch, restart a stopped endpoint once, so long after it stopped")
	must(cmd.RegisterFlagCompletionFunc("fault", completeFaults))
	return cmd
}

// sending is one run of the command.
type sending struct {
	*app
	payload payloadFlags
	target  targetFlags
	reports map[string]string
	faults  []string
	resume  string
	watch   bool
	restart time.Duration

	command  []string // repeats the run
	to       target
	column   int // the widest event name
	rigs     map[string]*harness.Rig
	policies map[string]*policy.Policy
	makers   map[string]*payload.Generator
	recorder *harness.Recorder
	journal  *mocksender.Journal // nil when nothing is recorded
	resumed  *interruptedRun     // nil for a new run
	line     *fault.Line

	mu       sync.Mutex // deliveries may be under way at once
	view     *view      // nil without --watch
	shown    map[string]int
	outcomes map[mocksender.Outcome]int
	worst    int
	answered bool
	// explained tells that a curl line was shown.
	explained bool
}

func (s *sending) run(cmd *cobra.Command, args []string) error {
	if len(s.faults) == 1 && s.faults[0] == "list" {
		return s.listFaults()
	}
	events, o, err := s.prepare(cmd, args)
	if err != nil {
		return err
	}
	if s.resumed != nil {
		args = names(events)
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
	s.journal = file.journal(s.to.secret)
	s.recorder = harness.NewRecorder(s.header(o), observe)
	if err := s.open(events, o); err != nil {
		return err
	}
	defer s.close()
	err = s.deliverAll(cmd.Context(), events, o, file)
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

// header says what ran.
func (s *sending) header(o payload.Options) harness.Header {
	h := harness.Header{
		Hookrig: readVersion().Hookrig, Command: "send", Target: s.to.url, Seed: o.Seed, Started: s.now(),
		Contracts: s.shared.contracts, Repeat: shellLine(append(s.command, s.extent()...), s.to.secret),
	}
	if s.target.policy != "" {
		h.Policies = []string{s.target.policy}
	}
	return h
}

// prepare checks everything before anything is sent.
func (s *sending) prepare(cmd *cobra.Command, args []string) ([]chosen, payload.Options, error) {
	args, err := s.takeUp(cmd, args)
	if err != nil {
		return nil, payload.Options{}, err
	}
	contracts, err := s.loadContracts()
	if err != nil {
		return nil, payload.Options{}, err
	}
	events, err := chooseEvents(contracts, args)
	if err = errors.Join(err, s.target.needTarget(), s.checkWatch(events)); err != nil {
		return nil, payload.Options{}, usage(err)
	}
	for _, e := range events {
		s.column = max(s.column, len(e.event.Name))
	}
	if s.to, err = s.target.read(cmd.Context()); err != nil {
		return nil, payload.Options{}, err
	}
	o, err := s.payload.options(cmd, s.now(), s.to.secret)
	if err != nil {
		return nil, o, err
	}
	if s.to.proxy != nil && len(s.faults) > 0 {
		return nil, o, usage(errFaultAndProxy)
	}
	if s.line, err = fault.New(o.Seed, s.faults...); err != nil {
		return nil, o, usage(prefixed("--fault: ", err))
	}
	return events, o, nil
}

// open makes a rig for each contract that an event belongs to.
func (s *sending) open(events []chosen, o payload.Options) error {
	s.rigs, s.makers, s.policies = map[string]*harness.Rig{}, map[string]*payload.Generator{}, map[string]*policy.Policy{}
	var problems []error
	for _, e := range events {
		name := e.contract.Name()
		if s.rigs[name] == nil {
			if err := s.openRig(e, o, len(events)); err != nil {
				return err
			}
			s.sayInvented(e.contract, s.policies[name], namesOf(events, e.contract)...)
		}
		_, err := s.makers[name].Message(e.event.Name, 0) // before anything is sent
		problems = append(problems, err)
	}
	return payload.Together(problems...)
}

// openRig makes the rig of an event's contract, in a run of so many events.
func (s *sending) openRig(e chosen, o payload.Options, events int) error {
	name := e.contract.Name()
	p, err := s.target.policyFor(e.contract, s.to.secret)
	if err != nil {
		return err
	}
	config := harness.Config{
		Target: s.to.url, Contract: e.contract, Policy: p, Secret: s.to.secret, Seed: o.Seed, Time: o.Time,
		Header: s.to.header, TimeScale: s.to.scale, TLS: s.to.tls, Guard: s.to.guard, Proxy: s.to.proxy, Recorder: s.recorder,
		Observe: s.observe, Line: s.line,
		Remake: func(m mocksender.Message, at time.Time) (mocksender.Message, error) {
			then := o
			then.Time = at
			return messageAt(s.makers[name], m.Event.Type, spotOf(m.Event.Number, events), then)
		},
	}
	if s.journal != nil {
		config.Announce = s.journal.Announce
	}
	rig, err := harness.New(config)
	if err != nil {
		return usage(err)
	}
	s.rigs[name], s.policies[name] = rig, p
	o.Signed = p.SignedHeaders()
	s.makers[name], err = payload.New(e.contract, o)
	return err
}

func (s *sending) close() {
	for _, rig := range s.rigs {
		rig.Close()
	}
}

func (s *sending) deliverAll(ctx context.Context, events []chosen, o payload.Options, file *recordFile) error {
	s.announce(events)
	if s.journal == nil && !s.watch && s.resumed == nil {
		return s.deliverEach(ctx, s.tasks(events, o))
	}
	all, err := s.allTasks(events, o, file)
	if err != nil || len(all) == 0 {
		return err
	}
	if s.watch {
		return s.watchAll(ctx, all)
	}
	return s.deliverEach(ctx, inOrder(all))
}

// deliver sends one event and judges the answer. The error ends the run; it is
// an [*harness.UnreachableError] when nobody ever answered.
func (s *sending) deliver(ctx context.Context, j task) error {
	rig := s.rigs[j.event.contract.Name()]
	d, err := rig.Continue(ctx, j.delivery, harness.Shipping{})
	if err != nil && (!errors.Is(err, context.Canceled) || ctx.Err() == nil) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var judgements []harness.Judgement
	if err == nil {
		judgements = s.judge(rig, d)
	}
	if u := d.Unreachable(); u != nil && !s.answered && err == nil {
		return errors.Join(s.settled(rig, d, nil), u)
	}
	s.answered = true
	return errors.Join(s.settled(rig, d, judgements), err)
}

// judge judges the answer to a delivery that settled.
func (s *sending) judge(rig *harness.Rig, d harness.Delivery) []harness.Judgement {
	s.outcomes[d.Outcome]++
	judgements := rig.JudgeReply(d)
	for _, j := range judgements {
		if j.Verdict == harness.Fail {
			s.worst = exitFindings
		}
	}
	return judgements
}
