package reports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// htmlIndex knows what belongs together in a run.
type htmlIndex struct {
	run            *harness.Run
	groups         []group
	themes, events *names
	// delivery is the place of each delivery by its ID, cited the findings that show it, counted from 1.
	delivery map[string]int
	cited    map[int][]int
	// specs are the scenarios that made a delivery.
	specs map[int][]int
	clean map[int]*mocksender.Delivery
	// headers are the usual header lines by event, see usual.
	headers map[string]map[string]bool
}

// names numbers texts from 0 in the order in which they come, so that the page holds each once.
type names struct {
	names []string
	place map[string]int
}

// of is the number of a name, -1 for none.
func (n *names) of(name string) int {
	if name == "" {
		return -1
	}
	name = sentence(name)
	i, known := n.place[name]
	if !known {
		i = len(n.names)
		n.place[name] = i
		n.names = append(n.names, name)
	}
	return i
}

func newHTMLIndex(run *harness.Run) *htmlIndex {
	x := &htmlIndex{
		run: run, groups: groups(run), themes: &names{place: map[string]int{}}, events: &names{place: map[string]int{}},
		delivery: map[string]int{}, cited: map[int][]int{}, specs: map[int][]int{}, clean: map[int]*mocksender.Delivery{},
		headers: map[string]map[string]bool{},
	}
	for i := range run.Deliveries {
		x.delivery[run.Deliveries[i].ID] = i
	}
	for i := range run.Scenarios {
		s := &run.Scenarios[i]
		x.themes.of(s.Theme)
		x.events.of(s.Event)
		for _, id := range s.Deliveries {
			if d, known := x.delivery[id]; known {
				x.specs[d] = append(x.specs[d], i)
			}
		}
	}
	for n, g := range x.groups {
		for i := range g {
			for _, id := range g[i].Deliveries {
				if d, known := x.delivery[id]; known && !slices.Contains(x.cited[d], n+1) {
					x.cited[d] = append(x.cited[d], n+1)
				}
			}
		}
	}
	return x
}

// sent is a delivery without secrets.
func (x *htmlIndex) sent(i int) *mocksender.Delivery {
	if x.clean[i] == nil {
		d := deliveryWithoutSecrets(x.run.Deliveries[i])
		x.clean[i] = &d
	}
	return x.clean[i]
}

// htmlTags are what the filters go by: numbers of themes and events, and of a verdict.
type htmlTags struct{ T, E, V string }

// tags joins numbers, those below zero left out.
func tags(themes, events, verdicts []int) htmlTags {
	join := func(numbers []int) string {
		var list []string
		slices.Sort(numbers)
		for _, n := range slices.Compact(numbers) {
			if n >= 0 {
				list = append(list, strconv.Itoa(n))
			}
		}
		return strings.Join(list, " ")
	}
	return htmlTags{T: join(themes), E: join(events), V: join(verdicts)}
}

// tagsOf are those of a delivery: its event, and what the scenarios that made it came to.
func (x *htmlIndex) tagsOf(i int) htmlTags {
	var themes []int
	worst := -1
	see := func(theme string, v harness.Verdict) {
		themes = append(themes, x.themes.of(theme))
		if place := slices.Index(verdicts(), v); worst < 0 || place >= 0 && place < worst {
			worst = place
		}
	}
	for _, s := range x.specs[i] {
		see(x.run.Scenarios[s].Theme, x.run.Scenarios[s].Verdict)
	}
	for _, n := range x.cited[i] {
		for k := range x.groups[n-1] {
			if f := &x.groups[n-1][k]; slices.Contains(f.Deliveries, x.run.Deliveries[i].ID) {
				see(f.Theme, f.Verdict)
			}
		}
	}
	return tags(themes, []int{x.events.of(x.run.Deliveries[i].Message.Event.Type)}, []int{worst})
}

// htmlScenario is a row of the list of scenarios.
type htmlScenario struct {
	harness.Scenario
	Tags htmlTags
}

// maxHTMLScenarios bounds the list.
const maxHTMLScenarios = 5000

// scenarios lists them, the worst first and otherwise in their order.
func (x *htmlIndex) scenarios() (list []htmlScenario, more int) {
	for _, s := range x.run.Scenarios {
		list = append(list, htmlScenario{s, tags([]int{x.themes.of(s.Theme)}, []int{x.events.of(s.Event)}, []int{slices.Index(verdicts(), s.Verdict)})})
	}
	slices.SortStableFunc(list, func(a, b htmlScenario) int { return rank(a.Verdict) - rank(b.Verdict) })
	if more = len(list) - maxHTMLScenarios; more > 0 {
		return list[:maxHTMLScenarios], more
	}
	return list, 0
}

// htmlMatrix is the table of events and themes.
type htmlMatrix struct {
	Themes []string
	Rows   []htmlMatrixRow
}

type htmlMatrixRow struct {
	Event string
	Cells []htmlCell
}

// htmlCell is how the scenarios of one theme went for one event: the worst verdict, how many ended so, of how many.
type htmlCell struct {
	Theme    string
	Verdict  harness.Verdict
	N, Total int
}

// maxHTMLEvents bounds the rows of the table.
const maxHTMLEvents = 300

// matrix is nil when it would have a single row or column at most.
func (x *htmlIndex) matrix() *htmlMatrix {
	cells := map[[2]int]*htmlCell{}
	for i := range x.run.Scenarios {
		s := &x.run.Scenarios[i]
		key := [2]int{x.events.of(s.Event), x.themes.of(s.Theme)}
		c := cells[key]
		if c == nil {
			c = &htmlCell{Theme: sentence(s.Theme), Verdict: s.Verdict}
			cells[key] = c
		}
		if rank(s.Verdict) < rank(c.Verdict) {
			c.Verdict, c.N = s.Verdict, 0
		}
		if s.Verdict == c.Verdict {
			c.N++
		}
		c.Total++
	}
	if len(cells) < 3 {
		return nil
	}
	m := &htmlMatrix{Themes: slices.Clone(x.themes.names)}
	for e := range min(len(x.events.names), maxHTMLEvents) {
		row := htmlMatrixRow{Event: x.events.names[e]}
		for t := range m.Themes {
			var c htmlCell
			if found := cells[[2]int{e, t}]; found != nil {
				c = *found
			}
			row.Cells = append(row.Cells, c)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}
