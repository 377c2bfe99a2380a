package endpoint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

var start = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// play applies a script: "+a" arrives, "~a" does and is continued later, "+a@3" with a date 3 hours after start, "ok a", "no a" (a retry follows),
// "end a" (given up), "spare a", "due a", "gone a", "restart", "enable", "disable". It returns the effects as text.
func play(m *endpoint.Machine, script string) string {
	var out []string
	for i, step := range strings.Split(script, ", ") {
		_, effects := m.Apply(start.Add(time.Duration(i)*time.Minute), fact(step))
		for _, e := range effects {
			text := string(e.Kind) + " " + e.Delivery
			if e.Kind == endpoint.Changed {
				text = string(e.To)
			}
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

func fact(step string) endpoint.Fact {
	verb, id, _ := strings.Cut(step, " ")
	if name, ok := strings.CutPrefix(step, "+"); ok {
		var hours int
		name, at, dated := strings.Cut(name, "@")
		if dated {
			fmt.Sscan(at, &hours)
		}
		return endpoint.Fact{Kind: endpoint.Arrived, Delivery: name, Date: start.Add(time.Duration(hours) * time.Hour)}
	}
	if name, ok := strings.CutPrefix(step, "~"); ok {
		return endpoint.Fact{Kind: endpoint.Arrived, Delivery: name, Later: true}
	}
	kinds := map[string]endpoint.FactKind{"ok": endpoint.Succeeded, "no": endpoint.Missed, "end": endpoint.Missed, "spare": endpoint.Missed,
		"due": endpoint.Due, "gone": endpoint.Withdrawn, "restart": endpoint.Restart, "enable": endpoint.Enable, "disable": endpoint.Disable,
		"throttled": endpoint.Missed, "resumed": endpoint.Resumed}
	f := endpoint.Fact{Kind: kinds[verb], Delivery: id, Final: verb == "end" || verb == "spare", Spared: verb == "spare"}
	if verb == "throttled" { // the steps are a minute apart
		f.Pause = 5*time.Minute + time.Second
	}
	return f
}

func TestMachine(t *testing.T) {
	careful := endpoint.Settings{FailAfter: 2, ByDate: true, Careful: true, RestoreAfter: 2, Successes: endpoint.Counting{InARow: true}}
	quick := careful
	quick.Careful, quick.Parallel = false, 2
	row := careful
	row.Failures.InARow = true
	event := careful
	event.Failures.PerEvent = true
	gone := careful
	gone.FailTo = endpoint.Deleted
	ordered := endpoint.Settings{InOrder: true, Parallel: 3}
	rate := endpoint.Settings{FailRate: 0.5, FailRateOf: 4}
	lossy := endpoint.Settings{FailAfter: 2, DropFailed: true, Parallel: 2}
	slow := endpoint.Settings{FailAfterTime: 5 * time.Minute, FailTo: endpoint.Disabled}
	for _, test := range []struct {
		name     string
		settings endpoint.Settings
		script   string
		want     string
	}{
		{"one at a time, in order of arrival", endpoint.Settings{}, "+a@2, +b@1, ok a, ok b", "post a, post b"},
		{"a waiting delivery does not hold up others", endpoint.Settings{}, "+a, +b, no a, ok b, due a", "post a, post b, post a"},
		{"two at once", quick, "+a, +b, +c, ok b", "post a, post b, post c"},
		{"fails, queues by date, drains with care", careful,
			"+a@3, no a, due a, no a, +c@2, +b@1, restart, ok b",
			"post a, post a, failed, hold a, hold c, hold b, active, post b, post c"},
		{"drains one at a time until the first success", quick, "+a, +b, no a, no b, +c, restart, ok a, ok b",
			"post a, post b, failed, hold a, hold b, hold c, active, post a, post b, post c"},
		{"care waits for the retry", careful, "+a, end a, +b, no b, +c, restart, no b, +d, due b, ok b, ok c",
			"post a, post b, failed, hold b, hold c, active, post b, post b, post c, post d"},
		{"care goes on after one is given up", careful, "+a, +b, disable, enable, end a, ok b",
			"post a, disabled, hold b, active, post b"},
		{"the unsent of an active endpoint are held when it fails", careful, "+a, +b, no a, ok b, due a, +c, no a, restart",
			"post a, post b, post a, failed, hold c, hold a, active, post a"},
		{"a success in between does not save", careful, "+a, end a, +b, ok b, +c, end c", "post a, post b, post c, failed"},
		{"in a row it does", row, "+a, end a, +b, ok b, +c, end c, +d, end d", "post a, post b, post c, post d, failed"},
		{"two successes in a row reset", careful, "+a, end a, +b, ok b, +c, ok c, +d, end d", "post a, post b, post c, post d"},
		{"per event: retries do not count", event, "+a, no a, due a, no a, due a, end a, +b, end b",
			"post a, post a, post a, post b, failed"},
		{"a spared failure does not count", careful, "+a, spare a, +b, spare b, +c, ok c", "post a, post b, post c"},
		{"deleted: everything is dropped", gone, "+a, +b, no a, no b, +c, restart, enable", "post a, post b, deleted, drop a, drop b, drop c"},
		{"disabled by the time of failing", slow, "+a, no a, due a, no a, due a, due a, no a", "post a, post a, post a, disabled, hold a"},
		{"restart does not end a pause", careful, "disable, +a, restart, enable", "disabled, hold a, active, post a"},
		{"enable wakes a failed endpoint and resets", careful, "+a, end a, +b, end b, enable, +c, end c, +d", "post a, post b, failed, active, post c, post d"},
		{"facts that cannot be true change nothing", careful, "ok x, no x, due x, gone x, +a, due a, +a, enable, restart", "post a"},
		{"in order: a retry holds up the next", ordered, "+a, +b, no a, due a, ok a, ok b", "post a, post a, post b"},
		{"in order: one that is given up does not", ordered, "+a, +b, end a, ok b", "post a, post b"},
		{"two of the last four failed", rate, "+a, +b, +c, +d, +e, end a, ok b, ok c, end d, ok e", "post a, post b, post c, post d, failed, hold e"},
		{"a rate needs all its results", rate, "+a, end a, +b, end b, +c, ok c, +d, ok d", "post a, post b, post c, post d"},
		{"a failed endpoint that does not queue", lossy, "+a, +b, +c, no a, end b, +d, restart, +e", "post a, post b, post c, failed, drop a, drop d, active, post e"},
		{"a paused one does", lossy, "disable, +a, enable", "disabled, hold a, active, post a"},
		{"a pause holds back everything", quick, "+a, +b, throttled a, +c, ok b, due a, resumed, resumed, resumed", "post a, post b, post a, post c"},
		{"a restart ends a pause", careful, "+a, throttled a, +b, restart", "post a, post b"},
		{"one that is continued waits", quick, "~a, +b, due a", "post b, post a"},
		{"one that is continued at a paused endpoint", quick, "disable, ~a, due a, enable", "disabled, hold a, active, post a"},
		{"withdrawn", careful, "+a, +b, +c, gone b, gone a, no c, gone c", "post a, post c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := play(endpoint.NewMachine(test.settings, start), test.script); got != test.want {
				t.Errorf("%s:\ngot  %s\nwant %s", test.script, got, test.want)
			}
		})
	}
}

func TestLateResultOfAFailedEndpoint(t *testing.T) {
	m := endpoint.NewMachine(endpoint.Settings{FailAfter: 1, Parallel: 3}, start)
	if got := play(m, "+a, +b, +c, end a, no b, ok c"); got != "post a, post b, post c, failed, hold b" {
		t.Error(got)
	}
	if s := m.State(); s.Status != endpoint.Failed || s.Failures != 2 || s.Successes != 1 || s.Queued != 1 || s.Posted != 0 {
		t.Errorf("state %+v", s)
	}
}

func TestSettingsOf(t *testing.T) {
	for name, want := range map[string]endpoint.Settings{
		"zipit":  {FailAfter: 10, FailTo: endpoint.Failed, RestoreAfter: 5, Successes: endpoint.Counting{InARow: true}, ByDate: true, Careful: true},
		"svix":   {FailAfterTime: 120 * time.Hour, FailTo: endpoint.Disabled, Failures: endpoint.Counting{InARow: true}, Successes: endpoint.Counting{InARow: true}},
		"github": {Successes: endpoint.Counting{InARow: true}},
	} {
		p, err := policy.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := endpoint.SettingsOf(p); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
