package endpoint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender/policy"
)

// Transition is one row of an endpoint's transition table.
type Transition struct {
	From Status `json:"from"`
	// On is what happens, When the condition under which To follows, "" if always; both in words.
	On   string `json:"on"`
	When string `json:"when,omitempty"`
	To   Status `json:"to"`
	// Effects are what may follow, in words: deliveries posted, held or dropped, counters changed.
	Effects []string `json:"effects,omitempty"`
}

// The limits at which an endpoint stops.
const (
	limitCount = "count"
	limitTime  = "time"
	limitRate  = "rate"
)

// Transitions returns the transition table of an endpoint with these settings, by state. It is not written
// down anywhere: the machine itself is driven through every combination of state, counters and pending
// deliveries that it can reach, and what it does is put into words. Facts that change nothing have no row.
func Transitions(settings Settings) []Transition {
	settings.FailTo = cmp.Or(settings.FailTo, Failed)
	e := explorer{real: settings, seen: map[string]bool{}, rows: map[string]*Transition{}}
	e.explore(NewMachine(small(settings), time.Time{}.Add(policyDay)), time.Time{}.Add(policyDay))
	rows := make([]Transition, 0, len(e.rows))
	for _, key := range e.keys {
		rows = append(rows, *e.rows[key])
	}
	slices.SortStableFunc(rows, func(a, b Transition) int {
		return cmp.Or(rank(a.From)-rank(b.From), place(a.On)-place(b.On), rank(a.To)-rank(b.To), strings.Compare(a.When, b.When))
	})
	return rows
}

// policyDay keeps the explorer's clock away from the zero time, which means that no time is known.
const policyDay = 24 * time.Hour

// small returns settings with the same table whose limits are near: only whether a limit is one or more matters.
func small(s Settings) Settings {
	s.FailAfter, s.RestoreAfter, s.FailRateOf = min(s.FailAfter, 3), min(s.RestoreAfter, 2), min(s.FailRateOf, 4)
	s.Parallel = min(s.Parallel, 3)
	return s
}

func rank(s Status) int { return slices.Index([]Status{Active, Failed, Disabled, Deleted}, s) }

// What can happen to an endpoint, in the order of the table.
const (
	onArrived   = "an event arrives"
	onSucceeded = "an attempt is acknowledged"
	onMissed    = "an attempt is not acknowledged, and a retry follows"
	onGivenUp   = "an attempt is not acknowledged, and the policy gives up"
	onSpared    = "an attempt fails in a way that does not count"
	onThrottled = "an attempt is not acknowledged, and the reply asks for a pause"
	onResumed   = "the pause that a reply asked for is over"
	onDue       = "a retry is due"
	onRestart   = "a person restarts it"
	onDisable   = "a person pauses it"
	onEnable    = "a person ends the pause"
)

func place(on string) int {
	return slices.Index([]string{onArrived, onSucceeded, onMissed, onGivenUp, onSpared, onThrottled, onResumed, onDue, onRestart, onDisable, onEnable}, on)
}

// explorer walks through everything that a machine can do.
type explorer struct {
	real Settings // with the numbers that are shown
	seen map[string]bool
	rows map[string]*Transition
	keys []string // of rows, in the order in which they were found
}

// step is a fact with its words.
type step struct {
	on   string
	fact Fact
	late bool // so much later that the time of failing is over
}

// explore visits breadth first, since depth would be that of the state space.
func (e *explorer) explore(m *Machine, now time.Time) {
	type visit struct {
		m   *Machine
		now time.Time
	}
	next := []visit{{m, now}}
	for len(next) > 0 {
		v := next[0]
		next = next[1:]
		for _, s := range v.m.steps() {
			at := v.now
			if s.fact.Kind == Resumed {
				at = v.m.state.PausedUntil
			}
			if s.late {
				at = at.Add(e.real.FailAfterTime)
			}
			after := v.m.clone()
			_, effects := after.Apply(at, s.fact)
			e.note(v.m, after, s, at, effects)
			if key := after.key(at); !e.seen[key] {
				e.seen[key] = true
				next = append(next, visit{after, at})
			}
		}
	}
}

// fewItems is how many deliveries an explored machine has at once: three under way, so that two results come after the one that stopped it, and one queued.
const fewItems = 4

// steps lists the facts that can be true now.
func (m *Machine) steps() []step {
	all := []step{{on: onRestart, fact: Fact{Kind: Restart}}, {on: onDisable, fact: Fact{Kind: Disable}}, {on: onEnable, fact: Fact{Kind: Enable}}}
	if !m.state.PausedUntil.IsZero() {
		all = append(all, step{on: onResumed, fact: Fact{Kind: Resumed}})
	}
	if len(m.items) < fewItems {
		all = append(all, step{on: onArrived, fact: Fact{Kind: Arrived, Delivery: fmt.Sprint(m.arrivals)}})
	}
	for _, it := range m.in(posted) {
		all = append(all, m.outcomes(it.id)...)
	}
	for _, it := range m.in(waiting) {
		all = append(all, step{on: onDue, fact: Fact{Kind: Due, Delivery: it.id}})
	}
	return all
}

