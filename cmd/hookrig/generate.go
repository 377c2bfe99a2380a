package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

func newGenerate(a *app) *cobra.Command {
	var p payloadFlags
	var pretty, invalid bool
	var secret secretFlags
	cmd := &cobra.Command{
		Use:   "generate EVENT…",
		Short: "Print payloads, one JSON document per line",
		Long: `generate prints payloads to stdout, one JSON document per line. An event is named by its
name, a part that only it has, or a pattern such as 'billing:*'. With several events, those
of one round are about the same customer or device.

Where a body carries the secret, an example stands for it, unless --secret or --secret-file
is on the command line.

--invalid breaks each payload in exactly one place, and --profile drift changes it as a provider
may tomorrow; what was done is said on stderr, or beside the payload with --output json.

The same --seed and --time make the same bytes. Without --time the payload clock stands at
` + exampleTime.Format("2006-01-02T15:04:05Z") + `.`,
		Example: `  hookrig generate customer.nightly --seed 7
  hookrig generate 'billing:*' --count 100 | hookrig validate -`,
		Args:              needArgs("EVENT: missing, the name of an event (hookrig events lists them)"),
		ValidArgsFunction: a.completeEvents,
		RunE: func(cmd *cobra.Command, args []string) error {
			contracts, err := a.loadContracts()
			if err != nil {
				return err
			}
			events, err := chooseEvents(contracts, args)
			if err != nil {
				return err
			}
			token, err := secret.orInvented(a)
			if err != nil {
				return err
			}
			o, err := p.options(cmd, exampleTime, token)
			if err != nil {
				return err
			}
			if invalid || o.Profile == payload.Drift {
				p.announce(a)
				return a.generateChanged(cmd.Context(), events, o, p.spots(len(events)), invalid)
			}
			plans, err := compile(events, o)
			if err != nil {
				return err
			}
			p.announce(a)
			return generate(cmd.Context(), a.stdout, plans, o, p.spots(len(events)), pretty)
		},
	}
	p.register(cmd)
	secret.register(cmd)
	cmd.Flags().BoolVar(&pretty, "pretty", false, "indent, one member per line")
	cmd.Flags().BoolVar(&invalid, "invalid", false, "break each payload in exactly one place, in turn in every one")
	cmd.MarkFlagsMutuallyExclusive("invalid", "profile")
	cmd.MarkFlagsMutuallyExclusive("invalid", "pretty")
	return cmd
}

func compile(events []chosen, o payload.Options) ([]*payload.Plan, error) {
	plans, problems := make([]*payload.Plan, len(events)), make([]error, len(events))
	for i, e := range events {
		plans[i], problems[i] = payload.Compile(e.contract, e.event.Name, o)
	}
	return plans, payload.Together(problems...)
}

// generate writes the events at the spots of a run.
func generate(ctx context.Context, w io.Writer, plans []*payload.Plan, o payload.Options, spots iter.Seq[spot], pretty bool) error {
	out := bufio.NewWriterSize(w, 1<<16)
	s := &payload.Subject{Time: o.Time}
	var line []byte
	for at := range spots {
		s.Number, s.Event = subjectAt(at, o), at.number
		if line = plans[at.index].Append(line[:0], s); pretty {
			line = indented(line)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return brokenPipe(err)
		}
		if ctx.Err() != nil {
			break // what was made is printed
		}
	}
	if err := out.Flush(); err != nil {
		return brokenPipe(err)
	}
	return ctx.Err()
}

// subjectAt is what the event at a spot is about: every round has a subject of
// its own, or takes its turn.
func subjectAt(at spot, o payload.Options) uint64 {
	if o.Subjects > 0 {
		return at.round % o.Subjects
	}
	return at.round
}

func indented(line []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, line, "", "  ") != nil {
		return line // a body that is not JSON stays as it is
	}
	return b.Bytes()
}

// messageAt makes the event at a spot of the run, as generate does.
func messageAt(g *payload.Generator, event string, at spot, o payload.Options) (mocksender.Message, error) {
	return g.MessageAbout(event, payload.Subject{Number: subjectAt(at, o), Event: at.number, Time: o.Time})
}
