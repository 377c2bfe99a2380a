package main

import (
	"crypto/rand"
	"encoding/binary"
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
	subjects uint64
}

func (p *payloadFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Uint64Var(&p.seed, "seed", 0, "`number` that determines all payloads (default: drawn and printed)")
	f.StringVar(&p.time, "time", "", "the payload clock at the first event, RFC 3339")
	f.StringArrayVar(&p.set, "set", nil, "`path=value` of a field, such as data.customer.company=Acme; repeatable")
	f.StringArrayVar(&p.setNew, "set-new", nil, "`path=value` of a field that the contract does not name; repeatable")
	f.IntVar(&p.count, "count", 1, "`number` of times that each event is made")
	f.Uint64Var(&p.subjects, "subjects", 0, "`number` of customers or devices that the events are about in turn (default: a new one each time)")
}

// exampleTime is the payload clock of commands that send nothing, so that a seed
// alone determines the bytes.
var exampleTime = time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)

// options completes the flags: a seed that was not given is drawn and said.
func (p *payloadFlags) options(a *app, cmd *cobra.Command, clock time.Time, secret mocksender.Secret) (payload.Options, error) {
	if p.count < 1 {
		return payload.Options{}, usagef("--count %d: want at least 1", p.count)
	}
	if !cmd.Flags().Changed("seed") {
		p.seed = drawSeed()
		a.say("seed %d (repeat with --seed %d)", p.seed, p.seed)
	}
	o := payload.Options{Seed: p.seed, Time: clock.UTC().Truncate(time.Second), Subjects: p.subjects, Secret: secret}
	if p.time != "" {
		var err error
		if o.Time, err = time.Parse(time.RFC3339, p.time); err != nil {
			return o, usagef("--time %s: want RFC 3339, such as 2026-01-15T03:00:00Z", p.time)
		}
	}
	p.time = o.Time.Format(time.RFC3339)
	for i, list := range [][]string{p.set, p.setNew} {
		for _, text := range list {
			path, value, ok := strings.Cut(text, "=")
			if !ok || path == "" {
				return o, usagef("--set %q: want path=value", text)
			}
			o.Set = append(o.Set, payload.Setting{Path: path, Value: value, New: i == 1})
		}
	}
	return o, nil
}

// drawSeed draws a seed that is short enough to be typed.
func drawSeed() uint64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it cannot fail
	return uint64(binary.LittleEndian.Uint32(b[:]))
}