// outcomes lists how an attempt can end.
func (m *Machine) outcomes(id string) []step {
	all := []step{
		{on: onSucceeded, fact: Fact{Kind: Succeeded, Delivery: id}},
		{on: onMissed, fact: Fact{Kind: Missed, Delivery: id}},
		{on: onGivenUp, fact: Fact{Kind: Missed, Delivery: id, Final: true}},
	}
	if m.settings.Spares {
		all = append(all, step{on: onSpared, fact: Fact{Kind: Missed, Delivery: id, Spared: true}},
			step{on: onSpared, fact: Fact{Kind: Missed, Delivery: id, Spared: true, Final: true}})
	}
	if m.settings.Pauses {
		all = append(all, step{on: onThrottled, fact: Fact{Kind: Missed, Delivery: id, Pause: time.Second}},
			step{on: onThrottled, fact: Fact{Kind: Missed, Delivery: id, Pause: time.Second, Final: true}})
	}
	if m.settings.FailAfterTime > 0 {
		for _, s := range slices.Clone(all) {
			s.late = true
			all = append(all, s)
		}
	}
	return all
}

// clone returns a machine that can go another way.
func (m *Machine) clone() *Machine {
	c := *m
	c.results = slices.Clone(m.results)
	c.items = make(map[string]*item, len(m.items))
	for id, it := range m.items {
		twin := *it
		c.items[id] = &twin
	}
	c.queue = make([]*item, len(m.queue))
	for i, it := range m.queue {
		c.queue[i] = c.items[it.id]
	}
	return &c
}

// key names what decides what a machine can do next. Successes beyond a few make no difference.
func (m *Machine) key(now time.Time) string {
	s := m.state
	failing := !m.failing.IsZero() && now.Sub(m.failing) >= m.settings.FailAfterTime
	return fmt.Sprint(s.Status, min(s.Failures, m.settings.FailAfter+1), min(s.Successes, m.settings.RestoreAfter+1), s.Draining,
		s.Queued, s.Waiting, s.Posted, s.PausedUntil.IsZero(), !m.failing.IsZero(), failing, m.results)
}

// note puts what the machine did into a row.
func (e *explorer) note(before, after *Machine, s step, now time.Time, effects []Effect) {
	row := Transition{From: before.state.Status, On: s.on, To: after.state.Status, When: e.when(before, after, s, now)}
	row.Effects = words(before.state, after.state, effects)
	if row.From == row.To && len(row.Effects) == 0 {
		return
	}
	key := fmt.Sprint(row.From, "|", row.On, "|", row.When, "|", row.To)
	if known := e.rows[key]; known != nil {
		row.Effects = append(row.Effects, known.Effects...)
		slices.SortFunc(row.Effects, func(a, b string) int { return slices.Index(allEffects(), a) - slices.Index(allEffects(), b) })
		known.Effects = slices.Compact(row.Effects)
		return
	}
	e.rows[key] = &row
	e.keys = append(e.keys, key)
}

// when says why the state changed, or a counter went to zero.
func (e *explorer) when(before, after *Machine, s step, now time.Time) string {
	b, a := before.state, after.state
	switch {
	case s.fact.Kind == Missed && a.Status != b.Status:
		return e.limitWords(after.limit(now))
	case s.fact.Kind == Succeeded && b.Failures > 0 && a.Failures == 0 && !e.real.Failures.InARow:
		return fmt.Sprintf("successes reach %d", e.real.RestoreAfter)
	}
	return ""
}

func (e *explorer) limitWords(limit string) string {
	s := e.real
	what, row := "attempt", "in total"
	if s.Failures.PerEvent {
		what = "event"
	}
	if s.FailAfter > 1 || limit == limitRate {
		what += "s"
	}
	if s.Failures.InARow {
		row = "in a row"
	}
	switch limit {
	case limitCount:
		return fmt.Sprintf("%d failed %s %s", s.FailAfter, what, row)
	case limitTime:
		return fmt.Sprintf("every attempt failed for %s", policy.FormatDuration(s.FailAfterTime))
	}
	return fmt.Sprintf("%g %% of the last %d %s failed", s.FailRate*100, s.FailRateOf, what)
}

// allEffects lists the words for effects in their order.
func allEffects() []string {
	return []string{"failures + 1", "failures = 0", "successes + 1", "successes = 0", "posts", "holds", "drops", "waits for its retry", "posts nothing for a while"}
}

// words says what a fact did.
func words(before, after State, effects []Effect) []string {
	found := map[string]bool{
		"failures + 1":              after.Failures > before.Failures,
		"failures = 0":              after.Failures == 0 && before.Failures > 0,
		"successes + 1":             after.Successes > before.Successes,
		"successes = 0":             after.Successes == 0 && before.Successes > 0,
		"waits for its retry":       after.Waiting > before.Waiting,
		"posts nothing for a while": after.PausedUntil.After(before.PausedUntil),
	}
	for _, e := range effects {
		switch e.Kind {
		case Post:
			found["posts"] = true
		case Hold:
			found["holds"] = true
		case Drop:
			found["drops"] = true
		case Changed: // is the row's To
		}
	}
	var list []string
	for _, word := range allEffects() {
		if found[word] {
			list = append(list, word)
		}
	}
	return list
}
