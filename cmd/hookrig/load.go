package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/reports"
)

func newLoad(a *app) *cobra.Command {
	l := &loading{app: a}
	cmd := &cobra.Command{
		Use:   "load [PROFILE]",
		Short: "Load a receiver with events at a rate, with thresholds",
		Long: `load sends events at a rate that does not depend on the receiver: one that stalls is charged for
every event that had to wait, since latency counts from the moment at which an event was due. Every
event has a body of its own, with the provider's headers and token. PROFILE is a name under "load:"
in hookrig.yaml, whose values are used where no flag is given.

A threshold is ` + load.ThresholdGrammar + `

With --probe-url it looks at what the receiver did with the events that it acknowledged: how long each took, and
which had no effect.

Exit codes: 0 thresholds held, 1 acknowledged events were not processed or the provider gave the endpoint up, 2 usage, 3 nobody there, 4 the rate was not
reached (hookrig itself could not keep up, or dropped events although the thresholds held), 99 a threshold missed, 130 interrupted.`,
		Example: `  hookrig load --to http://localhost:8080/hooks --rate 500/s --duration 1m --threshold 'p99<250ms'
  hookrig load --to http://localhost:8080/hooks --burst 50000 --mix customer.nightly=1
  hookrig load nightly --find-max`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeProfiles,
		RunE:              l.run,
	}
	l.target.register(cmd)
	l.payload.registerValues(cmd)
	l.flags.register(cmd)
	l.probe.register(cmd)
	return cmd
}

// loadFlags say how much is sent, and what it must hold.
type loadFlags struct {
	rate, ramp, steps, arrivals, replay string
	burst                               uint64
	duration                            time.Duration
	mix, thresholds                     []string
	abort, findMax                      bool
	retries, traceparent                bool
	retryFor, maxSlip                   time.Duration
	connections, maxConnections         int
	maxInFlight                         int
	transport                           string
	mayLoad                             []string
	reports                             map[string]string
	metrics                             string
	faults                              []string
}

