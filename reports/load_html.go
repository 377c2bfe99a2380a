package reports

import (
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
)

// LoadHTML writes a run under load as one page that needs nothing else, like [HTML], and without any script: the verdict and the
// thresholds, pictures of latency, rate, answers and what waited, and the numbers behind them. With old it is compared to that
// run: what changed, with the intervals of [load.Compare], and old's curves beneath the new ones.
//
// The error is w's, or says that the run has no result or a distribution that cannot be read.
func LoadHTML(w io.Writer, run harness.Run, old *harness.Run) error {
	run = runWithoutSecrets(run)
	page, err := newLoadPage(&run, old)
	if err != nil {
		return err
	}
	return writePage(w, "load.html", page)
}

// loadPage is what the template shows.
type loadPage struct {
	Title, Lead string
	Outcome     LoadOutcome
	Verdict     harness.Verdict
	Notes       []string
	Facts       []htmlFact
	Repeat      string
	Thresholds  []load.Judgement
	Changes     []loadChange
	ChangesSay  string
	Charts      []*chart
	Times       []loadRow
	Answers     []htmlFact
	Seconds     []loadSecond
	SecondsSay  string
	Undone      []string

	Policy template.HTML
	Style  template.CSS
}

// loadRow is a distribution in words.
type loadRow struct {
	Name  string
	Cells []string
}

// loadSecond is a row of the table behind the pictures.
type loadSecond struct {
	At    string
	Cells []string
}

func newLoadPage(run, old *harness.Run) (*loadPage, error) {
	if run.Load == nil {
		return nil, fmt.Errorf("the run did not come to its result: it holds its seconds only")
	}
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return nil, err
	}
	more, err := pageFiles.ReadFile("page/load.css")
	if err != nil {
		return nil, err
	}
	style = append(style, more...)
	r := run.Load
	page := &loadPage{Repeat: Escape(run.Header.Repeat), Thresholds: r.Thresholds, Times: timesOf(r), Answers: answersOf(r),
		Facts: loadFacts(run), Policy: policy(style, nil), Style: template.CSS(style)} //nolint:gosec // ours
	page.Outcome, page.Lead = OutcomeOf(r)
	page.Verdict, page.Notes = page.Outcome.verdict(), loadNotes(r)
	if old != nil && old.Load != nil {
		page.compare(old, run)
	}
	page.Title = string(page.Outcome) + " · " + first(sentence(run.Header.Target), "hookrig")
	if c := r.Completion; c != nil {
		page.Answers = append(page.Answers, htmlFact{"completion", CompletionText(c) + "; " + sentence(c.Way)})
		page.Times = append(page.Times, timesRow("from due to effect", &c.Time))
		for _, key := range c.Missing {
			page.Undone = append(page.Undone, sentence(key))
		}
	}
	page.Seconds, page.SecondsSay = secondsTable(run.Seconds)
	page.Charts, err = chartsOf(run, old)
	return page, err
}

// loadNotes are what must be said before the numbers.
func loadNotes(r *harness.Load) (notes []string) {
	if slow := slower(r); slow != "" {
		notes = append(notes, "Warning: "+slow+".")
	}
	if warning := r.Warning(); warning != "" {
		notes = append(notes, "Warning: "+warning+".")
	}
	for _, given := range givenUp(r) {
		notes = append(notes, "Given up: "+given+".")
	}
	if r.Recovery != nil {
		for _, line := range r.Recovery.Unfollowed {
			notes = append(notes, "Not followed: "+sentence(line)+".")
		}
	}
	if r.Interrupted {
		notes = append(notes, "The run was interrupted: this is what was measured until then.")
	}
	if r.Aborted != "" {
		notes = append(notes, "The run was ended early: "+sentence(r.Aborted)+".")
	}
	if r.Dropped > 0 {
		notes = append(notes, fmt.Sprintf("%d events were dropped, since too many were under way.", r.Dropped))
	}
	if r.Closed {
		notes = append(notes, "A closed loop: each connection waits for its answer, so a receiver that stalls is also asked less. Latency counts from each sending.")
	}
	return notes
}

func loadFacts(run *harness.Run) []htmlFact {
	r := run.Load
	list := []htmlFact{{"arrivals", sentence(r.Arrivals)},
		{"sent", fmt.Sprintf("%d in %s", r.Attempts, round(r.Sending))}, {"reached", fmt.Sprintf("%.1f/s", float64(r.Rate()))},
		{"taken", load.Percent(r.Success())}, {"p99", load.Milliseconds(r.Latency.P99)}, {"connections", fmt.Sprint(r.Connections)}}
	if r.Proxy != "" {
		list = append(list, htmlFact{"proxy", sentence(r.Proxy)})
	}
	return append(list, facts(&harness.Run{Header: run.Header})...)
}

// timesOf is the table of distributions.
func timesOf(r *harness.Load) []loadRow {
	row := timesRow
	rows := []loadRow{row("latency, from when each was due", &r.Latency), row("service, from the connection to the answer", &r.Service),
		row("wait for a connection", &r.Wait), row("slip, hookrig's own lateness", &r.Slip)}
	if len(r.Events) > 1 {
		for i := range r.Events {
			if r.Events[i].Attempts > 0 {
				rows = append(rows, row(sentence(eventName(&r.Events[i])), &r.Events[i].Latency))
			}
		}
	}
	return rows
}

func timesRow(name string, s *load.Summary) loadRow {
	out := loadRow{Name: name, Cells: []string{fmt.Sprint(s.Count)}}
	for _, d := range timesIn(s) {
		out.Cells = append(out.Cells, load.Milliseconds(d))
	}
	return out
}

// answersOf lists statuses, failures and what became of the retries.
func answersOf(r *harness.Load) []htmlFact {
	var list []htmlFact
	for _, status := range slices.Sorted(maps.Keys(r.Statuses)) {
		list = append(list, htmlFact{"status " + status, fmt.Sprint(r.Statuses[status])})
	}
	for _, failure := range load.Failures() {
		if n := r.Failures[failure]; n > 0 {
			list = append(list, htmlFact{string(failure), fmt.Sprint(n)})
		}
	}
	if r.Checked.Bodies > 0 {
		list = append(list, htmlFact{"bodies validated", fmt.Sprintf("%d on the way, %d of them invalid", r.Checked.Bodies, r.Checked.Invalid)})
	}
	return append(list, recoveryFacts(r)...)
}

// maxLoadRows bounds the table of seconds.
const maxLoadRows = 600

func secondsTable(all []load.Second) (rows []loadSecond, says string) {
	for i := range all {
		if i == maxLoadRows {
			return rows, fmt.Sprintf("%d more seconds are in the NDJSON record.", len(all)-i)
		}
		s := &all[i]
		rows = append(rows, loadSecond{At: secondText(s.At.Seconds()), Cells: []string{fmt.Sprint(s.Due), fmt.Sprint(s.Attempts),
			load.Milliseconds(s.Latency.P50), load.Milliseconds(s.Latency.P95), load.Milliseconds(s.Latency.P99), load.Milliseconds(s.Latency.Max),
			fmt.Sprint(s.Acknowledged + s.Undocumented), fmt.Sprint(s.Refused), fmt.Sprint(s.Failed), fmt.Sprint(s.Retries), fmt.Sprint(s.Backlog)}})
	}
	return rows, ""
}

func secondText(s float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", s), ".0") + " s" }
