package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/reports"
)

// announce says once for each contract how it delivers.
func (s *sending) announce(events []chosen) {
	s.payload.announce(s.app)
	if s.json() || s.shared.quiet {
		return
	}
	said := map[string]bool{}
	for _, e := range events {
		if name := e.contract.Name(); !said[name] {
			said[name] = true
			s.print("%s\n", s.paint(dim, s.policies[name].Summary()))
		}
	}
	if text := s.line.String(); text != "" {
		s.print("%s\n", s.paint(dim, "faults on the way: "+text))
	}
}

// observe records what happened, and prints the attempt that settled.
func (s *sending) observe(d mocksender.Delivery) error {
	if s.journal != nil {
		if err := s.journal.Observe(d); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := len(d.Attempts) > s.shown[d.ID] // it may have ended without another attempt
	s.shown[d.ID] = len(d.Attempts)
	switch {
	case s.view != nil:
		s.view.last[d.ID] = d
	case fresh && !s.json():
		s.attempt(&d, "")
	}
	return nil
}

// attempt prints the last attempt: the first with the event, later ones below it.
func (s *sending) attempt(d *mocksender.Delivery, more string) {
	a := d.Attempts[len(d.Attempts)-1]
	what := fmt.Sprintf("%-*s  ", s.column, d.Message.Event.Type)
	switch {
	case s.view != nil:
		what = s.paint(bold, what) + fmt.Sprintf("#%d", d.Message.Event.Number)
		if a.Number > 1 {
			what += s.paint(dim, fmt.Sprintf("  attempt %d", a.Number))
		}
	case a.Number == 1:
		what = s.paint(bold, what) + d.Message.Event.Subject
	case s.line.Parallel() > 1 || s.resumed != nil: // others come between, or the first was in another run
		what += fmt.Sprintf("%s  %s", d.Message.Event.Subject, s.paint(dim, fmt.Sprintf("attempt %d", a.Number)))
	default:
		what = s.paint(dim, fmt.Sprintf("%*s  attempt %d", s.column, "", a.Number))
	}
	line := fmt.Sprintf("%s  %s  %s  %s", s.paint(dim, a.Sent.Format(clock)), what, s.answer(&a), shortDuration(a.Duration()))
	if d.Next != nil {
		line += s.paint(dim, "  next in "+s.wait(d.Next.Wait))
	}
	s.print("%s%s\n", line, more)
	if s.shared.verbose {
		s.exchange(d, &a)
	}
}

const clock = "15:04:05.000"

// wait says a wait of the provider, and what is left of it here.
func (s *sending) wait(d time.Duration) string {
	if here := s.to.scale.Wait(d); here != d {
		return fmt.Sprintf("%s (%s here)", policy.FormatDuration(d), shortDuration(here))
	}
	return policy.FormatDuration(d)
}

func (s *sending) answer(a *mocksender.Attempt) string {
	if a.Reply == nil {
		return s.paint(red, fmt.Sprintf("%s: %s", a.Failure.Kind, reports.Escape(a.Failure.Text)))
	}
	text := strings.TrimSpace(fmt.Sprintf("%d %s", a.Reply.Status, http.StatusText(a.Reply.Status)))
	return s.paint(answerColor(a.Acknowledged), text)
}

// settled says how a delivery ended, unless its first attempt has said it all, and
// why that is wrong where it is.
func (s *sending) settled(rig *harness.Rig, d harness.Delivery, judgements []harness.Judgement) error {
	if s.json() {
		return json.NewEncoder(s.stdout).Encode(d.Redacted(s.to.secret))
	}
	if len(d.Attempts) != 1 || d.Outcome != mocksender.Delivered {
		s.print("%*s%s\n", indent, "", s.paint(outcomeColor(d.Outcome), fmt.Sprintf("%s after %s", d.Outcome, plural(len(d.Attempts), "attempt"))))
	}
	for _, j := range judgements {
		s.print("%*s%s want %s, got %s%s\n", indent, "", s.paint(verdictColor(j.Verdict), strings.ToUpper(string(j.Verdict))),
			j.Want, reports.Escape(j.Got), place(j))
	}
	if len(judgements) > 0 {
		again := append(slices.Clone(s.command), "--number", strconv.FormatUint(d.Message.Event.Number, 10))
		s.print("%*s%s\n", indent, "", s.paint(dim, reports.Escape(shellLine(again, s.to.secret))))
		if !s.explained || s.shared.verbose { // it is long, and one tells how it is done
			s.print("%*s%s\n", indent, "", s.paint(dim, reports.Escape(rig.Curl(d))))
			s.explained = true
		}
	}
	return nil
}

// indent puts what belongs to an attempt below its event.
const indent = len(clock) + 2

func place(j harness.Judgement) string {
	if j.Pos.Line == 0 {
		return ""
	}
	return " (" + j.Pos.String() + ")"
}

// exchange prints what was sent and what came back.
func (s *sending) exchange(d *mocksender.Delivery, a *mocksender.Attempt) {
	redacted := d.Redacted(s.to.secret)
	last := &redacted.Attempts[len(redacted.Attempts)-1]
	s.headers(">", last.Header)
	s.print("%*s> %s\n", indent, "", reports.Escape(string(redacted.Sent(last).Body)))
	if a.Reply == nil {
		return
	}
	s.headers("<", a.Reply.Header)
	if len(a.Reply.Body) > 0 {
		s.print("%*s< %s\n", indent, "", reports.Escape(string(a.Reply.Body)))
	}
}

func (s *sending) headers(mark string, header http.Header) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		s.print("%*s%s %s: %s\n", indent, "", mark, name, reports.Escape(strings.Join(header[name], ", ")))
	}
}

