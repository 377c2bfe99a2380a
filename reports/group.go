package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

// group holds the findings of one cause: the same rule was broken in the same way.
type group []harness.Finding

// groups puts findings of the same cause together, the worst verdicts first and
// otherwise in the order in which they were found. A scenario that did not pass
// and left no finding gets one, so that nothing counted stays untold.
func groups(run *harness.Run) []group {
	index := make(map[string]int)
	var all []group
	for _, f := range append(slices.Clone(run.Findings), unexplained(run)...) {
		if f.Verdict == harness.Pass || f.Verdict == harness.Skipped {
			continue
		}
		key := cause(&f)
		i, seen := index[key]
		if !seen {
			i = len(all)
			index[key] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], f)
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(rank(a[0].Verdict), rank(b[0].Verdict)) })
	return all
}

// cause is what the findings of one group have in common. The event's own name in
// a summary does not make another cause. Rules that could not be judged have one
// cause when the same thing was in the way of all of them.
func cause(f *harness.Finding) string {
	if f.Verdict == harness.Inconclusive {
		return string(f.Verdict) + "\x00" + f.Got
	}
	summary := f.Summary
	if f.Event != "" {
		summary = strings.ReplaceAll(summary, f.Event, "*")
	}
	return string(f.Verdict) + "\x00" + f.Rule + "\x00" + summary
}

// unexplained makes findings for scenarios that did not pass and have none.
func unexplained(run *harness.Run) []harness.Finding {
	found := make(map[string]bool)
	for i := range run.Findings {
		found[run.Findings[i].Scenario] = true
	}
	var missing []harness.Finding
	for _, s := range run.Scenarios {
		if found[s.Text] || rank(s.Verdict) > rank(harness.Inconclusive) {
			continue
		}
		missing = append(missing, harness.Finding{
			Rule: "no-evidence", Verdict: s.Verdict, Scenario: s.Text, Theme: s.Theme, Event: s.Event,
			Summary: "the scenario ended without a finding that explains it: " + s.Text,
		})
	}
	return missing
}

// rank orders verdicts from worst to best.
func rank(v harness.Verdict) int {
	order := []harness.Verdict{harness.Fail, harness.Warning, harness.Inconclusive, harness.Skipped, harness.Pass}
	if i := slices.Index(order, v); i >= 0 {
		return i
	}
	return 0 // an unknown verdict must not be overlooked
}

// events lists the events of the group's findings, each once, in order.
func (g group) events() []string {
	var list []string
	for i := range g {
		if e := g[i].Event; e != "" && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// rules lists the rules of the group's findings, each once, in order.
func (g group) rules() []string {
	var list []string
	for i := range g {
		if r := g[i].Rule; !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// extent says how often the cause was seen, and where: "×19 events: a, b and 17 more".
// At most limit events are named; it is "" for a single finding, whose event is named apart.
func (g group) extent(limit int) string {
	events := g.events()
	var head string
	switch {
	case len(g) == 1:
		return ""
	case len(events) == 0:
		return fmt.Sprintf("×%d scenarios", len(g))
	case len(events) == len(g):
		head = fmt.Sprintf("×%d events", len(g))
	default:
		head = fmt.Sprintf("×%d in %s", len(g), plural(len(events), "event"))
	}
	shown := events
	if len(events) > limit+1 { // "and 1 more" takes as much room as its name
		shown = events[:limit]
	}
	text := head + ": " + strings.Join(shown, ", ")
	if rest := len(events) - len(shown); rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}

// otherGots counts the different observations beside the first finding's.
func (g group) otherGots() int {
	seen := make(map[string]bool)
	for i := range g {
		seen[g[i].Got] = true
	}
	return len(seen) - 1
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
