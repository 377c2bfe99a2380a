package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/signature"
	"github.com/hookrig/hookrig/reports"
)

// shapeFlags are those of which a run has one.
var shapeFlags = []string{"rate", "ramp", "steps", "burst", "replay-timing"}

// arrivals reads the flags that say when events are due.
func (l *loading) arrivals() error {
	f := &l.flags
	var given []string
	for i, has := range []bool{f.rate != "", f.ramp != "", f.steps != "", f.burst > 0, f.replay != ""} {
		if has {
			given = append(given, "--"+shapeFlags[i])
		}
	}
	if len(given) != 1 {
		return fmt.Errorf("%s: want one of --%s", cmp.Or(strings.Join(given, " and "), "the rate is missing"), strings.Join(shapeFlags, ", --"))
	}
	problems := []error{oneOf("arrivals", f.arrivals, "constant", "poisson")}
	if f.arrivals == "poisson" && (f.rate == "max" || f.burst > 0 || f.replay != "") {
		problems = append(problems, fmt.Errorf("--arrivals poisson: want a rate that it can be of, not %s", given[0]))
	}
	if f.findMax && (f.rate == "" || f.rate == "max") {
		problems = append(problems, errors.New("--find-max: want --rate, the rate to begin with"))
	}
	if f.findMax && len(f.reports) > 0 {
		problems = append(problems, errors.New("--find-max and --report: a search is many runs, and a record is of one"))
	}
	if f.duration <= 0 {
		problems = append(problems, fmt.Errorf("--duration %s: want more than 0", f.duration))
		f.duration = time.Second // what is left can be read
	}
	return errors.Join(append(problems, l.readShape())...)
}

func (l *loading) readShape() (err error) {
	f := &l.flags
	flag := func(name string, err error) error {
		if err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
		return nil
	}
	switch {
	case f.rate == "max":
		l.what = fmt.Sprintf("as fast as %s take it for %s (a closed loop)", plural(f.connections, "connection"), f.duration)
		return nil
	case f.burst > 0:
		return nil // how many connections there are is known with the policies
	case f.replay != "":
		return flag("replay-timing", l.readTiming())
	case f.ramp != "":
		l.shape, err = load.ParseRamp(f.ramp, f.duration)
		err = flag("ramp", err)
	case f.steps != "":
		l.shape, err = load.ParseSteps(f.steps, f.duration)
		err = flag("steps", err)
	default:
		var rate load.Rate
		rate, err = load.ParseRate(f.rate)
		if err == nil && rate == 0 {
			err = errors.New("rate 0: nothing would be sent")
		}
		l.shape = load.Constant(rate, f.duration)
		err = flag("rate", err)
	}
	if err != nil {
		return err
	}
	l.what = l.shape.String()
	if f.arrivals == "poisson" {
		l.what += ", as a Poisson process"
	}
	return nil
}

// arrivalsOf makes the arrivals of a shape.
func (l *loading) arrivalsOf(shape load.Shape) load.Arrivals {
	if l.flags.arrivals == "poisson" {
		return load.Poisson(shape, l.payload.seed)
	}
	return load.Even(shape)
}

// readTiming reads the moments of first attempts out of a run record.
func (l *loading) readTiming() error {
	data, err := os.ReadFile(l.flags.replay)
	if err != nil {
		return fmt.Errorf("%s: %w", l.flags.replay, cause(err))
	}
	run, err := reports.Read(bytes.NewReader(data))
	if err != nil && !errors.Is(err, reports.ErrTruncated) {
		return fmt.Errorf("%s: %w", l.flags.replay, err)
	}
	var moments []time.Time
	for _, d := range run.Deliveries {
		if len(d.Attempts) > 0 {
			moments = append(moments, d.Attempts[0].Sent)
		}
	}
	if len(moments) == 0 {
		return fmt.Errorf("%s: no delivery in it: want the record of send, receive or verify (that of load has its seconds only)", l.flags.replay)
	}
	l.config.Arrivals = load.Replayed(moments)
	l.lasts = slices.MaxFunc(moments, time.Time.Compare).Sub(slices.MinFunc(moments, time.Time.Compare))
	l.what = fmt.Sprintf("%s as in %s", plural(len(moments), "event"), l.flags.replay)
	return nil
}

// configure puts the engine's configuration together.
func (l *loading) configure(mix []weighted, o payload.Options) error {
	f := &l.flags
	c := load.Config{
		Target: l.to.url, Seed: o.Seed, Header: l.to.header, TLS: l.to.tls, Guard: l.to.guard, Proxy: l.to.proxy, Transport: f.transport,
		Connections: f.connections, MaxConnections: f.maxConnections, MaxInFlight: f.maxInFlight, MaxSlip: f.maxSlip,
		Retries: f.retries, TimeScale: l.to.scale, RetryFor: f.retryFor, Traceparent: f.traceparent,
		Unchecked: len(o.Set) > 0 || o.Profile == payload.Drift, Arrivals: l.config.Arrivals, Observe: l.second,
	}
	if err := f.spoil(&c); err != nil {
		return err
	}
	makers := map[string]*payload.Generator{}
	var problems []error
	for _, w := range mix {
		e, err := l.event(w, o, makers)
		problems, c.Events = append(problems, err), append(c.Events, e)
	}
	if err := payload.Together(problems...); err != nil {
		return err
	}
	l.limit(&c)
	l.config = c
	if err := c.Check(); err != nil {
		return usage(err)
	}
	return nil
}

