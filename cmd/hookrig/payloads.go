package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// payloadFlags choose which payloads are made.
type payloadFlags struct {
	seed     uint64
	time     string
	set      []string
	setNew   []string
	count    int
	number   int64
	subjects uint64
	profile  string
	examples bool
	drawn    bool // nobody gave a seed
}

func (p *payloadFlags) register(cmd *cobra.Command) {
	p.registerValues(cmd)
	f := cmd.Flags()
	f.IntVar(&p.count, "count", 1, "`number` of times that each event is made")
	f.Int64Var(&p.number, "number", -1, "make only event `N` of the run, as a repeat line names it; 0 is the first")
	cmd.MarkFlagsMutuallyExclusive("count", "number")
}

// registerValues adds the flags that say what is in the payloads, and not how many there are.
func (p *payloadFlags) registerValues(cmd *cobra.Command) {
	p.count, p.number = 1, -1
	f := cmd.Flags()
	f.Uint64Var(&p.seed, "seed", 0, "`number` that determines all payloads (default: drawn and printed)")
	f.StringVar(&p.time, "time", "", "the payload clock at the first event, RFC 3339")
	f.Uint64Var(&p.subjects, "subjects", 0, "`number` of customers or devices that the events are about in turn (default: a new one each time)")
	p.registerShape(cmd)
}

// registerShape adds the flags that say which values a payload has.
func (p *payloadFlags) registerShape(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&p.set, "set", nil, "`path=value` of a field, such as data.customer.company=Acme; repeatable")
	f.StringArrayVar(&p.setNew, "set-new", nil, "`path=value` of a field that the contract does not name; repeatable")
	f.StringVar(&p.profile, "profile", "", "which valid payloads: `name` of typical, minimal, full, boundary, sparse or drift (default typical)")
	must(cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, known := range payload.Profiles() {
			names = append(names, string(known))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}))
	f.BoolVar(&p.examples, "examples", false, "use the document's own examples and defaults where they are valid and nothing says how a value is made")
}

// exampleTime is the payload clock of commands that send nothing, so that a seed
// alone determines the bytes.
var exampleTime = time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)

// announce says what repeats a run whose seed was drawn.
func (p *payloadFlags) announce(a *app) {
	if p.drawn {
		a.say("seed %d, time %s", p.seed, p.time)
	}
}

// options completes the flags: a seed that was not given is drawn.
func (p *payloadFlags) options(cmd *cobra.Command, clock time.Time, secret mocksender.Secret) (payload.Options, error) {
	var problems []error
	if p.count < 1 {
		problems = append(problems, fmt.Errorf("--count %d: want at least 1", p.count))
	}
	if cmd.Flags().Changed("number") && p.number < 0 {
		problems = append(problems, fmt.Errorf("--number %d: want 0 or more", p.number))
	}
	o := payload.Options{Time: clock.UTC().Truncate(time.Second), Subjects: p.subjects, Secret: secret, Examples: p.examples}
	profile, err := payload.ParseProfile(p.profile)
	if err != nil {
		problems = append(problems, fmt.Errorf("--profile: %w", err))
	}
	o.Profile = profile
	if p.time != "" {
		if o.Time, err = time.Parse(time.RFC3339, p.time); err != nil {
			problems = append(problems, fmt.Errorf("--time %s: want RFC 3339, such as 2026-01-15T03:00:00Z", p.time))
		}
	}
	p.time = o.Time.Format(time.RFC3339)
	for _, list := range []struct {
		flag  string
		texts []string
	}{{"set", p.set}, {"set-new", p.setNew}} {
		for _, text := range list.texts {
			path, value, ok := strings.Cut(text, "=")
			if !ok || path == "" {
				problems = append(problems, fmt.Errorf("--%s %q: want path=value", list.flag, text))
			}
			o.Set = append(o.Set, payload.Setting{Path: path, Value: value, New: list.flag == "set-new"})
		}
	}
	if err := errors.Join(problems...); err != nil {
		return o, usage(err)
	}
	if !cmd.Flags().Changed("seed") {
		p.seed, p.drawn = drawSeed(), true
	}
	o.Seed = p.seed
	return o, nil
}

// spot is where an event stands in a run: its round, its number over all, and
// which of the events that were asked for it is.
type spot struct {
	round, number uint64
	index         int
}

// spots lists the run's events in order: in every round each event that was asked
// for once, or only the one that --number names.
func (p *payloadFlags) spots(events int) iter.Seq[spot] {
	return func(yield func(spot) bool) {
		if p.number >= 0 {
			yield(spotOf(uint64(p.number), events))
			return
		}
		for n := range uint64(p.count) * uint64(events) { //nolint:gosec // both are at least 1
			if !yield(spotOf(n, events)) {
				return
			}
		}
	}
}

// spotOf is where event number n stands in a run of so many events.
func spotOf(n uint64, events int) spot {
	return spot{n / uint64(events), n, int(n % uint64(events))} //nolint:gosec // at least one event
}

// drawSeed draws a seed that is short enough to be typed.
func drawSeed() uint64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it cannot fail
	return uint64(binary.LittleEndian.Uint32(b[:]))
}
