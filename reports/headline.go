package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
)

// word is the verdict as reports print it.
func word(v harness.Verdict) string {
	if v == harness.Warning {
		return "WARN"
	}
	return strings.ToUpper(string(v))
}

// tally says the counts that are not zero, the worst first: "19 failed, 4 passed".
func tally(run *harness.Run) string {
	counts := run.Counts()
	var parts []string
	for _, v := range []harness.Verdict{harness.Fail, harness.Warning, harness.Inconclusive, harness.Pass, harness.Skipped} {
		if n := counts[v]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+counted(v, n))
		}
	}
	return strings.Join(parts, ", ")
}

// counted is the word for n scenarios of a verdict.
func counted(v harness.Verdict, n int) string {
	switch v {
	case harness.Fail:
		return "failed"
	case harness.Warning:
		return noun(n, "warning")
	case harness.Pass:
		return "passed"
	default:
		return string(v)
	}
}

// headline is the first line of a report in its parts: counts, target, seed.
func headline(run *harness.Run) []string {
	var parts []string
	if !run.Checked() {
		parts = append(parts, "nothing was checked")
	}
	if counts := tally(run); counts != "" {
		parts = append(parts, counts)
	}
	if len(run.Findings) > 0 && run.Counts()[run.Verdict()] == 0 { // the verdict comes from no scenario
		parts = append(parts, plural(len(run.Findings), "finding"))
	}
	if !run.Ended() {
		parts = append(parts, "stopped before its end")
	}
	if run.Header.Target != "" {
		parts = append(parts, sentence(run.Header.Target))
	}
	return append(parts, fmt.Sprintf("seed %d", run.Header.Seed))
}

// circumstances is the second line: what was used and how long it took.
func circumstances(run *harness.Run) []string {
	var parts []string
	if c := run.Header.Contracts; len(c) > 0 {
		parts = append(parts, sentence(noun(len(c), "contract")+" "+strings.Join(c, ", ")))
	}
	if p := run.Header.Policies; len(p) > 0 && !slices.Equal(p, run.Header.Contracts) { // the contracts' own need no word
		parts = append(parts, sentence(policyNoun(len(p))+" "+strings.Join(p, ", ")))
	}
	if s := run.Summary; s != nil {
		took := plural(s.Attempts, "attempt")
		if d := s.Ended.Sub(run.Header.Started); d > 0 && !run.Header.Started.IsZero() {
			took += " in " + duration(d)
		}
		parts = append(parts, took)
	}
	if run.Header.Hookrig != "" {
		parts = append(parts, "hookrig "+sentence(run.Header.Hookrig))
	}
	return parts
}

// unchecked explains a run that judged nothing; it is "" for any other.
func unchecked(run *harness.Run) string {
	counts := run.Counts()
	switch {
	case run.Checked():
		return ""
	case counts[harness.Inconclusive] > 0:
		return "Nothing could be judged: no scenario saw enough to conclude. This is not a pass."
	case counts[harness.Skipped] > 0:
		return "Nothing was checked: every scenario was skipped. This is not a pass."
	case len(run.Deliveries) > 0:
		return "Nothing was checked: events were sent, but no scenario judged the replies."
	default:
		return "Nothing was checked: no scenario ran. This is not a pass; see which ones --only and --skip leave."
	}
}

func noun(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func policyNoun(n int) string {
	if n == 1 {
		return "policy"
	}
	return "policies"
}

// duration rounds to what a reader wants to know: 12ms, 3.2s, 4m10s.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		text := d.Round(time.Second).String()
		if strings.HasSuffix(text, "m0s") {
			text = strings.TrimSuffix(text, "0s")
		}
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		return text
	}
}
