package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

func newGenerate(a *app) *cobra.Command {
	var p payloadFlags
	var pretty bool
	var secret secretFlags
	cmd := &cobra.Command{
		Use:   "generate EVENT…",
		Short: "Print payloads, one JSON document per line",
		Long: `generate prints payloads to stdout, one JSON document per line. An event is named by its
name, a part that only it has, or a pattern such as 'billing:*'. With several events, those
of one round are about the same customer or device.

The same --seed and --time make the same bytes. Without --time the payload clock stands at
` + exampleTime.Format("2006-01-02T15:04:05Z") + `.`,
		Example: `  hookrig generate customer.nightly --seed 7
  hookrig generate 'billing:*' --count 100 | hookrig validate -`,
		Args:              cobra.MinimumNArgs(1),
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
			o, err := p.options(a, cmd, exampleTime, token)
			if err != nil {
				return err
			}
			return generate(cmd.Context(), a.stdout, events, o, p.count, pretty)
		},
	}
	p.register(cmd)
	secret.register(cmd)
	cmd.Flags().BoolVar(&pretty, "pretty", false, "indent, one member per line")
	return cmd
}

// generate writes count rounds of the events.
func generate(ctx context.Context, w io.Writer, events []chosen, o payload.Options, count int, pretty bool) error {
	plans := make([]*payload.Plan, len(events))
	for i, e := range events {
		var err error
		if plans[i], err = payload.Compile(e.contract, e.event.Name, o); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(w, 1<<16)
	s := &payload.Subject{Time: o.Time}
	var line []byte
	for round := range uint64(count) { //nolint:gosec // at least 1
		s.Number = round
		if o.Subjects > 0 {
			s.Number %= o.Subjects
		}
		for _, plan := range plans {
			if line = plan.Append(line[:0], s); pretty {
				line = indented(line)
			}
			if _, err := out.Write(append(line, '\n')); err != nil {
				return brokenPipe(err)
			}
			s.Event++
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

func indented(line []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, line, "", "  ") != nil {
		return line // a body that is not JSON stays as it is
	}
	return b.Bytes()
}

// messageOf makes event number n about its subject, as generate does.
func messageOf(g *payload.Generator, event string, round, n uint64, o payload.Options) (mocksender.Message, error) {
	s := payload.Subject{Number: round, Event: n, Time: o.Time}
	if o.Subjects > 0 {
		s.Number %= o.Subjects
	}
	return g.MessageAbout(event, s)
}
