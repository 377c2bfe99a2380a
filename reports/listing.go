package reports

import (
	"fmt"
	"strconv"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// scenarios lists every scenario with its verdict and how long it took.
func (p *page) scenarios(list []harness.Scenario) {
	const column = len("inconclusive") + 2
	const timeColumn = 8
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line(p.paint(bold, "Scenarios"))
	for i := range list {
		s := &list[i]
		lines := wrap(sentence(s.Text), p.width-column-timeColumn-2)
		for n, text := range lines {
			head := fmt.Sprintf("%*s", column+timeColumn+2, "")
			if n == 0 {
				head = p.paint(verdictStyle(s.Verdict), fmt.Sprintf("%-*s", column, Escape(string(s.Verdict)))) +
					p.paint(dim, fmt.Sprintf("%*s", timeColumn, duration(s.Duration))) + "  "
			}
			p.line(head + text)
		}
	}
}

// deliveries lists every delivery with its attempts.
func (p *page) deliveries(list []mocksender.Delivery) {
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line(p.paint(bold, "Deliveries"))
	for i := range list {
		d := deliveryWithoutSecrets(list[i])
		outcome := string(d.Outcome)
		if outcome == "" {
			outcome = "not settled"
		}
		title := sentence(fmt.Sprintf("%s %s: %s", d.ID, d.Message.Event.Type, outcome))
		p.hang(0, "", plain, 0, wrap(title, p.width), plain)
		for n := range d.Attempts {
			a := &d.Attempts[n]
			p.hang(2, strconv.Itoa(a.Number), dim, 4, wrap(sentence(exchange(a)), p.width-6), plain)
		}
	}
}

// exchange says in one line how an attempt went: "500 in 12ms, unacknowledged".
func exchange(a *mocksender.Attempt) string {
	result := "no reply"
	switch {
	case a.Reply != nil:
		result = strconv.Itoa(a.Reply.Status)
	case a.Failure != nil:
		result = string(a.Failure.Kind) + " (" + a.Failure.Text + ")"
	}
	text := fmt.Sprintf("%s in %s, %s", result, duration(a.Duration()), a.Acknowledged)
	if a.Wait > 0 {
		text += ", after a wait of " + duration(a.Wait)
	}
	return text
}
