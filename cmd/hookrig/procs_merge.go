package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/reports"
	"github.com/hookrig/hookrig/scenarios"
)

// merger makes one run of the workers' records.
type merger struct {
	job      *job
	listed   []scenarios.Listing
	recorder *harness.Recorder
	stopped  bool // from outside, so that something may be missing

	run    harness.Run
	copies map[string]int // how often a delivery's ID was used
	// endpoints are the names of the endpoints in the merged run, by process and name there.
	endpoints map[string]string
}

// merge reads what the workers left. The error says what is missing or went wrong.
func (m *merger) merge() (scenarios.Result, error) {
	result := scenarios.Result{Selected: len(m.listed), Passed: true}
	m.copies = map[string]int{}
	var problems []error
	for process := 1; process <= m.job.Procs; process++ {
		r, err := m.worker(process)
		if err != nil {
			problems = append(problems, fmt.Errorf("process %d: %w", process, err))
		}
		result.Passed = result.Passed && r.Passed
		if result.Unreachable == nil {
			result.Unreachable = r.Unreachable
		}
	}
	if len(problems) == 0 && !m.stopped && result.Unreachable == nil {
		problems = append(problems, m.complete())
	}
	m.tell()
	return result, errors.Join(problems...)
}

// worker adds what one worker left.
func (m *merger) worker(process int) (workerResult, error) {
	var r workerResult
	text, err := os.ReadFile(m.job.result(process))
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil && m.stopped {
		err = nil // it was stopped before it came to that
	}
	if err != nil {
		return r, fmt.Errorf("it left no result: %w", cause(err))
	}
	if r.Fault != "" {
		return r, errors.New(r.Fault)
	}
	f, err := os.Open(m.job.record(process))
	if err != nil {
		if m.stopped {
			return r, nil
		}
		return r, cause(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	run, err := reports.Read(f)
	if err != nil && (!m.stopped || !errors.Is(err, reports.ErrTruncated)) {
		return r, err
	}
	m.add(run, process)
	return r, nil
}

// add takes over a worker's records. Each worker has the deliveries that it measures
// by, so the same one may be there several times: those after the first are renamed,
// as they would be when one process had sent them again.
func (m *merger) add(run harness.Run, process int) {
	renamed := map[string]string{}
	for _, d := range run.Deliveries {
		base := d.ID[:strings.LastIndexByte(d.ID, '.')+1]
		m.copies[base]++
		id := fmt.Sprintf("%s%d", base, m.copies[base])
		renamed[d.ID] = id
		d.ID = id
		m.run.Deliveries = append(m.run.Deliveries, d)
	}
	rename := func(ids []string) {
		for i, id := range ids {
			if to, ok := renamed[id]; ok {
				ids[i] = to
			}
		}
	}
	for _, f := range run.Findings {
		rename(f.Deliveries)
		m.run.Findings = append(m.run.Findings, f)
	}
	for _, s := range run.Scenarios {
		rename(s.Deliveries)
		m.run.Scenarios = append(m.run.Scenarios, s)
	}
	for _, c := range run.Changes {
		c.Delivery = cmp.Or(renamed[c.Delivery], c.Delivery)
		m.changed(&c, process)
	}
}

// changed takes over a change of state. Every process numbers its endpoints from 1.
func (m *merger) changed(c *harness.Change, process int) {
	if m.endpoints == nil {
		m.endpoints = map[string]string{}
	}
	key := fmt.Sprint(process, " ", c.Endpoint)
	if m.endpoints[key] == "" {
		contract := c.Endpoint[:strings.LastIndexByte(c.Endpoint, ' ')+1]
		m.copies["\x00"+contract]++
		m.endpoints[key] = contract + strconv.Itoa(m.copies["\x00"+contract])
	}
	c.Endpoint = m.endpoints[key]
	m.run.Changes = append(m.run.Changes, *c)
}

// complete wants every scenario that was selected exactly once.
func (m *merger) complete() error {
	seen := map[string]int{}
	for _, s := range m.run.Scenarios {
		seen[s.Text]++
	}
	var problems []error
	for _, l := range m.listed {
		if seen[l.Text] != 1 {
			problems = append(problems, fmt.Errorf("%q ran %d times, want once", l.Text, seen[l.Text]))
		}
	}
	if len(m.run.Scenarios) != len(m.listed) && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%d scenarios ran, want %d", len(m.run.Scenarios), len(m.listed)))
	}
	return errors.Join(problems...)
}

// tell records everything in the order of a serial run; deliveries by the clock.
func (m *merger) tell() {
	place := map[string]int{}
	for i, l := range m.listed {
		place[l.Text] = i
	}
	slices.SortStableFunc(m.run.Deliveries, func(a, b mocksender.Delivery) int {
		if len(a.Attempts) == 0 || len(b.Attempts) == 0 {
			return len(a.Attempts) - len(b.Attempts)
		}
		return a.Attempts[0].Sent.Compare(b.Attempts[0].Sent)
	})
	slices.SortStableFunc(m.run.Findings, func(a, b harness.Finding) int { return place[a.Scenario] - place[b.Scenario] })
	slices.SortStableFunc(m.run.Scenarios, func(a, b harness.Scenario) int { return place[a.Text] - place[b.Text] })
	for _, d := range m.run.Deliveries {
		m.recorder.Delivery(d)
	}
	slices.SortStableFunc(m.run.Changes, func(a, b harness.Change) int { return a.At.Compare(b.At) })
	for _, c := range m.run.Changes {
		m.recorder.Change(c)
	}
	for _, f := range m.run.Findings {
		m.recorder.Finding(f)
	}
	for _, s := range m.run.Scenarios {
		m.recorder.Scenario(s)
	}
}
