package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/reports"
	"github.com/hookrig/hookrig/scenarios"
)

func newVerify(a *app) *cobra.Command {
	v := &verifying{app: a}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run the scenarios against a receiver and report",
		Long: `verify plays the provider against a receiver and checks how it answers: that it acknowledges
each event as documented, refuses what it must refuse, survives malformed bodies, is idempotent
and recovers. Without --to it verifies the built-in reference receiver.

What a receiver did with an event can only be seen through a probe (--probe-url, --probe-count);
rules that need one are inconclusive without it.

Exit codes: 0 all held, 1 findings, 2 usage, 3 nobody there or nothing checked.`,
		Example: `  hookrig verify --to http://localhost:8080/hooks --contract chargeover --secret "$TOKEN"
  hookrig verify --to https://staging.example.com/hooks --allow-host staging.example.com \
      --only 'theme:authentication' --report junit=out/junit.xml`,
		Args: cobra.NoArgs,
		RunE: v.run,
	}
	v.target.register(cmd)
	f := cmd.Flags()
	f.Uint64Var(&v.payload.seed, "seed", 0, "`number` that determines all payloads (default: drawn and printed)")
	f.StringVar(&v.payload.time, "time", "", "the payload clock, RFC 3339 (default: now)")
	f.StringVar(&v.only, "only", "", "`labels` of the scenarios to run, such as 'theme:retries && event:customer.nightly'")
	f.StringVar(&v.skip, "skip", "", "`labels` of the scenarios to leave out")
	f.BoolVar(&v.strict, "strict", false, "warnings fail")
	f.DurationVar(&v.wait, "wait", 0, "how long to wait until the receiver answers at all")
	f.IntVar(&v.procs, "procs", 1, "`number` of processes that share the scenarios")
	f.StringVar(&v.probeURL, "probe-url", "", "`URL` that shows what an event did; {data.customer.customer_id} is filled from the payload")
	f.StringVar(&v.probeState, "probe-state", "", "`path=path` in the probe's answer and in the payload that are equal once the newest event was handled")
	f.StringVar(&v.probeCount, "probe-count", "", "gjson `path` to a number, or to an array to be counted, in the probe's answer")
	f.StringVar(&v.restartURL, "restart-url", "", "`URL` that restarts the receiver when it is posted to, to see what it still knows")
	f.StringToStringVar(&v.reports, "report", nil, "write reports: `format=FILE,…` with html, junit, json, ndjson, markdown, text, ginkgo")
	v.payload.count = 1
	v.payload.registerShape(cmd)
	return cmd
}

const (
	// maxProcs is more than a receiver under test will thank for.
	maxProcs = 64
	// defaultCount is where our own receiver's probe has the effects.
	defaultCount = "items.#"
)

// verifying is one run of the command.
type verifying struct {
	*app
	cmd                  *cobra.Command
	given                target // as the user gave it, before a receiver of our own stands in
	target               targetFlags
	payload              payloadFlags
	only, skip           string
	strict               bool
	wait                 time.Duration
	procs                int
	probeURL, probeCount string
	restartURL           string
	probeState           string
	reports              map[string]string
}

func (v *verifying) run(cmd *cobra.Command, _ []string) error {
	v.cmd = cmd
	if err := checkReports(v.reports, reportFormats); err != nil {
		return err
	}
	if v.procs < 1 || v.procs > maxProcs {
		return usagef("--procs %d: want 1 to %d", v.procs, maxProcs)
	}
	if v.procs > 1 && slices.Contains(v.shared.contracts, "-") {
		return usagef("--procs %d: not with a contract from stdin", v.procs)
	}
	contracts, err := v.loadContracts()
	if err != nil {
		return err
	}
	if err := checkEvents(v.only, v.skip, contracts); err != nil {
		return usage(err)
	}
	to, err := v.target.read(cmd.Context())
	if err != nil {
		return err
	}
	v.given = to
	o, err := v.payload.options(cmd, v.now(), to.secret)
	if err != nil {
		return err
	}
	if v.worker != nil {
		if v.reports == nil {
			v.reports = map[string]string{}
		}
		v.reports["ndjson"] = v.worker.job.record(v.worker.suite.ParallelProcess)
	}
	file, observe, err := openRecord(v.reports["ndjson"])
	if err != nil {
		return err
	}
	defer file.close(v.app)
	return v.verify(cmd.Context(), contracts, to, o, observe)
}

