package reports

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/hookrig/hookrig/harness"
)

// Merge makes one run of the records of its parts, such as the shards of a CI job: the same command against the same
// receiver, each with scenarios of its own. Deliveries of several parts that have the same ID are renamed. The run
// began when the first part did, and ended only if each part did. Without parts the result is the zero Run.
//
// The error lists every reason why the records are not parts of one run.
func Merge(parts ...harness.Run) (harness.Run, error) {
	if len(parts) == 0 {
		return harness.Run{}, nil
	}
	if err := mergeable(parts); err != nil {
		return harness.Run{}, err
	}
	m := merging{run: harness.Run{Header: parts[0].Header, Summary: &harness.Summary{Counts: map[harness.Verdict]int{}}}, used: map[string]bool{}}
	m.run.Header.Contracts, m.run.Header.Policies = nil, nil
	for i := range parts {
		m.add(&parts[i])
	}
	return m.run, nil
}

// mergeable says what keeps runs from being parts of one.
func mergeable(parts []harness.Run) error {
	var problems []error
	first := &parts[0].Header
	seen := map[string]int{}
	for i := range parts {
		h := &parts[i].Header
		if h.Command != first.Command {
			problems = append(problems, fmt.Errorf("record %d is of %q, the first of %q", i+1, h.Command, first.Command))
		}
		if h.Target != first.Target {
			problems = append(problems, fmt.Errorf("record %d is of the receiver %s, the first of %s", i+1, withoutSecrets(h.Target), withoutSecrets(first.Target)))
		}
		for _, s := range parts[i].Scenarios {
			if other, again := seen[s.Text]; again && other != i {
				problems = append(problems, fmt.Errorf("record %d has the scenario %q, which record %d has too: these are two runs, not two parts of one", i+1, s.Text, other+1))
				break // one is enough to tell
			}
			seen[s.Text] = i
		}
	}
	return errors.Join(problems...)
}

type merging struct {
	run  harness.Run
	used map[string]bool // IDs of deliveries
}

func (m *merging) add(part *harness.Run) {
	h := &m.run.Header
	h.Contracts = union(h.Contracts, part.Header.Contracts)
	h.Policies = union(h.Policies, part.Header.Policies)
	if part.Header.Started.Before(h.Started) {
		h.Started = part.Header.Started
	}
	if part.Header.Repeat != h.Repeat {
		h.Repeat = "" // no one line repeats them all
	}
	names := m.deliveries(part)
	for _, s := range part.Scenarios {
		s.Deliveries = renamed(s.Deliveries, names)
		m.run.Scenarios = append(m.run.Scenarios, s)
	}
	for _, f := range part.Findings {
		f.Deliveries = renamed(f.Deliveries, names)
		m.run.Findings = append(m.run.Findings, f)
	}
	m.changes(part, names)
	m.summary(part.Summary)
}

// deliveries takes over a part's deliveries, and returns the new names of those that have one.
func (m *merging) deliveries(part *harness.Run) map[string]string {
	names := map[string]string{}
	for _, d := range part.Deliveries {
		id := d.ID
		for n := 2; m.used[id]; n++ {
			id = d.ID + "#" + strconv.Itoa(n)
		}
		m.used[id] = true
		if id != d.ID {
			names[d.ID] = id
		}
		d.ID = id
		m.run.Deliveries = append(m.run.Deliveries, d)
	}
	return names
}

// changes takes over a part's changes of state. Each part numbers its endpoints from 1.
func (m *merging) changes(part *harness.Run, names map[string]string) {
	taken := map[string]bool{}
	for i := range m.run.Changes {
		taken[m.run.Changes[i].Endpoint] = true
	}
	for _, c := range part.Changes {
		name := c.Endpoint
		for n := 2; taken[name]; n++ {
			name = c.Endpoint + "#" + strconv.Itoa(n)
		}
		c.Endpoint = name
		if to := names[c.Delivery]; to != "" {
			c.Delivery = to
		}
		m.run.Changes = append(m.run.Changes, c)
	}
}

// summary adds a part's, nil when it did not end: then the whole did not.
func (m *merging) summary(s *harness.Summary) {
	if m.run.Summary == nil || s == nil {
		m.run.Summary = nil
		return
	}
	sum := m.run.Summary
	if s.Ended.After(sum.Ended) {
		sum.Ended = s.Ended
	}
	for v, n := range s.Counts {
		sum.Counts[v] += n
	}
	sum.Attempts += s.Attempts
	sum.Interrupted = sum.Interrupted || s.Interrupted
}

func renamed(ids []string, names map[string]string) []string {
	if len(names) == 0 {
		return ids
	}
	ids = slices.Clone(ids)
	for i, id := range ids {
		if to := names[id]; to != "" {
			ids[i] = to
		}
	}
	return ids
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
