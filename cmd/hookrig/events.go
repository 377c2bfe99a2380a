package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func newEvents(a *app) *cobra.Command {
	var policyName string
	var check, prove bool
	var states string
	cmd := &cobra.Command{
		Use:   "events [EVENT]",
		Short: "List the contract's events, or describe one",
		Long: `events lists the events of the contracts. With a name it describes one: its fields, which of
them must agree, how the provider delivers it, and which facts are assumptions of ours.

--check lists what is wrong with the document itself. --prove makes 64 payloads of each event and
profile and has another validator judge them than the one that every plan proves itself by.

--states prints the life of an endpoint at the provider: when it stops, what is held then, and
what starts it again; --states=mermaid draws it.`,
		Example: `  hookrig events
  hookrig events customer.nightly
  hookrig events --check --prove --contract mine.yaml
  hookrig events --states --policy zipit`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeEvents,
		RunE: func(cmd *cobra.Command, args []string) error {
			contracts, err := a.loadContracts()
			if err != nil {
				return err
			}
			if check || prove {
				return a.judgeContracts(cmd.Context(), contracts, policyName, check, prove)
			}
			if states != "" {
				return a.showStates(contracts, policyName, states)
			}
			if len(args) == 0 {
				return a.listEvents(contracts)
			}
			found, err := chooseEvents(contracts, args)
			if err != nil {
				return err
			}
			for _, e := range found {
				if err := a.describeEvent(e, policyName); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "list the faults of the contract itself, its examples among them")
	cmd.Flags().BoolVar(&prove, "prove", false, "have libopenapi-validator judge 64 payloads of each event and profile")
	cmd.Flags().StringVar(&states, "states", "", "print the life of an endpoint: `table` or mermaid")
	cmd.Flags().Lookup("states").NoOptDefVal = statesTable
	cmd.Flags().StringVar(&policyName, "policy", "", "delivery policy to describe: `name` or file (default: the contract's)")
	return cmd
}

// listedEvent is an event in JSON output.
type listedEvent struct {
	Contract   string `json:"contract"`
	Event      string `json:"event"`
	Method     string `json:"method"`
	MediaType  string `json:"mediaType,omitempty"`
	Summary    string `json:"summary,omitempty"`
	Assumption string `json:"assumption,omitempty"`
	Source     string `json:"source"`
}

func listed(c *contract.Contract, e contract.EventType) listedEvent {
	return listedEvent{c.Name(), e.Name, e.Method, e.MediaType, e.Summary, e.Assumption, e.Pos.String()}
}

func (a *app) listEvents(contracts []*contract.Contract) error {
	if a.json() {
		out := json.NewEncoder(a.stdout)
		for _, c := range contracts {
			for _, e := range c.Events() {
				if err := out.Encode(listed(c, e)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	assumed := false
	for i, c := range contracts {
		if i > 0 {
			_, _ = fmt.Fprintln(w)
		}
		_, _ = fmt.Fprintf(w, "%s (%s)\n", c.Title(), c.Name())
		for _, e := range c.Events() {
			mark := ""
			if e.Assumption != "" {
				mark, assumed = " *", true
			}
			_, _ = fmt.Fprintf(w, "  %s\t%s%s\n", e.Name, e.Summary, mark)
		}
	}
	if assumed {
		_, _ = fmt.Fprintln(w, "\n* the provider does not publish the body: it is an assumption (hookrig events EVENT says why)")
	}
	return w.Flush() // the writer keeps the first error
}

// description is one event in JSON output.
type description struct {
	listedEvent
	Fields  []field        `json:"fields"`
	Replies string         `json:"replies"`
	Policy  string         `json:"policy"`
	Facts   []policy.Entry `json:"facts"`
}

func (a *app) describeEvent(e chosen, policyName string) error {
	fields, err := fieldsOf(e.contract, e.event.Name)
	if err != nil {
		return err
	}
	p, err := policyOf(e.contract, policyName)
	if err != nil {
		return err
	}
	replies, pos := e.contract.ReplyRule(e.event.Name)
	if a.json() {
		return json.NewEncoder(a.stdout).Encode(description{listed(e.contract, e.event), fields, replies, p.Name, p.Facts()})
	}
	columns := readable
	if n := width(a.stdout); n > 0 {
		columns = min(max(n, 40), readable)
	}
	w := &prose{w: a.stdout, width: columns}
	w.line("%s · %s", e.event.Name, e.contract.Title())
	w.text(e.event.Description)
	if e.event.Assumption != "" {
		w.text("ASSUMPTION: " + e.event.Assumption)
	}
	w.line("")
	w.line("sent      %s, %s", e.event.Method, first(e.event.MediaType, "no body"))
	w.line("answer    %s (%s)", replies, pos)
	w.line("contract  %s", e.event.Pos)
	w.line("")
	w.line("fields, * is an assumption")
	w.table(fieldRows(fields))
	w.line("")
	w.line("delivery by the policy %s", p.Name)
	w.facts(p.Facts())
	return w.err
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// field is one place of an event's payload.
type field struct {
	Path       string `json:"path"`
	Type       string `json:"type"`
	Relation   string `json:"relation,omitempty"`
	Assumption bool   `json:"assumption,omitempty"`
	depth      int
}

func fieldRows(fields []field) [][]string {
	rows := make([][]string, len(fields))
	for i, f := range fields {
		name := strings.Repeat("  ", f.depth) + f.Path[strings.LastIndexByte(f.Path, '.')+1:]
		if f.Assumption {
			name += " *"
		}
		rows[i] = []string{name, f.Type, f.Relation}
	}
	return rows
}

// readable is the longest line of text, in characters.
const readable = 100

// prose prints lines and tables and keeps the first error.
type prose struct {
	w     io.Writer
	width int
	err   error
}

func (p *prose) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *prose) text(text string) {
	if text = strings.TrimSpace(text); text != "" {
		p.line("%s", wrap(text, p.width))
	}
}

func (p *prose) table(rows [][]string) {
	if p.err != nil {
		return
	}
	w := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, "  "+strings.TrimRight(strings.Join(row, "\t"), "\t")) // Flush keeps the error
	}
	p.err = w.Flush()
}

// facts prints each value with its grade, and below it where it comes from.
func (p *prose) facts(facts []policy.Entry) {
	column := 0
	for _, f := range facts {
		column = max(column, len(f.Name))
	}
	for _, f := range facts {
		why := f.Source
		if f.Grade == "assumption" || why == "" {
			why = f.Reason
		}
		name := strings.ReplaceAll(f.Name, "_", " ")
		for line := range strings.SplitSeq(wrap(fmt.Sprintf("%s (%s)", f.Value, f.Grade), p.width-column-4), "\n") {
			p.line("  %-*s  %s", column, name, line)
			name = ""
		}
		for line := range strings.SplitSeq(wrap(why, p.width-column-6), "\n") {
			p.line("  %-*s    %s", column, "", line)
		}
	}
}

// wrap breaks text into lines of at most width characters.
func wrap(text string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		if column > 0 && column+1+len(word) > width {
			b.WriteByte('\n')
			column = 0
		}
		if column > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
