package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

// htmlFinding is one cause, with the evidence of its first occurrence.
type htmlFinding struct {
	Number  int
	Verdict harness.Verdict
	Tags    htmlTags
	Theme   string
	Rule    string
	Summary string
	Event   string
	// Times is how often the cause was seen, and Events where, when it was more than once.
	Times      int
	Events     []string
	Want, Got  string
	Place      string
	Why        string
	Source     string
	Instance   string
	Request    *htmlExchange
	Reply      *htmlExchange
	Smallest   *htmlExchange
	Sequence   *htmlSequence
	Commands   []htmlCommand
	Occurrence []htmlOccurrence
	MoreTimes  int
}

// Marks are the kinds of marks in request and reply, for the legend.
func (f *htmlFinding) Marks() []codeMark {
	var all []codeMark
	for _, e := range []*htmlExchange{f.Request, f.Reply, f.Smallest} {
		if e == nil {
			continue
		}
		for _, m := range e.Marks {
			if !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	return all
}

// htmlCommand is a line to paste.
type htmlCommand struct{ Name, Line string }

// htmlOccurrence is one of the times that a cause was seen.
type htmlOccurrence struct {
	Where, Got, Place, Repeat string
	Deliveries                []htmlLink
}

// htmlLink leads to a delivery; N is its number on the page, 0 when it is not there.
type htmlLink struct {
	N  int
	ID string
}

const (
	maxHTMLFindings    = 200
	maxHTMLOccurrences = 200
	maxHTMLCommand     = 32 << 10 // bytes; half a command is worse than none
	maxHTMLText        = 4 << 10  // bytes of one sentence
)

func (x *htmlIndex) findings() (list []htmlFinding, more int) {
	for i, g := range x.groups {
		if i == maxHTMLFindings {
			return list, len(x.groups) - i
		}
		list = append(list, x.finding(i+1, g))
	}
	return list, 0
}

func (x *htmlIndex) finding(number int, g group) htmlFinding {
	f := &g[0]
	v := htmlFinding{
		Number: number, Verdict: f.Verdict, Tags: x.tagsOfGroup(g), Theme: brief(f.Theme), Rule: brief(f.Rule), Summary: headOf(f), Times: len(g),
		Want: brief(f.Want), Got: brief(f.Got), Place: brief(place(f)), Why: brief(f.Why), Source: brief(f.Source), Instance: brief(f.Instance),
		Request: x.request(f), Reply: x.reply(f), Smallest: smallest(f), Sequence: x.sequence(f),
		Commands: commands(f),
	}
	if len(g) == 1 {
		v.Event = brief(f.Event)
	} else {
		for _, e := range g.events() {
			v.Events = append(v.Events, brief(e))
		}
	}
	for i := range g {
		if len(g) == 1 || i == maxHTMLOccurrences {
			v.MoreTimes = len(g) - i
			break
		}
		v.Occurrence = append(v.Occurrence, x.occurrence(&g[i]))
	}
	if len(g) == 1 {
		v.MoreTimes = 0
	}
	return v
}

// headOf is the title: the summary for any event, since the events stand beside it, and without what was got, which
// stands below.
func headOf(f *harness.Finding) string {
	text := f.Summary
	if f.Event != "" {
		if rest, ok := strings.CutPrefix(text, f.Event+" "); ok {
			text = "An event " + rest
		}
	}
	if cut, ok := strings.CutSuffix(text, ": "+f.Got); ok && f.Got != "" {
		text = cut
	}
	return brief(text)
}

// brief is a sentence of bounded length.
func brief(text string) string { return shorten(sentence(text), maxHTMLText) }

func (x *htmlIndex) tagsOfGroup(g group) htmlTags {
	var themes, events, vs []int
	for i := range g {
		themes = append(themes, x.themes.of(g[i].Theme))
		events = append(events, x.events.of(g[i].Event))
		vs = append(vs, slices.Index(verdicts(), g[i].Verdict))
	}
	return tags(themes, events, vs)
}

// smallest shows the smallest payload that is still refused, and what in it matters.
func smallest(f *harness.Finding) *htmlExchange {
	if f.Smallest == "" {
		return nil
	}
	head, body, _ := strings.Cut(f.Smallest, "\n")
	e := exchangeOf("Smallest payload that is still refused", nil, body, placesIn(f.Smallest))
	e.Lines = slices.DeleteFunc(e.Lines, func(l codeLine) bool { return len(l.Parts) == 0 })
	e.Note = brief(head)
	return e
}

func commands(f *harness.Finding) []htmlCommand {
	var list []htmlCommand
	for _, c := range []htmlCommand{{"hookrig", f.Repeat}, {"curl", f.Curl}} {
		if c.Line = Escape(c.Line); c.Line != "" && len(c.Line) <= maxHTMLCommand {
			list = append(list, c)
		}
	}
	return list
}

func (x *htmlIndex) occurrence(f *harness.Finding) htmlOccurrence {
	where := first(f.Event, f.Scenario)
	o := htmlOccurrence{Where: brief(where), Got: brief(f.Got), Place: brief(place(&harness.Finding{Pos: f.Pos}))}
	if line := Escape(f.Repeat); len(line) <= maxHTMLCommand/8 {
		o.Repeat = line
	}
	for n, id := range f.Deliveries {
		if n == maxHTMLLanes {
			o.Deliveries = append(o.Deliveries, htmlLink{ID: fmt.Sprintf("and %d more", len(f.Deliveries)-n)})
			break
		}
		o.Deliveries = append(o.Deliveries, x.link(id))
	}
	return o
}

func (x *htmlIndex) link(id string) htmlLink {
	l := htmlLink{ID: brief(id)}
	if i, known := x.delivery[id]; known {
		l.N = i + 1
	}
	return l
}

// Anchor is the number in the delivery's anchor.
func (l htmlLink) Anchor() int { return l.N - 1 }
