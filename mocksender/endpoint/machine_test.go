package endpoint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

var start = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// play applies a script: "+a" arrives, "+a@3" with a date 3 hours after start, "ok a", "no a" (a retry follows),
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
	kinds := map[string]endpoint.FactKind{"ok": endpoint.Succeeded, "no": endpoint.Missed, "end": endpoint.Missed, "spare": endpoint.Missed,
		"due": endpoint.Due, "gone": endpoint.Withdrawn, "restart": endpoint.Restart, "enable": endpoint.Enable, "disable": endpoint.Disable}
	return endpoint.Fact{Kind: kinds[verb], Delivery: id, Final: verb == "end" || verb == "spare", Spared: verb == "spare"}
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

// history drives a machine at random and keeps what a definition of its rules needs.
type history struct {
	t        *testing.T
	random   *rand.Rand
	settings endpoint.Settings
	m        *endpoint.Machine
	now      time.Time
	status   endpoint.Status
	where    map[string]string // every delivery that has arrived: posted, waiting, held, settled
	dates    map[string]time.Time
	counted  []string // "ok", "no", "end", "reset", in order
	drain    []string // what a restart should post, in order
}

func TestRandomHistories(t *testing.T) {
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		settings := endpoint.Settings{
			FailAfter: 1 + random.IntN(10), RestoreAfter: random.IntN(6), ByDate: random.IntN(2) == 0,
			Careful: random.IntN(2) == 0, Parallel: random.IntN(4),
			Failures:  endpoint.Counting{PerEvent: random.IntN(2) == 0, InARow: random.IntN(2) == 0},
			Successes: endpoint.Counting{PerEvent: random.IntN(2) == 0, InARow: random.IntN(2) == 0},
		}
		h := &history{t: t, random: random, settings: settings, m: endpoint.NewMachine(settings, start), now: start,
			status: endpoint.Active, where: map[string]string{}, dates: map[string]time.Time{}}
		for range 200 {
			h.step()
			h.check()
			if t.Failed() {
				t.Fatalf("seed %d, settings %+v, history %v", seed, settings, h.counted)
			}
		}
	}
}

// step applies a random fact that can be true.
func (h *history) step() {
	h.now = h.now.Add(time.Duration(h.random.IntN(100)) * time.Second)
	f := endpoint.Fact{Kind: endpoint.Arrived, Delivery: fmt.Sprint("d", len(h.where)), Date: start.Add(time.Duration(h.random.IntN(20)) * time.Hour)}
	switch n := h.random.IntN(20); {
	case n < 6:
		h.dates[f.Delivery] = f.Date
		h.where[f.Delivery] = "held"
	case n < 15:
		f = h.result()
	case n < 17:
		if f = (endpoint.Fact{Kind: endpoint.Due, Delivery: h.pick("waiting")}); f.Delivery != "" {
			h.where[f.Delivery] = "held"
		}
	default:
		f = endpoint.Fact{Kind: []endpoint.FactKind{endpoint.Restart, endpoint.Enable, endpoint.Disable}[n-17]}
	}
	before := h.m.State()
	queue := h.m.Queue()
	_, effects := h.m.Apply(h.now, f)
	if f.Kind == endpoint.Restart || f.Kind == endpoint.Enable && before.Status != endpoint.Active && before.Failures >= h.settings.FailAfter {
		h.counted = append(h.counted, "reset")
	}
	for _, e := range effects {
		h.effect(e, queue)
	}
}

func (h *history) result() endpoint.Fact {
	id := h.pick("posted")
	switch {
	case id == "":
		return endpoint.Fact{Kind: endpoint.Due, Delivery: "nobody"}
	case h.random.IntN(2) == 0:
		h.where[id] = "settled"
		h.counted = append(h.counted, "ok")
		return endpoint.Fact{Kind: endpoint.Succeeded, Delivery: id}
	case h.random.IntN(3) == 0:
		h.where[id] = "settled"
		h.counted = append(h.counted, "end")
		return endpoint.Fact{Kind: endpoint.Missed, Delivery: id, Final: true}
	}
	h.where[id] = "waiting"
	h.counted = append(h.counted, "no")
	return endpoint.Fact{Kind: endpoint.Missed, Delivery: id}
}