func (v *verifying) verify(ctx context.Context, contracts []*contract.Contract, to target, o payload.Options, observe func(harness.Record)) error {
	if to.url == "" && to.secret == "" {
		to.secret = drawSecret() // for the receiver of our own
	}
	policies, err := v.policies(contracts, to.secret)
	if err != nil {
		return err
	}
	command := v.repeat(v.cmd, nil, &v.payload, &v.given)
	if v.worker != nil {
		command = v.worker.job.Command
	}
	if to.url == "" {
		server, err := v.reference(contracts, policies, &to)
		if err != nil {
			return err
		}
		defer func() { _ = server.Close() }() // the run is over
	}
	names := make([]string, len(policies))
	for i, p := range policies {
		names[i] = p.Name
	}
	told := v.newProgress()
	recorder := harness.NewRecorder(harness.Header{
		Hookrig: readVersion().Hookrig, Command: "verify", Target: to.url, Contracts: v.shared.contracts,
		Policies: names, Seed: o.Seed, Started: v.now(), Repeat: shellLine(append(slices.Clone(command), v.selection()...), to.secret),
	}, told.follow(observe))
	config := scenarios.Config{Recorder: recorder, Only: v.only, Skip: v.skip, Strict: v.strict, Wait: v.wait,
		JSON: v.reports["ginkgo"]}
	defer func() {
		for _, rig := range config.Rigs {
			rig.Close()
		}
	}()
	v.hint()
	for i, c := range contracts {
		v.sayInvented(c, policies[i], eventNames(c)...)
		rig, err := v.rig(c, policies[i], to, o, recorder, command)
		if err != nil {
			return err
		}
		config.Rigs = append(config.Rigs, rig)
	}
	if v.target.dryRun {
		return v.list(config)
	}
	if v.worker != nil {
		return v.worker.verify(ctx, config)
	}
	told.expect(config)
	result, err := v.results(ctx, config, &to)
	if err != nil {
		return err
	}
	return v.report(ctx, result)
}

func (v *verifying) results(ctx context.Context, config scenarios.Config, to *target) (scenarios.Result, error) {
	if v.procs > 1 {
		return v.parallel(ctx, config, to)
	}
	result, err := scenarios.Run(ctx, &outcome{}, config)
	return result, usageOf(err)
}

// usageOf marks a configuration that the scenarios refuse.
func usageOf(err error) error {
	if err == nil {
		return nil
	}
	if codeOf(err) == exitFault && !errors.Is(err, context.Canceled) {
		return usage(err)
	}
	return err
}

// outcome is all that Ginkgo needs of a test.
type outcome struct{ failed bool }

// Fail is called when a spec failed.
func (o *outcome) Fail() { o.failed = true }

func (v *verifying) policies(contracts []*contract.Contract, secret mocksender.Secret) ([]*policy.Policy, error) {
	var all []*policy.Policy
	for _, c := range contracts {
		p, err := v.target.policyFor(c, secret)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// reference starts the built-in receiver as the target.
func (v *verifying) reference(contracts []*contract.Contract, policies []*policy.Policy, to *target) (*receiver.Server, error) {
	config := receiver.Config{}
	for i, c := range contracts {
		p, err := receiver.ProviderOf(c, policies[i], to.secret)
		if err != nil {
			return nil, usage(err)
		}
		config.Providers = append(config.Providers, p)
	}
	server, err := receiver.Start("127.0.0.1:0", config)
	if err != nil {
		return nil, err
	}
	to.url = server.URL
	if v.probeURL == "" {
		v.probeURL, v.probeCount, v.probeState = server.ProbeURL(), defaultCount, "digest=@sha256"
		v.restartURL = server.RestartURL()
	}
	v.say("no --to: verifying the built-in reference receiver")
	return server, nil
}

// selection is what the line that repeats the whole run adds; a finding's line
// selects its own scenario.
func (v *verifying) selection() []string {
	var words []string
	if v.only != "" {
		words = append(words, "--only", v.only)
	}
	if v.skip != "" {
		words = append(words, "--skip", v.skip)
	}
	return words
}

// list prints the scenarios that would run.
func (v *verifying) list(config scenarios.Config) error {
	all, err := scenarios.List(config)
	if err != nil {
		return usageOf(err)
	}
	for _, l := range all {
		if v.json() {
			if err := json.NewEncoder(v.stdout).Encode(l); err != nil {
				return err
			}
			continue
		}
		v.print("%s\n", l.Text)
	}
	if len(all) == 0 {
		v.say("hookrig: no scenario is selected")
		return ended(exitUnreachable)
	}
	return nil
}

// report prints the verdict and writes the reports that were asked for.
func (v *verifying) report(ctx context.Context, result scenarios.Result) error {
	if result.Unreachable != nil {
		v.sayErr(result.Unreachable)
	}
	// The record was written as the run went on, Ginkgo's report as its suite ended.
	made := maps.Clone(v.reports)
	delete(made, "ndjson")
	err := writeReports(made, result.Run)
	if v.json() {
		err = errors.Join(err, reports.JSON(v.stdout, result.Run))
	} else if result.Unreachable == nil || len(result.Run.Scenarios) > 0 {
		err = errors.Join(err, reports.Text(v.stdout, result.Run, reports.TextOptions{
			Color: v.colored(v.stdout), Width: width(v.stdout), Verbose: v.shared.verbose}))
	}
	if err != nil {
		return err
	}
	return ended(v.code(ctx, result))
}

func (v *verifying) code(ctx context.Context, result scenarios.Result) int {
	counts := result.Run.Counts()
	switch {
	case ctx.Err() != nil || result.Interrupted:
		return exitInterrupted
	case result.Unreachable != nil:
		return exitUnreachable
	case !result.Passed || counts[harness.Fail] > 0 || v.strict && counts[harness.Warning] > 0:
		return exitFindings
	case !result.Run.Checked():
		return exitUnreachable
	}
	return exitHeld
}
