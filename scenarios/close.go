package scenarios

import (
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/hookrig/hookrig/harness"
)

// close records the result of the spec that just ended. Specs that a filter left
// out never began, and are not recorded.
func (b *book) close(report *ginkgo.SpecReport) {
	b.mu.Lock()
	t := b.current
	b.current = nil
	b.mu.Unlock()
	if t == nil || report.LeafNodeType != types.NodeTypeIt || report.State.Is(types.SpecStateInterrupted|types.SpecStateAborted) {
		return
	}
	verdict := t.verdict(report.State)
	if verdict == harness.Fail && !t.has(harness.Fail) && !t.strictly() {
		t.add(harness.Finding{Verdict: harness.Fail, Summary: firstLine(report.Failure.Message), Want: t.rule.text, Got: report.Failure.Message})
	}
	for _, f := range t.findings {
		t.subject.rig.Report(f)
	}
	b.config.Recorder.Scenario(harness.Scenario{
		Text: t.text, Theme: t.rule.theme, Event: t.subject.event.Name, Verdict: verdict, Duration: report.RunTime,
		Deliveries: t.deliveries(),
	})
}

// verdict reads a spec's state and what it found.
func (t *trial) verdict(state types.SpecState) harness.Verdict {
	switch {
	case state.Is(types.SpecStateFailureStates):
		return harness.Fail
	case t.has(harness.Warning):
		return harness.Warning
	case t.has(harness.Inconclusive):
		return harness.Inconclusive
	case state.Is(types.SpecStateSkipped):
		return harness.Skipped
	}
	return harness.Pass
}

// strictly tells that a warning was the reason for the failure.
func (t *trial) strictly() bool { return t.book.config.Strict && t.has(harness.Warning) }

func (t *trial) has(v harness.Verdict) bool {
	for i := range t.findings {
		if t.findings[i].Verdict == v {
			return true
		}
	}
	return false
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