// pick returns a delivery that is there, or "".
func (h *history) pick(where string) string {
	var ids []string
	for id, w := range h.where {
		if w == where {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	return ids[h.random.IntN(len(ids))]
}

func (h *history) effect(e endpoint.Effect, queue []string) {
	switch e.Kind {
	case endpoint.Changed:
		if e.From != h.status || e.From == e.To {
			h.t.Errorf("changed from %s to %s, was %s", e.From, e.To, h.status)
		}
		h.status = e.To
		h.drain = nil
		if e.To == endpoint.Active {
			h.drain = queue
		}
	case endpoint.Hold:
		if h.status == endpoint.Active {
			h.t.Errorf("%s is held although the endpoint is active", e.Delivery)
		}
		h.where[e.Delivery] = "held"
	case endpoint.Post:
		if h.status != endpoint.Active {
			h.t.Errorf("%s is posted to a %s endpoint", e.Delivery, h.status)
		}
		if h.where[e.Delivery] != "held" {
			h.t.Errorf("%s is posted, and is %s already", e.Delivery, h.where[e.Delivery])
		}
		h.where[e.Delivery] = "posted"
		h.inOrder(e.Delivery)
	}
}

// inOrder checks that what a restart found in the queue is posted in its order.
func (h *history) inOrder(id string) {
	at := slices.Index(h.drain, id)
	if at < 0 {
		return
	}
	for _, earlier := range h.drain[:at] {
		if h.where[earlier] == "held" {
			h.t.Errorf("%s is posted before %s", id, earlier)
		}
	}
	if h.settings.ByDate && at > 0 && h.dates[h.drain[at]].Before(h.dates[h.drain[at-1]]) {
		h.t.Errorf("the queue is not in order of dates")
	}
	h.drain = slices.Clone(h.drain[at+1:])
}

// check compares the machine with the history.
func (h *history) check() {
	s := h.m.State()
	failures, successes := h.count()
	if s.Failures != failures || s.Successes != successes {
		h.t.Errorf("counters %d and %d, by definition %d and %d", s.Failures, s.Successes, failures, successes)
	}
	n := map[string]int{}
	for _, w := range h.where {
		n[w]++
	}
	if s.Queued != n["held"] || s.Posted != n["posted"] || s.Waiting != n["waiting"] || len(h.m.Queue()) != n["held"] {
		h.t.Errorf("state %+v, but the history has %v", s, n)
	}
	if s.Status != h.status || !slices.Contains([]endpoint.Status{endpoint.Active, endpoint.Failed, endpoint.Disabled}, s.Status) {
		h.t.Errorf("state %s, by its changes %s", s.Status, h.status)
	}
	if s.Status != endpoint.Active && s.Waiting > 0 {
		h.t.Errorf("retries wait for a %s endpoint", s.Status)
	}
}

// count is the definition of the counters: it looks at the whole history each time.
func (h *history) count() (failures, successes int) {
	fail, good := h.settings.Failures, h.settings.Successes
	for _, what := range h.counted {
		final := what == "end"
		switch what {
		case "reset":
			failures, successes = 0, 0
		case "ok":
			successes++
			restored := h.settings.RestoreAfter > 0 && successes >= h.settings.RestoreAfter
			if restored || fail.InARow {
				failures = 0
			}
			if restored && !good.InARow {
				successes = 0
			}
		default:
			if final || !fail.PerEvent {
				failures++
			}
			if good.InARow && (final || !good.PerEvent) {
				successes = 0
			}
		}
	}
	return failures, successes
}
