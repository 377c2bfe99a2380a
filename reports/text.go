package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

// TextOptions says how [Text] prints.
type TextOptions struct {
	// Color adds ANSI colours. Whether the terminal wants them is the caller's to know.
	Color bool
	// Width is the terminal's width in columns; 0 is 80, and less than 40 is taken as 40.
	Width int
	// Verbose prints exchanges in full, every occurrence of a finding, and lists
	// all scenarios and deliveries.
	Verbose bool
}

const (
	labelWidth = 10 // "contract" and two spaces
	// eventLimit and blockLimit keep one finding on one screen, unless Verbose.
	eventLimit = 6
	blockLimit = 12
)

// Text writes a run for a person at a terminal: the verdict first, then the
// findings, those of one cause together, each with its evidence and the lines that
// repeat it, and last the line that repeats the run. Lines fit opts.Width, except
// for long arguments of a command and that last line, which can be pasted whole.
//
// The error is w's.
func Text(w io.Writer, run harness.Run, opts TextOptions) error {
	run = runWithoutSecrets(run)
	p := newPage(opts)
	p.headline(&run)
	for i, g := range groups(&run) {
		p.finding(i+1, g, opts.Verbose)
	}
	if opts.Verbose {
		p.scenarios(run.Scenarios)
		p.deliveries(run.Deliveries)
	}
	if run.Header.Repeat != "" {
		p.line("")
		p.line(p.paint(dim, "repeat the run:") + " " + Escape(run.Header.Repeat)) // one line, whatever its length
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

func (p *page) headline(run *harness.Run) {
	verdict := run.Verdict()
	label := word(verdict)
	indent := len(label) + 2
	p.hang(0, label, verdictStyle(verdict), indent, wrapParts(headline(run), p.width-indent), bold)
	p.hang(indent, "", plain, 0, wrapParts(circumstances(run), p.width-indent), dim)
	if text := unchecked(run); text != "" {
		p.line("")
		p.hang(0, "", plain, 0, wrap(text, p.width), plain)
	}
}

// finding prints one cause.
func (p *page) finding(number int, g group, verbose bool) {
	f := &g[0]
	p.line("")
	indent := len(strconv.Itoa(number)) + 2
	label := word(f.Verdict)
	head := p.paint(dim, strconv.Itoa(number)) + "  " + p.paint(verdictStyle(f.Verdict), label) + "  "
	brief := f.Verdict == harness.Inconclusive && !verbose
	text := sentence(f.Rule) + ": " + sentence(f.Summary)
	if brief {
		text = sentence(f.Summary)
	}
	title := wrap(text, p.width-indent-len(label)-2)
	for i, text := range title {
		if i == 0 {
			p.line(head + p.paint(bold, text))
		} else {
			p.line(strings.Repeat(" ", indent+len(label)+2) + p.paint(bold, text))
		}
	}
	p.extent(indent, g, verbose)
	if brief { // nothing was seen of the receiver that would be evidence
		p.field(indent, "rules", strings.Join(g.rules(), ", "))
		return
	}
	p.line("")
	p.facts(indent, g, verbose)
	p.exchange(indent, f, verbose)
	p.repeat(indent, f)
	if verbose && len(g) > 1 {
		p.occurrences(indent, g)
	}
}

// extent prints where the cause was seen.
func (p *page) extent(indent int, g group, verbose bool) {
	limit := eventLimit
	if verbose {
		limit = len(g)
	}
	text := g.extent(limit)
	if text == "" {
		text = g[0].Event
	}
	p.hang(indent, "", plain, 0, wrap(sentence(text), p.width-indent), plain)
}

// facts prints what was wanted and what was seen, and where the contract says so.
func (p *page) facts(indent int, g group, verbose bool) {
	f := &g[0]
	p.field(indent, "want", f.Want)
	got := f.Got
	if n := g.otherGots(); n > 0 && !verbose {
		got += fmt.Sprintf(" (the first of %d different observations: -v lists them)", n+1)
	}
	p.field(indent, "got", got)
	p.field(indent, "contract", place(f))
	p.field(indent, "why", f.Why)
	p.field(indent, "source", f.Source)
}

// place is where the contract asks for what was broken: "file:line pointer".
func place(f *harness.Finding) string {
	if f.Pos.Line == 0 {
		return f.Pointer
	}
	return strings.TrimSpace(fmt.Sprintf("%s:%d %s", f.Pos.File, f.Pos.Line, f.Pointer))
}

func (p *page) field(indent int, label, text string) {
	p.hang(indent, label, dim, labelWidth, wrap(sentence(text), p.width-indent-labelWidth), plain)
}

// exchange prints what was sent and what came back, and the smallest payload that is answered so.
func (p *page) exchange(indent int, f *harness.Finding, verbose bool) {
	for _, part := range []struct{ label, text string }{{"sent", f.Sent}, {"received", f.Received}, {"smallest", f.Smallest}} {
		if lines := p.block(part.text, p.width-indent-labelWidth, verbose); len(lines) > 0 {
			p.line("")
			p.hang(indent, part.label, dim, labelWidth, lines, plain)
		}
	}
}

// block cuts an exchange into lines that fit, and shortens it unless verbose.
func (p *page) block(text string, width int, verbose bool) []string {
	var lines []string
	for _, line := range visibleLines(text) {
		lines = append(lines, cut(line, width)...)
	}
	if rest := len(lines) - blockLimit; rest > 1 && !verbose {
		lines = append(lines[:blockLimit:blockLimit], p.paint(dim, fmt.Sprintf("… %d more lines (-v)", rest)))
	}
	return lines
}

// repeat prints the commands that show the case again.
func (p *page) repeat(indent int, f *harness.Finding) {
	label := "repeat"
	for _, command := range []string{f.Repeat, f.Curl} {
		if command == "" {
			continue
		}
		if label != "" {
			p.line("")
		}
		p.hang(indent, label, dim, labelWidth, wrapCommand(Escape(command), p.width-indent-labelWidth), plain)
		label = ""
	}
}

// occurrences lists every finding of the cause.
func (p *page) occurrences(indent int, g group) {
	p.line("")
	label := "each"
	for i := range g {
		name := g[i].Event
		if name == "" {
			name = g[i].Scenario
		}
		text := sentence(name + ": " + g[i].Got)
		if at := place(&harness.Finding{Pos: g[i].Pos}); at != "" {
			text += " · " + sentence(at)
		}
		if ids := g[i].Deliveries; len(ids) > 0 {
			text += " · " + sentence(strings.Join(ids, ", "))
		}
		p.hang(indent, label, dim, labelWidth, wrap(text, p.width-indent-labelWidth), plain)
		label = ""
	}
}
