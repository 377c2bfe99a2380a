package main

import (
	"fmt"
	"io"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/scenarios"
)

const (
	// progressPace is how often the line on a terminal changes, quietPace how often a line comes where there is none:
	// often enough that a CI system does not take the run for dead, seldom enough for a log.
	progressPace = 100 * time.Millisecond
	quietPace    = 10 * time.Second
)

// verifyProgress tells how far a run is: on a terminal in one line that changes and goes away, elsewhere in plain lines.
type verifyProgress struct {
	w        io.Writer
	now      func() time.Time
	terminal bool
	total    int // scenarios that will run, 0 when that is not known
	done     int
	failed   int
	told     time.Time
	shown    bool // a line stands on the terminal
}

// newProgress returns nil when nobody wants to know. The records of several processes come all at once, at the end.
func (v *verifying) newProgress() *verifyProgress {
	if v.shared.quiet || v.worker != nil || v.procs > 1 {
		return nil
	}
	_, ci := v.getenv("CI")
	return &verifyProgress{w: v.stderr, now: v.now, terminal: isTerminal(v.stderr) && !ci, told: v.now()}
}

// expect counts the scenarios that will run.
func (p *verifyProgress) expect(config scenarios.Config) {
	if p == nil {
		return
	}
	if all, err := scenarios.List(config); err == nil { // what is wrong with it, the run will say
		p.total = len(all)
	}
}

// follow counts the scenarios that come by, and passes each record on.
func (p *verifyProgress) follow(next func(harness.Record)) func(harness.Record) {
	if p == nil {
		return next
	}
	return func(record harness.Record) {
		if next != nil {
			next(record)
		}
		switch {
		case record.Summary != nil:
			p.clear()
		case record.Scenario != nil:
			p.done++
			if record.Scenario.Verdict == harness.Fail {
				p.failed++
			}
			p.tell()
		}
	}
}

// tell says how far it is, when it is time to.
func (p *verifyProgress) tell() {
	pace := quietPace
	if p.terminal {
		pace = progressPace
	}
	if p.now().Sub(p.told) < pace {
		return
	}
	p.told = p.now()
	text := fmt.Sprintf("%s done", plural(p.done, "scenario"))
	if p.total > 0 {
		text = fmt.Sprintf("%d of %s done", p.done, plural(p.total, "scenario"))
	}
	if p.failed > 0 {
		text += fmt.Sprintf(", %d failed", p.failed)
	}
	if !p.terminal {
		_, _ = fmt.Fprintln(p.w, text) // nobody is left to tell
		return
	}
	_, _ = fmt.Fprint(p.w, "\r\x1b[K"+text)
	p.shown = true
}

// clear takes the line away, for what is printed next.
func (p *verifyProgress) clear() {
	if p.shown {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
