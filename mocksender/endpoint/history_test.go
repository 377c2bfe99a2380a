package endpoint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/endpoint"
)

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
	counted  []string  // "ok", "no", "end", "reset", in order
	drain    []string  // what a restart should post, in order
	paused   time.Time // until when a reply asked to be spared
	rows     []endpoint.Transition
}

func TestRandomHistories(t *testing.T) {
	for seed := range uint64(150) {
		random := rand.New(rand.NewPCG(seed, 1))
		settings := endpoint.Settings{
			FailAfter: 1 + random.IntN(10), RestoreAfter: random.IntN(6), ByDate: random.IntN(2) == 0,
			Careful: random.IntN(2) == 0, Parallel: random.IntN(4),
			Pauses: true, InOrder: random.IntN(4) == 0, DropFailed: random.IntN(4) == 0, DropDisabled: random.IntN(4) == 0,
			Failures:  endpoint.Counting{PerEvent: random.IntN(2) == 0, InARow: random.IntN(2) == 0},
			Successes: endpoint.Counting{PerEvent: random.IntN(2) == 0, InARow: random.IntN(2) == 0},
		}
		if random.IntN(2) == 0 {
			settings.FailRate, settings.FailRateOf = 0.6, 1+random.IntN(6)
		}
		h := &history{t: t, random: random, settings: settings, m: endpoint.NewMachine(settings, start), now: start,
			status: endpoint.Active, where: map[string]string{}, dates: map[string]time.Time{}}
		if seed%15 == 0 { // a table takes a while
			h.rows = endpoint.Transitions(settings)
		}
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
	if !h.paused.After(h.now) {
		h.paused = time.Time{}
	}
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
	if !h.paused.IsZero() && !h.paused.After(h.now) {
		h.apply(endpoint.Fact{Kind: endpoint.Resumed})
	}
	h.apply(f)
}

// apply tells the machine a fact, and checks what follows.
func (h *history) apply(f endpoint.Fact) {
	before := h.m.State()
	queue := h.m.Queue()
	after, effects := h.m.Apply(h.now, f)
	if f.Kind == endpoint.Restart || f.Kind == endpoint.Enable && h.tooOften() {
		h.counted, h.paused = append(h.counted, "reset"), time.Time{}
	}
	if f.Pause > 0 {
		h.paused = h.now.Add(f.Pause)
	}
	for _, e := range effects {
		h.effect(e, queue)
	}
	h.inTable(before, after, f, effects)
}

// inTable checks that the transition table has a row for what happened.
func (h *history) inTable(before, after endpoint.State, f endpoint.Fact, effects []endpoint.Effect) {
	on, known := map[endpoint.FactKind]string{
		endpoint.Arrived: "an event arrives", endpoint.Succeeded: "an attempt is acknowledged", endpoint.Due: "a retry is due",
		endpoint.Resumed: "the pause that a reply asked for is over",
		endpoint.Missed:  "an attempt is not acknowledged, and a retry follows", endpoint.Restart: "a person restarts it",
		endpoint.Disable: "a person pauses it", endpoint.Enable: "a person ends the pause",
	}[f.Kind]
	if f.Pause > 0 {
		on = "an attempt is not acknowledged, and the reply asks for a pause"
	}
	if f.Final {
		on = "an attempt is not acknowledged, and the policy gives up"
	}
	changed := before.Status != after.Status || before.Failures != after.Failures || before.Successes != after.Successes
	if h.rows == nil || !known || !changed && len(effects) == 0 {
		return
	}
	for _, row := range h.rows {
		if row.From == before.Status && row.To == after.Status && row.On == on && h.covered(row, before, after, effects) {
			return
		}
	}
	h.t.Errorf("no row for %s, %s -> %s, %+v", on, before.Status, after.Status, effects)
}

// covered tells whether a row names all the effects.
func (h *history) covered(row endpoint.Transition, before, after endpoint.State, effects []endpoint.Effect) bool {
	words := map[string]bool{
		"failures = 0": after.Failures == 0 && before.Failures > 0, "failures + 1": after.Failures > before.Failures,
		"successes = 0": after.Successes == 0 && before.Successes > 0, "successes + 1": after.Successes > before.Successes,
	}
	for _, e := range effects {
		words[map[endpoint.EffectKind]string{endpoint.Post: "posts", endpoint.Hold: "holds", endpoint.Drop: "drops"}[e.Kind]] = true
	}
	for word, is := range words {
		if is && word != "" && !slices.Contains(row.Effects, word) {
			return false
		}
	}
	return true
}

// tooOften is the definition of an endpoint that should stop.
func (h *history) tooOften() bool {
	failures, _ := h.count()
	if failures >= h.settings.FailAfter {
		return true
	}
	var results []bool
	for _, what := range h.counted {
		switch {
		case what == "reset":
			results = nil
		case what == "ok" || what == "end" || !h.settings.Failures.PerEvent:
			results = append(results, what != "ok")
		}
	}
	n, bad := h.settings.FailRateOf, 0
	if n == 0 || len(results) < n {
		return false
	}
	for _, failure := range results[len(results)-n:] {
		if failure {
			bad++
		}
	}
	return float64(bad)/float64(n) >= h.settings.FailRate
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
	f := endpoint.Fact{Kind: endpoint.Missed, Delivery: id}
	if h.random.IntN(4) == 0 {
		f.Pause = time.Duration(1+h.random.IntN(300)) * time.Second
	}
	return f
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
	case endpoint.Drop:
		lossy := h.status == endpoint.Failed && h.settings.DropFailed || h.status == endpoint.Disabled && h.settings.DropDisabled
		if !lossy || h.where[e.Delivery] == "posted" || h.where[e.Delivery] == "settled" {
			h.t.Errorf("%s is %s, and dropped in state %s", e.Delivery, h.where[e.Delivery], h.status)
		}
		h.where[e.Delivery] = "dropped"
	case endpoint.Post:
		if h.paused.After(h.now) {
			h.t.Errorf("%s is posted during a pause", e.Delivery)
		}
		if h.settings.InOrder && h.pick("posted")+h.pick("waiting") != "" {
			h.t.Errorf("%s is posted before the one ahead has settled", e.Delivery)
		}
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
	room := s.Posted < max(h.settings.Parallel, 1)
	if s.Draining || h.settings.InOrder {
		room = s.Posted+s.Waiting == 0
	}
	if s.Status == endpoint.Active && s.Queued > 0 && room && !h.paused.After(h.now) {
		h.t.Errorf("nothing is posted although nothing stands in the way: %+v", s)
	}
	if s.Status == endpoint.Active && h.tooOften() && slices.Contains([]string{"no", "end"}, h.counted[len(h.counted)-1]) {
		h.t.Error("it should have stopped")
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
