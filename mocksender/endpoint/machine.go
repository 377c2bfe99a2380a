package endpoint

import (
	"cmp"
	"slices"
	"time"
)

// Machine is the state machine of one endpoint. It is for one goroutine at a time.
type Machine struct {
	settings Settings
	state    State
	failing  time.Time // of the first failure since the last success, or zero
	results  []bool    // the last FailRateOf results, true for a failure
	arrivals int
	items    map[string]*item
	queue    []*item // in the order in which they are posted
}

type item struct {
	id    string
	date  time.Time
	place int // by arrival
	phase phase
}

type phase int

const (
	queued phase = iota
	posted
	waiting
)

// NewMachine returns the machine of an endpoint that is active since now.
func NewMachine(settings Settings, now time.Time) *Machine {
	settings.FailTo = cmp.Or(settings.FailTo, Failed)
	settings.Parallel = max(settings.Parallel, 1)
	return &Machine{settings: settings, state: State{Status: Active, Since: now}, items: map[string]*item{}}
}

// State returns the state after the last fact.
func (m *Machine) State() State { return m.state }

// Queue returns the IDs of the queued deliveries, in the order in which they will be posted.
func (m *Machine) Queue() []string {
	ids := make([]string, len(m.queue))
	for i, it := range m.queue {
		ids[i] = it.id
	}
	return ids
}

// Apply takes a fact at the moment now and returns the new state and what is to
// be done, in order. A fact that cannot be true (a result of a delivery that was
// not posted, an event that is there already) changes nothing.
func (m *Machine) Apply(now time.Time, f Fact) (State, []Effect) {
	var effects []Effect
	if !m.state.PausedUntil.After(now) {
		m.state.PausedUntil = time.Time{}
	}
	switch f.Kind {
	case Arrived:
		effects = m.arrive(f)
	case Succeeded, Missed:
		effects = m.result(now, f)
	case Due:
		if it := m.items[f.Delivery]; it != nil && it.phase == waiting {
			m.state.Waiting--
			m.enqueue(it)
		}
	case Withdrawn:
		m.forget(m.items[f.Delivery])
	case Restart, Enable, Disable:
		effects = m.command(now, f.Kind)
	}
	return m.state, append(effects, m.release()...)
}

func (m *Machine) arrive(f Fact) []Effect {
	switch {
	case m.items[f.Delivery] != nil:
		return nil
	case m.settings.drops(m.state.Status):
		return []Effect{{Kind: Drop, Delivery: f.Delivery}}
	}
	it := &item{id: f.Delivery, date: f.Date, place: m.arrivals}
	m.arrivals++
	m.items[it.id] = it
	if f.Later && m.state.Status == Active {
		it.phase = waiting
		m.state.Waiting++
		return nil
	}
	m.enqueue(it)
	if m.state.Status != Active {
		return []Effect{{Kind: Hold, Delivery: it.id}}
	}
	return nil
}

// result takes the end of an attempt.
func (m *Machine) result(now time.Time, f Fact) []Effect {
	it := m.items[f.Delivery]
	if it == nil || it.phase != posted {
		return nil
	}
	if f.Kind == Succeeded {
		m.forget(it)
		m.succeeded()
		return nil
	}
	if f.Final {
		m.forget(it)
	} else {
		it.phase = waiting
		m.state.Posted--
		m.state.Waiting++
	}
	effects := m.failed(now, f)
	if len(effects) == 0 && m.state.Status != Active {
		effects = m.park()
	}
	return effects
}

func (m *Machine) succeeded() {
	m.state.Draining = false
	m.failing = time.Time{}
	m.note(false)
	m.state.Successes++
	if m.settings.Failures.InARow {
		m.state.Failures = 0
	}
	if m.settings.RestoreAfter > 0 && m.state.Successes >= m.settings.RestoreAfter {
		m.state.Failures = 0
		if !m.settings.Successes.InARow {
			m.state.Successes = 0
		}
	}
}

func (m *Machine) missed(now time.Time, f Fact) {
	if f.Spared {
		return
	}
	if m.failing.IsZero() {
		m.failing = now
	}
	if !m.settings.Failures.PerEvent || f.Final {
		m.state.Failures++
		m.note(true)
	}
	if s := m.settings.Successes; s.InARow && (!s.PerEvent || f.Final) {
		m.state.Successes = 0
	}
}

// note keeps a result for the rate of failures.
func (m *Machine) note(failure bool) {
	if m.settings.FailRateOf == 0 {
		return
	}
	m.results = append(m.results, failure)
	if extra := len(m.results) - m.settings.FailRateOf; extra > 0 {
		m.results = slices.Delete(m.results, 0, extra)
	}
}

func (m *Machine) tooOften(now time.Time) bool { return m.limit(now) != "" }