// limit says when a run begins its events, and when it ends.
func (l *loading) limit(c *load.Config) {
	f := &l.flags
	switch {
	case l.shape != nil:
		c.Arrivals = l.arrivalsOf(l.shape)
	case f.burst > 0:
		c.Count = f.burst
		var why string
		c.Connections, why = l.parallel(c.Events)
		l.what = fmt.Sprintf("%d at once over %s (%s)", f.burst, plural(c.Connections, "connection"), why)
	case f.replay != "" && !l.given("duration"):
		l.what += fmt.Sprintf(", over %s", l.lasts.Round(time.Millisecond))
	default:
		c.Duration = f.duration
		if f.replay != "" {
			l.what += fmt.Sprintf(", those of the first %s", f.duration)
		}
	}
}

// parallel is over how many connections a batch is sent, and why: as many as the user says, or the providers use at once.
func (l *loading) parallel(events []load.Event) (n int, why string) {
	if l.given("connections") {
		return l.flags.connections, "--connections"
	}
	var known, unknown []string
	seen := map[string]bool{}
	for _, e := range events {
		p := e.Policy
		if seen[p.Name] {
			continue
		}
		seen[p.Name] = true
		if p.Parallel.Grade == "" {
			n, unknown = n+load.DefaultConnections, append(unknown, p.Name)
			continue
		}
		n += p.Parallel.Value
		known = append(known, fmt.Sprintf("%s sends %d at once, %s", p.Name, p.Parallel.Value, p.Parallel.Grade))
	}
	if len(unknown) > 0 {
		each := ""
		if len(seen) > 1 {
			each = " each"
		}
		known = append(known, fmt.Sprintf("how many %s sends at once is not known: %d%s, or --connections",
			strings.Join(unknown, " and "), load.DefaultConnections, each))
	}
	return n, strings.Join(known, "; ")
}

// event completes one event of the mix by its contract's policy.
func (l *loading) event(w weighted, o payload.Options, makers map[string]*payload.Generator) (load.Event, error) {
	p, err := l.target.policyFor(w.contract, l.to.secret)
	if err != nil {
		return load.Event{}, err
	}
	name := w.contract.Name()
	l.sayInvented(w.contract, p, w.event.Name)
	if makers[name] == nil {
		o.Signed = p.SignedHeaders()
		if makers[name], err = payload.New(w.contract, o); err != nil {
			return load.Event{}, err
		}
	}
	if _, err := makers[name].Plan(w.event.Name); err != nil {
		return load.Event{}, err
	}
	var auth mocksender.Authenticator
	if p.Authenticates() {
		if auth, err = signature.For(p.Authentication.Value, l.to.secret); err != nil {
			return load.Event{}, usage(fmt.Errorf("policy %s: %w", p.Name, err))
		}
	}
	return load.Event{Name: w.event.Name, Weight: w.weight, Generator: makers[name], Policy: p, Auth: auth}, nil
}

// loadPlan is what would be sent, as JSON.
type loadPlan struct {
	To         string         `json:"to"`
	Arrivals   string         `json:"arrivals"`
	Events     map[string]int `json:"events"` // by name, with their weights
	Thresholds []string       `json:"thresholds"`
	Repeat     string         `json:"repeat"`
}

// plan says what would be sent.
func (l *loading) plan() error {
	p := loadPlan{To: mocksender.Delivery{URL: l.to.url}.Redacted().URL, Arrivals: l.what, Events: map[string]int{}, Repeat: l.repeated}
	total := 0
	for _, e := range l.config.Events {
		p.Events[e.Name] += e.Weight
		total += e.Weight
	}
	for _, t := range l.thresholds {
		p.Thresholds = append(p.Thresholds, t.String())
	}
	if l.json() {
		return l.encode(p)
	}
	l.print("%s to %s\n", p.Arrivals, p.To)
	policy := ""
	for _, e := range l.config.Events {
		if summary := e.Policy.Summary(); summary != policy {
			policy = summary
			l.print("%s\n", l.paint(dim, policy))
		}
		l.print("  %5.1f %%  %s\n", 100*float64(e.Weight)/float64(total), e.Name)
	}
	l.print("must hold %s\n", strings.Join(p.Thresholds, ", "))
	return l.samples(l.stdout)
}

// encode writes JSON in which comparisons can be read.
func (l *loading) encode(v any) error {
	e := json.NewEncoder(l.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// samples prints one body of each event, with --verbose.
func (l *loading) samples(w io.Writer) error {
	if !l.shared.verbose {
		return nil
	}
	for _, e := range l.config.Events {
		m, err := e.Generator.Message(e.Name, 0)
		if err != nil {
			return err
		}
		d := mocksender.Delivery{Message: m}.Redacted(l.to.secret)
		if _, err := fmt.Fprintf(w, "%s\n", reports.Escape(string(d.Message.Body))); err != nil {
			return err
		}
	}
	return nil
}
