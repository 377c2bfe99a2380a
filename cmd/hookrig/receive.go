package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/reports"
)

func newReceive(a *app) *cobra.Command {
	r := &receiving{app: a}
	cmd := &cobra.Command{
		Use:   "receive",
		Short: "Run a receiver that validates and shows what arrives",
		Long: `receive runs the reference receiver: it checks the token, validates against the contract,
stores each event once and answers as the contract documents. What it did can be read at
` + receiver.DefaultProbePath + `. --flaw makes it misbehave in one way, to see what a finding looks like;
--fail-first 2 has every event fail twice, to see its retries. --forward-to passes on what
it accepts, and answers with what comes back. --report records what arrives, for validate.`,
		Example: `  hookrig receive --contract chargeover --secret "$TOKEN"
  hookrig receive --flaw any-token
  hookrig receive --fail-first 4
  hookrig receive --forward-to http://localhost:3000/hooks --report ndjson=arrived.ndjson`,
		Args: cobra.NoArgs,
		RunE: r.run,
	}
	f := cmd.Flags()
	f.StringVar(&r.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	f.StringVar(&r.flaw, "flaw", "", "misbehave in one way; `list` lists the ways")
	f.IntVar(&r.failFirst, "fail-first", 0, "answer 503 to the first `N` deliveries of each event")
	f.StringVar(&r.policy, "policy", "", "delivery policy whose authentication is expected: `name` or file")
	f.StringVar(&r.forwardTo, "forward-to", "", "`URL` that accepted deliveries are passed on to")
	f.StringSliceVar(&r.allowHosts, "allow-host", nil, "public `host` that may be forwarded to; repeatable")
	f.StringToStringVar(&r.reports, "report", nil, "record what arrives: `ndjson=FILE`")
	cmd.MarkFlagsMutuallyExclusive("flaw", "forward-to")
	r.secret.register(cmd)
	must(cmd.RegisterFlagCompletionFunc("flaw", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, flaw := range receiver.Flaws() {
			names = append(names, flaw.Name+"\t"+flaw.Summary)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}))
	return cmd
}

// receiving is one run of the command.
type receiving struct {
	*app
	listen string
	flaw   string
	policy string
	secret secretFlags
	// failFirst is how many deliveries of each event fail.
	failFirst int

	forwardTo  string
	allowHosts []string
	reports    map[string]string
	arrivals   *arrivals // nil when nothing is recorded
}

func (r *receiving) run(cmd *cobra.Command, _ []string) error {
	if r.flaw == "list" {
		return r.listFlaws()
	}
	config, secret, err := r.config()
	if err != nil {
		return err
	}
	if r.forwardTo != "" {
		f, err := newForwarder(cmd.Context(), r.forwardTo, mocksender.Guard{Allow: r.allowHosts})
		if err != nil {
			return err
		}
		config.Flaw = also(config.Flaw, func(s *receiver.Steps) { s.Acknowledge = f.acknowledge })
	}
	file, observe, err := recordTo(r.reports)
	if err != nil {
		return err
	}
	defer file.close(r.app)
	handler, err := receiver.New(config)
	if err != nil {
		return usage(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(cmd.Context(), "tcp", r.listen)
	if err != nil {
		return usage(fmt.Errorf("--listen %s: %w", r.listen, err))
	}
	url := "http://" + listener.Addr().String()
	if observe != nil {
		r.arrivals = &arrivals{url: url, secret: secret, recorder: harness.NewRecorder(harness.Header{
			Hookrig: readVersion().Hookrig, Command: "receive", Target: url, Contracts: r.shared.contracts, Started: r.now(),
		}, observe)}
		defer func() { r.arrivals.recorder.Close(r.now(), false) }()
	}
	r.welcome(url, secret)
	if err := receiver.Serve(cmd.Context(), listener, handler); err != nil {
		return err
	}
	return ended(exitInterrupted)
}

func (r *receiving) listFlaws() error {
	for _, flaw := range receiver.Flaws() {
		if !r.json() {
			r.print("%-24s %s\n", flaw.Name, flaw.Summary)
			continue
		}
		if err := json.NewEncoder(r.stdout).Encode(map[string]any{"name": flaw.Name, "summary": flaw.Summary, "themes": flaw.Themes}); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiving) config() (receiver.Config, mocksender.Secret, error) {
	contracts, err := r.loadContracts()
	if err != nil {
		return receiver.Config{}, "", err
	}
	secret, err := r.secret.read()
	if err != nil {
		return receiver.Config{}, "", err
	}
	if secret == "" {
		secret = drawSecret()
	}
	r.sayUnusable(contracts...)
	config := receiver.Config{Observe: r.arrived}
	var problems []error
	for _, c := range contracts {
		p, err := r.provider(c, secret)
		problems = append(problems, err)
		config.Providers = append(config.Providers, p)
	}
	if r.flaw != "" {
		flaw, err := receiver.FlawNamed(r.flaw)
		problems = append(problems, err)
		config.Flaw = flaw.Apply
	}
	if r.failFirst < 0 {
		problems = append(problems, fmt.Errorf("--fail-first %d: want a number of deliveries, 0 or more", r.failFirst))
	}
	if r.failFirst > 0 {
		config.Flaw = also(config.Flaw, receiver.FailsFirst(r.failFirst))
	}
	if err := errors.Join(problems...); err != nil {
		return config, secret, usage(err)
	}
	return config, secret, nil
}

// also makes one change and then another; the first may be nil.
func also(change, another func(*receiver.Steps)) func(*receiver.Steps) {
	return func(s *receiver.Steps) {
		if change != nil {
			change(s)
		}
		another(s)
	}
}

func (r *receiving) provider(c *contract.Contract, secret mocksender.Secret) (receiver.Provider, error) {
	p, err := policyOf(c, r.policy)
	if err != nil {
		return receiver.Provider{}, err
	}
	return receiver.ProviderOf(c, p, secret)
}

// welcome says where the receiver is and how to reach it. A secret that was drawn
// here guards nothing else, so it may be shown.
func (r *receiving) welcome(url string, secret mocksender.Secret) {
	r.say("listening on %s for %s", url, strings.Join(r.shared.contracts, ", "))
	given, err := r.secret.read()
	if err == nil && given == "" {
		r.say("secret %s (drawn for this run; --secret sets it)", secret.Reveal())
	}
	r.say("effects at %s%s, Ctrl-C ends", url, receiver.DefaultProbePath)
}

// arrived records and prints one delivery. It is called by several goroutines, and one Write is one line.
func (r *receiving) arrived(x receiver.Arrival) {
	if r.arrivals != nil {
		r.arrivals.record(x)
	}
	if r.json() {
		line, err := json.Marshal(arrival(x))
		if err == nil {
			r.print("%s\n", line)
		}
		return
	}
	color, note := green, "stored"
	switch {
	case x.Status >= http.StatusBadRequest:
		color, note = red, strings.Join(x.Problems, "; ")
	case r.forwardTo != "":
		note = "passed on"
	case !x.New:
		color, note = yellow, "no effect: a repeat, or an event type that the contract does not know"
	}
	event := first(x.Event, "?")
	r.print("%s  %s  %s  %s\n", x.Arrived.Format("15:04:05.000"), r.paint(color, fmt.Sprint(x.Status)),
		reports.Escape(event), reports.Escape(note))
}

// arrival is one delivery in JSON output; the body is kept as it came.
func arrival(x receiver.Arrival) map[string]any {
	return map[string]any{"arrived": x.Arrived, "contract": x.Contract, "event": x.Event, "status": x.Status,
		"new": x.New, "problems": x.Problems, "body": x.Body}
}
