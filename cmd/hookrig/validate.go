package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
)

func newValidate(a *app) *cobra.Command {
	var event string
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Check recorded or hand-written payloads against the contract",
		Long: `validate reads JSON payloads, one after the other, from files or from stdin (-), and checks
each against the contract. It tells the event by the payload's constants; --event names it
where there are none. Lines of a run record are understood: the payload in each delivery is checked.`,
		Example: `  hookrig generate customer.nightly --count 1000 | hookrig validate -
  hookrig validate payload.json --contract zipit`,
		Args: needArgs("FILE: missing, - reads stdin"),
		RunE: func(_ *cobra.Command, args []string) error {
			contracts, err := a.loadContracts()
			if err != nil {
				return err
			}
			if event == "" {
				a.sayUnusable(contracts...)
			}
			v, err := newChecker(contracts, event)
			if err != nil {
				return err
			}
			for _, name := range args {
				if err := v.file(a, name); err != nil {
					return err
				}
			}
			return v.report(a)
		},
	}
	cmd.Flags().StringVar(&event, "event", "", "`name` of the event that all payloads are")
	must(cmd.RegisterFlagCompletionFunc("event", a.completeEvents))
	return cmd
}

// checker counts what fits and keeps what does not.
type checker struct {
	contracts []*contract.Contract
	detectors []*receiver.Detector
	only      *chosen
	valid     int
	invalid   []misfit
	begun     map[string]int // how many payloads of a delivery of a record were checked while it was under way
}

// misfit is a payload that does not fit, and where it was read.
type misfit struct {
	File       string               `json:"file"`
	Line       int                  `json:"line"`
	Event      string               `json:"event,omitempty"`
	Violations []contract.Violation `json:"violations"`
}

func newChecker(contracts []*contract.Contract, event string) (*checker, error) {
	v := &checker{contracts: contracts}
	if event != "" {
		found, err := chooseEvents(contracts, []string{event})
		if err != nil {
			return nil, err
		}
		v.only = &found[0]
		return v, nil
	}
	for _, c := range contracts {
		d, err := receiver.NewDetector(c)
		if err != nil {
			return nil, err
		}
		v.detectors = append(v.detectors, d)
	}
	return v, nil
}

func (v *checker) file(a *app, name string) error {
	if name == "-" {
		return v.stream("stdin", a.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return usagef("%s: %w", name, cause(err))
	}
	defer func() { _ = f.Close() }() // it was only read
	return v.stream(name, f)
}

// stream checks JSON documents that follow one another, however they are laid out.
func (v *checker) stream(name string, r io.Reader) error {
	v.begun = map[string]int{}
	lines := &lineCounter{}
	d := json.NewDecoder(bufio.NewReaderSize(io.TeeReader(r, lines), 1<<16))
	for {
		var body json.RawMessage
		err := d.Decode(&body)
		line := lines.at(d.InputOffset() - int64(len(body)))
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			v.invalid = append(v.invalid, misfit{File: name, Line: lines.at(d.InputOffset()), Violations: []contract.Violation{
				{Rule: "json", Message: "not JSON: " + err.Error()}}})
			return nil // what follows cannot be told apart
		}
		v.document(name, line, body)
	}
}

// document checks a payload, or the payload inside a line of a run record.
func (v *checker) document(name string, line int, body []byte) {
	var record struct {
		Kind     string
		Delivery *struct {
			ID      string
			Message struct {
				Event struct{ Type string }
				Body  []byte
			}
			Attempts []struct{ Body []byte }
		}
	}
	if json.Unmarshal(body, &record) == nil && record.Kind != "" {
		if d := record.Delivery; d != nil {
			bodies := [][]byte{d.Message.Body}
			for _, a := range d.Attempts {
				if a.Body != nil { // made anew
					bodies = append(bodies, a.Body)
				}
			}
			for _, body := range bodies[min(v.begun[d.ID], len(bodies)):] {
				v.payload(name, line, body)
			}
			if record.Kind == "progress" { // it comes again with every attempt, and when it has settled
				v.begun[d.ID] = len(bodies)
			}
		}
		if record.Delivery != nil || recordKinds[record.Kind] {
			return
		}
	}
	v.payload(name, line, body)
}

// recordKinds are the lines of a run record that hold no payload.
var recordKinds = map[string]bool{"header": true, "finding": true, "scenario": true, "summary": true}

func (v *checker) payload(name string, line int, body []byte) {
	c, event := v.eventOf(body)
	if event == "" {
		v.invalid = append(v.invalid, misfit{File: name, Line: line, Violations: []contract.Violation{
			{Rule: "event", Message: "no event of the contract looks like this; --event names it"}}})
		return
	}
	if violations := c.CheckPayload(event, nil, body); len(violations) > 0 {
		v.invalid = append(v.invalid, misfit{File: name, Line: line, Event: event, Violations: violations})
		return
	}
	v.valid++
}

func (v *checker) eventOf(body []byte) (*contract.Contract, string) {
	if v.only != nil {
		return v.only.contract, v.only.event.Name
	}
	for i, d := range v.detectors {
		if event := d.Event(body); event != "" {
			return v.contracts[i], event
		}
	}
	return nil, ""
}

// report prints the counts first and then each payload that does not fit.
func (v *checker) report(a *app) error {
	if a.json() {
		if err := json.NewEncoder(a.stdout).Encode(map[string]any{"valid": v.valid, "invalid": len(v.invalid), "misfits": v.invalid}); err != nil {
			return err
		}
	} else if err := v.print(a.stdout); err != nil {
		return err
	}
	switch {
	case len(v.invalid) > 0:
		return ended(exitFindings)
	case v.valid == 0:
		a.say("hookrig: nothing to check")
		return ended(exitUnreachable)
	}
	return nil
}

func (v *checker) print(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d valid", v.valid)
	if len(v.invalid) > 0 {
		fmt.Fprintf(&b, ", %d invalid", len(v.invalid))
	}
	b.WriteByte('\n')
	for _, m := range v.invalid {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Event)))
		for _, violation := range m.Violations {
			fmt.Fprintf(&b, "  %s: %s", orRoot(violation.Instance), violation.Message)
			if violation.Pos.Line > 0 {
				fmt.Fprintf(&b, " (%s)", violation.Pos)
			}
			b.WriteByte('\n')
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func orRoot(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}

// lineCounter remembers where lines end in what was read through it.
type lineCounter struct {
	offset int64
	ends   []int64
	passed int
}

// Write notes the line ends of p.
func (l *lineCounter) Write(p []byte) (int, error) {
	for i, c := range p {
		if c == '\n' {
			l.ends = append(l.ends, l.offset+int64(i))
		}
	}
	l.offset += int64(len(p))
	return len(p), nil
}

// at returns the line of an offset; offsets must not go back.
func (l *lineCounter) at(offset int64) int {
	n := 0
	for n < len(l.ends) && l.ends[n] < offset {
		n++
	}
	l.ends, l.passed = l.ends[n:], l.passed+n
	return l.passed + 1
}