// tally counts the deliveries of a run that had several.
func (s *sending) tally() {
	var parts []string
	total := 0
	for _, o := range slices.Sorted(maps.Keys(s.outcomes)) {
		total += s.outcomes[o]
		parts = append(parts, s.paint(outcomeColor(o), fmt.Sprintf("%d %s", s.outcomes[o], o)))
	}
	if total > 1 && !s.json() {
		s.print("%s\n", strings.Join(parts, ", "))
	}
}

// extent is how much of the run there is, for a line that repeats all of it.
func (s *sending) extent() []string {
	switch {
	case s.payload.number >= 0:
		return []string{"--number", strconv.FormatInt(s.payload.number, 10)}
	case s.payload.count > 1:
		return []string{"--count", strconv.Itoa(s.payload.count)}
	}
	return nil
}

// planned is one event of a plan in JSON output.
type planned struct {
	Event    string          `json:"event"`
	To       string          `json:"to"`
	Policy   string          `json:"policy"`
	Attempts []time.Duration `json:"attempts"` // nanoseconds after the first, if those before fail
	Body     string          `json:"body"`
}

// plan says what would be sent, and when.
func (s *sending) plan(events []chosen, o payload.Options) error {
	if err := s.open(events, o); err != nil {
		return err
	}
	defer s.close()
	s.announce(events)
	for at := range s.payload.spots(len(events)) {
		e := events[at.index]
		m, err := messageAt(s.makers[e.contract.Name()], e.event.Name, at, o)
		if err != nil {
			return err
		}
		d := mocksender.Delivery{Message: m, URL: s.to.url}.Redacted(s.to.secret)
		p := s.policies[e.contract.Name()]
		plan := planned{Event: e.event.Name, To: d.URL, Policy: p.Name, Attempts: attemptTimes(p), Body: string(d.Message.Body)}
		if s.json() {
			err = json.NewEncoder(s.stdout).Encode(plan)
		} else {
			s.planned(&plan, m.Event.Subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sending) planned(p *planned, subject string) {
	s.print("%s  %s  to %s\n", s.paint(bold, fmt.Sprintf("%-*s", s.column, p.Event)), subject, p.To)
	if s.payload.count > 1 && !s.shared.verbose {
		return
	}
	for i, after := range p.Attempts {
		s.print("  attempt %d after %s, if those before fail\n", i+1, s.wait(after))
	}
	s.print("  %s\n", reports.Escape(p.Body))
}

// attemptTimes are the moments of the attempts after the first one's, up to a dozen.
func attemptTimes(p *policy.Policy) []time.Duration {
	at := time.Duration(0)
	times := []time.Duration{0}
	for _, wait := range p.Retry.Value.Schedule(maxPlanned) {
		at += wait
		times = append(times, at)
	}
	return times
}

// maxPlanned is how many retries a plan lists.
const maxPlanned = 12