func (l *loadFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&l.rate, "rate", "", "events per time, such as `500/s`, or max: each connection sends its next event at once")
	f.StringVar(&l.ramp, "ramp", "", "`rates` of which each is reached from the one before, such as 0/s..2000/s")
	f.StringVar(&l.steps, "steps", "", "`rates` that are held one after the other, such as 100/s,200/s,400/s")
	f.Uint64Var(&l.burst, "burst", 0, "so `many` events at once (the nightly batch), over as many connections as the policy says that the provider uses, or --connections")
	f.StringVar(&l.replay, "replay-timing", "", "send at the moments at which the deliveries of a run record were sent: `file`, NDJSON")
	f.StringVar(&l.arrivals, "arrivals", "constant", "constant, or poisson: independent of each other, as of many customers")
	f.DurationVar(&l.duration, "duration", 10*time.Second, "how long new events are sent")
	f.StringSliceVar(&l.mix, "mix", nil, "`event=weight`,…, with patterns such as billing:*=1 (default: all events of the contracts)")
	f.StringArrayVar(&l.thresholds, "threshold", nil, "what the run must hold, such as `'p99<250ms'`; repeatable (default 'success>=99%', with --retries 'delivered>=99%')")
	f.BoolVar(&l.abort, "abort-on-fail", false, "end the run when a threshold is missed for some seconds")
	f.BoolVar(&l.findMax, "find-max", false, "search the highest rate that holds the thresholds, from --rate on, each try for --duration")
	f.BoolVar(&l.retries, "retries", false, "send failed events again as the policy does: its schedule, its pauses, its giving up, compressed by --time-scale")
	f.DurationVar(&l.retryFor, "retry-for", load.DefaultRetryFor, "how long after the last new event retries are waited for")
	f.IntVar(&l.connections, "connections", load.DefaultConnections, "`number` of connections at the start; all there are with --rate max and --burst, for which the policy may name another one")
	f.IntVar(&l.maxConnections, "max-connections", load.DefaultMaxConnections, "the most `connections` that are made when all are busy")
	f.IntVar(&l.maxInFlight, "max-in-flight", load.DefaultMaxInFlight, "the most `events` that are under way or wait; more are dropped and counted")
	f.DurationVar(&l.maxSlip, "max-slip", load.DefaultMaxSlip, "how late hookrig itself may send without being counted as late")
	f.StringVar(&l.transport, "transport", "auto", "raw (own client, HTTP/1.1), nethttp (HTTP/2 too) or auto")
	f.StringSliceVar(&l.mayLoad, "i-may-load", nil, "`host` that is not loopback and may get more than 100/s; repeatable")
	f.StringToStringVar(&l.reports, "report", nil, "write reports: `format=FILE,…` with html, junit, json, ndjson, text")
	f.StringVar(&l.metrics, "metrics-listen", "", "`address` that serves Prometheus metrics while the run goes on")
	f.StringArrayVar(&l.faults, "fault", nil, "what goes wrong on the way, as `name` or name,param=value; repeatable (send --fault list lists them)")
	must(cmd.RegisterFlagCompletionFunc("fault", completeFaults))
	f.BoolVar(&l.traceparent, "traceparent", false, "add a W3C traceparent header to each request")
	must(cmd.RegisterFlagCompletionFunc("arrivals", cobra.FixedCompletions([]string{"constant", "poisson"}, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("transport", cobra.FixedCompletions(load.Transports(), cobra.ShellCompDirectiveNoFileComp)))
}

// loading is one run of the command.
type loading struct {
	*app
	target  targetFlags
	payload payloadFlags
	flags   loadFlags
	probe   completionFlags

	to         target
	given      func(flag string) bool // by the command line, the environment or a file
	shape      load.Shape             // nil when the rate is not given as one
	lasts      time.Duration          // of moments that are replayed
	what       string                 // the arrivals in words
	trying     load.Rate              // of a search
	started    time.Time
	config     load.Config
	thresholds []load.Threshold
	repeated   string
	progress   progress
	seconds    []load.Second        // for reports that show them
	record     func(harness.Record) // nil when nothing is recorded
	gauges     *gauges              // nil when nobody may ask
	completion *probe.Completion    // nil when nobody looks
}

func (l *loading) run(cmd *cobra.Command, args []string) error {
	if err := l.prepare(cmd, args); err != nil {
		return err
	}
	if l.target.dryRun {
		return l.plan()
	}
	ctx := cmd.Context()
	if err := load.Knock(ctx, l.config); err != nil {
		return err
	}
	stop, err := l.serveMetrics()
	if err != nil {
		return err
	}
	defer stop()
	l.payload.announce(l.app)
	if l.to.proxy != nil {
		l.say("through the proxy %s: net/http sends, since hookrig's own client knows no proxies", reports.Escape(l.to.proxy.Redacted()))
	}
	l.sayUnfollowed()
	if l.flags.findMax {
		return l.search(ctx)
	}
	return l.once(ctx)
}

// prepare checks everything before anything is sent.
func (l *loading) prepare(cmd *cobra.Command, args []string) error {
	contracts, err := l.loadContracts()
	if err != nil {
		return err
	}
	problems := []error{l.checkProfile(args), l.target.needTarget()}
	if l.thresholds, err = load.ParseThresholds(l.flags.thresholds); err != nil {
		problems = append(problems, fmt.Errorf("--threshold: %w", err))
	}
	problems = append(problems, checkReports(l.flags.reports, loadFormats()), l.arrivals())
	mix, err := l.mix(contracts)
	problems = append(problems, err)
	l.to, err = l.target.read(cmd.Context())
	problems = append(problems, err)
	if err == nil {
		problems = append(problems, l.allowed())
	}
	o, err := l.payload.options(cmd, l.now(), l.to.secret)
	problems = append(problems, err)
	if err := errors.Join(problems...); err != nil {
		return usage(err)
	}
	if len(l.thresholds) == 0 {
		l.thresholds, _ = load.ParseThresholds([]string{defaultThreshold(l.flags.retries)}) // it parses
	}
	l.given = cmd.Flags().Changed
	l.repeated = shellLine(l.repeat(cmd, nil, &l.payload, &l.to), l.to.secret)
	if err := l.configure(mix, o); err != nil {
		return err
	}
	return l.probing()
}

// defaultThreshold keeps a run from passing in which nothing worked. With retries it is the end that counts.
func defaultThreshold(retries bool) string {
	if retries {
		return "delivered>=99%"
	}
	return "success>=99%"
}

// mayLoadRate is the rate above which a host that is not loopback must be named.
const mayLoadRate load.Rate = 100

// allowed refuses to load a host that may be somebody else's.
func (l *loading) allowed() error {
	u, err := url.Parse(l.to.url)
	if err != nil || u.Hostname() == "" || mocksender.IsLoopback(u.Hostname()) || slices.Contains(l.flags.mayLoad, u.Hostname()) {
		return nil
	}
	if l.shape != nil && l.shape.Max() <= mayLoadRate && !l.flags.findMax {
		return nil
	}
	return fmt.Errorf("--to: %s is not loopback, and more than %s may hurt it; if it is yours to load: --i-may-load %s",
		u.Hostname(), mayLoadRate, u.Hostname())
}

// once makes one run and reports it.
func (l *loading) once(ctx context.Context) error {
	l.started = l.now()
	file, err := l.openLoadRecord()
	if err != nil {
		return err
	}
	defer file.close(l.app)
	look, err := l.follow(ctx)
	if err != nil {
		return err
	}
	result, err := l.measure(ctx, l.config)
	if result == nil {
		return err
	}
	judgements := l.judge(result)
	completed, lookErr := look()
	if err == nil {
		err = lookErr
	}
	whole := &harness.Load{Arrivals: l.what, Asked: l.shape.Mean(), Result: *result, Thresholds: judgements, Completion: completed}
	l.recordEnd(whole)
	if writeErr := writeWith(loadWriters(comparison{}), withoutRecord(l.flags.reports), l.kept(whole)); err == nil {
		err = writeErr
	}
	if showErr := l.show(whole); err == nil {
		err = showErr
	}
	if err != nil {
		return err
	}
	return ended(codeOfLoad(whole))
}

// codeOfLoad is the exit code of a run.
func codeOfLoad(r *harness.Load) int {
	outcome, _ := reports.OutcomeOf(r)
	switch {
	case r.Interrupted:
		return exitInterrupted
	case r.Attempts == 0 && outcome != reports.LoadInvalid:
		return exitUnreachable
	}
	switch outcome {
	case reports.LoadInvalid, reports.LoadLimited, reports.LoadUnreached:
		return exitFault
	case reports.LoadMissed:
		return exitThreshold
	case reports.LoadGivenUp, reports.LoadLost:
		return exitFindings
	case reports.LoadUnseen:
		return exitUnreachable
	}
	return exitHeld
}

func (l *loading) judge(r *load.Result) []load.Judgement {
	all := make([]load.Judgement, len(l.thresholds))
	for i, t := range l.thresholds {
		all[i] = t.Judge(r)
	}
	return all
}

// checkProfile refuses the name of a profile that no file has.
func (l *loading) checkProfile(args []string) error {
	if len(args) == 0 || slices.Contains(l.profiles, args[0]) {
		return nil
	}
	if len(l.profiles) == 0 {
		return fmt.Errorf("profile %q: no hookrig.yaml has a section load (to choose events: --mix)", args[0])
	}
	return fmt.Errorf("unknown profile %q%s: there are %v", args[0], contract.DidYouMean(args[0], l.profiles), l.profiles)
}

func (a *app) completeProfiles(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	_ = a.configure(cmd) // a file that is not right completes nothing
	return a.profiles, cobra.ShellCompDirectiveNoFileComp
}