// limit says in words which limit of the settings is reached, "" if none is.
func (m *Machine) limit(now time.Time) string {
	s := m.settings
	switch {
	case s.FailAfter > 0 && m.state.Failures >= s.FailAfter:
		return limitCount
	case s.FailAfterTime > 0 && !m.failing.IsZero() && now.Sub(m.failing) >= s.FailAfterTime:
		return limitTime
	case s.FailRate > 0 && len(m.results) == s.FailRateOf && m.failureShare() >= s.FailRate:
		return limitRate
	}
	return ""
}

// failureShare is the share of failures among the results that are kept.
func (m *Machine) failureShare() float64 {
	failures := 0
	for _, failure := range m.results {
		if failure {
			failures++
		}
	}
	return float64(failures) / float64(len(m.results))
}

// command takes what a person does. A restart of a paused endpoint only resets its counters.
func (m *Machine) command(now time.Time, kind FactKind) []Effect {
	status := m.state.Status
	switch {
	case status == Deleted:
		return nil
	case kind == Disable && status != Disabled:
		return m.become(now, Disabled)
	case kind == Restart:
		m.reset()
	case kind == Enable && m.tooOften(now):
		m.reset()
	}
	wakes := kind == Restart && status == m.settings.FailTo || kind == Restart && status == Failed || kind == Enable
	if wakes && status != Active {
		return m.become(now, Active)
	}
	return nil
}

func (m *Machine) reset() {
	m.state.Failures, m.state.Successes, m.failing, m.results = 0, 0, time.Time{}, nil
	m.state.PausedUntil = time.Time{}
}

// become changes the state. Leaving Active puts the deliveries that wait for a retry into the queue.
func (m *Machine) become(now time.Time, to Status) []Effect {
	effects := []Effect{{Kind: Changed, From: m.state.Status, To: to}}
	wasActive := m.state.Status == Active
	m.state.Status, m.state.Since = to, now
	m.state.Draining = to == Active && m.settings.Careful
	switch {
	case m.settings.drops(to):
		return append(effects, m.drop()...)
	case to != Active && wasActive:
		for _, it := range m.queue {
			effects = append(effects, Effect{Kind: Hold, Delivery: it.id})
		}
		effects = append(effects, m.park()...)
	}
	return effects
}

// park queues the deliveries that wait for a retry, in order of arrival.
func (m *Machine) park() []Effect {
	if m.settings.drops(m.state.Status) {
		return m.drop()
	}
	var effects []Effect
	for _, it := range m.in(waiting) {
		m.state.Waiting--
		m.enqueue(it)
		effects = append(effects, Effect{Kind: Hold, Delivery: it.id})
	}
	return effects
}

// drop forgets everything that is not under way.
func (m *Machine) drop() []Effect {
	var effects []Effect
	for _, it := range append(m.in(queued), m.in(waiting)...) {
		m.forget(it)
		effects = append(effects, Effect{Kind: Drop, Delivery: it.id})
	}
	return effects
}

func (m *Machine) in(p phase) []*item {
	var items []*item
	for _, it := range m.items {
		if it.phase == p {
			items = append(items, it)
		}
	}
	slices.SortFunc(items, func(a, b *item) int { return a.place - b.place })
	return items
}

// release posts from the queue what may be posted now.
func (m *Machine) release() []Effect {
	var effects []Effect
	for len(m.queue) > 0 && m.mayPost() {
		it := m.queue[0]
		m.queue = m.queue[1:]
		it.phase = posted
		m.state.Queued--
		m.state.Posted++
		effects = append(effects, Effect{Kind: Post, Delivery: it.id})
	}
	return effects
}

func (m *Machine) mayPost() bool {
	if m.state.Status != Active || !m.state.PausedUntil.IsZero() {
		return false
	}
	if m.state.Draining || m.settings.InOrder {
		return m.state.Posted == 0 && m.state.Waiting == 0
	}
	return m.state.Posted < m.settings.Parallel
}

func (m *Machine) enqueue(it *item) {
	it.phase = queued
	at, _ := slices.BinarySearchFunc(m.queue, it, m.order)
	m.queue = slices.Insert(m.queue, at, it)
	m.state.Queued++
}

func (m *Machine) order(a, b *item) int {
	if m.settings.ByDate {
		if c := a.date.Compare(b.date); c != 0 {
			return c
		}
	}
	return a.place - b.place
}

func (m *Machine) forget(it *item) {
	if it == nil {
		return
	}
	delete(m.items, it.id)
	switch it.phase {
	case queued:
		m.state.Queued--
		m.queue = slices.DeleteFunc(m.queue, func(other *item) bool { return other == it })
	case posted:
		m.state.Posted--
	case waiting:
		m.state.Waiting--
	}
}
