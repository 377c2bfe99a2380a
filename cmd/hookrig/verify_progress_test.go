package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
)

// tells runs 30 scenarios of a second each, the third of which fails.
func tells(p *verifyProgress) {
	clock := time.Unix(0, 0)
	p.now = func() time.Time { return clock }
	p.told, p.total = clock, 30
	observe := p.follow(nil)
	observe(harness.Record{Header: &harness.Header{}})
	for i := range 30 {
		clock = clock.Add(time.Second)
		s := harness.Scenario{Verdict: harness.Pass}
		if i == 2 {
			s.Verdict = harness.Fail
		}
		observe(harness.Record{Scenario: &s})
	}
	observe(harness.Record{Summary: &harness.Summary{}})
}

func TestProgressIsPlainLinesWithoutATerminal(t *testing.T) {
	var out strings.Builder
	tells(&verifyProgress{w: &out})
	want := "10 of 30 scenarios done, 1 failed\n20 of 30 scenarios done, 1 failed\n30 of 30 scenarios done, 1 failed\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestProgressOnATerminalLeavesNothing(t *testing.T) {
	var out strings.Builder
	tells(&verifyProgress{w: &out, terminal: true})
	if text := out.String(); strings.Contains(text, "\n") || !strings.HasSuffix(text, "\r\x1b[K") || strings.Count(text, "\r\x1b[K") != 31 {
		t.Errorf("got %q", text)
	}
}

func TestNoProgressWhenNobodyWantsIt(t *testing.T) {
	v := &verifying{app: &app{shared: shared{quiet: true}}}
	if p := v.newProgress(); p != nil {
		t.Error("progress in a quiet run")
	}
	called := false
	(*verifyProgress)(nil).follow(func(harness.Record) { called = true })(harness.Record{})
	if !called {
		t.Error("the record was not passed on")
	}
}
