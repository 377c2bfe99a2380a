package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

// view shows an endpoint while deliveries go to it: every attempt and every transition on a line
// that stays, and on a terminal the state below them, on a line that changes.
type view struct {
	*sending
	settings endpoint.Settings
	state    endpoint.State
	last     map[string]mocksender.Delivery // by ID, as observed
	live     bool                           // the state's line can be rewritten
	settled  int
}

// checkWatch says why the flags about the endpoint cannot be followed.
func (s *sending) checkWatch(events []chosen) error {
	var problems []error
	if s.restart != 0 && (!s.watch || s.restart < 0) {
		problems = append(problems, fmt.Errorf("--restart-after %s: want more than 0, and --watch", s.restart))
	}
	for _, e := range events {
		if s.watch && e.contract != events[0].contract {
			problems = append(problems, fmt.Errorf("--watch: %s and %s are of two providers, and an endpoint has one", events[0].event.Name, e.event.Name))
		}
	}
	return errors.Join(problems...)
}

// watchAll sends by the endpoint's life, and judges what was not held.
func (s *sending) watchAll(ctx context.Context, all []task) error {
	rig := s.rigs[all[0].event.contract.Name()]
	s.view = &view{
		sending: s, settings: endpoint.SettingsOf(rig.Policy()), last: map[string]mocksender.Delivery{},
		live: isTerminal(s.stdout) && !s.json() && !s.shared.quiet,
	}
	e, err := rig.Endpoint(harness.Shipping{Watch: s.view.fact})
	if err != nil {
		return err
	}
	s.view.state = e.State()
	planned := make([]mocksender.Delivery, len(all))
	for i := range all {
		planned[i] = all[i].delivery
	}
	sent, err := e.Continue(ctx, planned...)
	stopped := func() bool {
		status := e.State().Status
		return status == endpoint.Failed || status == endpoint.Disabled
	}
	if err == nil && s.restart > 0 && stopped() {
		sent, err = s.restarted(ctx, e, sent)
	}
	s.view.end()
	if err == nil && s.restart == 0 && stopped() {
		s.say("the endpoint is %s until somebody restarts it: --restart-after 1h shows what comes then", e.State().Status)
	}
	if err != nil && ctx.Err() == nil {
		return err
	}
	return errors.Join(s.judgeAll(rig, sent), err)
}

// restarted waits, restarts the endpoint as a person would, and puts what was sent then in the place of what was held.
func (s *sending) restarted(ctx context.Context, e *harness.Endpoint, sent []harness.Delivery) ([]harness.Delivery, error) {
	timer := time.NewTimer(s.to.scale.Wait(s.restart))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return sent, context.Cause(ctx)
	}
	again, err := e.Restart(ctx)
	place := map[string]int{}
	for i := range sent {
		place[sent[i].ID] = i
	}
	for _, d := range again {
		sent[place[d.ID]] = d
	}
	return sent, err
}

// judgeAll judges what was sent; what is wrong in the same way is said once.
func (s *sending) judgeAll(rig *harness.Rig, sent []harness.Delivery) error {
	said := map[string]bool{}
	var unreachable error
	for _, d := range sent {
		var fresh []harness.Judgement
		switch d.Outcome {
		case mocksender.Held, "":
			s.outcomes[mocksender.Held]++
			s.worst = exitFindings
		default:
			for _, j := range s.judge(rig, d) {
				if !said[j.Want+j.Got] {
					said[j.Want+j.Got] = true
					fresh = append(fresh, j)
				}
			}
		}
		if u := d.Unreachable(); u == nil {
			s.answered = s.answered || len(d.Attempts) > 0
		} else {
			unreachable = u
		}
		if len(fresh) > 0 || s.json() {
			if err := s.settled(rig, d, fresh); err != nil {
				return err
			}
		}
	}
	if s.answered {
		return nil
	}
	return unreachable
}

// watched is one fact in JSON output.
type watched struct {
	Kind    string            `json:"kind"` // "endpoint"
	At      time.Time         `json:"at"`
	Fact    endpoint.Fact     `json:"fact"`
	State   endpoint.State    `json:"state"`
	Effects []endpoint.Effect `json:"effects,omitempty"`
}

// fact shows what happened. It is called from one goroutine, observers from others.
func (v *view) fact(f endpoint.Fact, state endpoint.State, effects []endpoint.Effect) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := v.state
	v.state = state
	if v.json() {
		_ = json.NewEncoder(v.stdout).Encode(watched{"endpoint", v.now(), f, state, effects}) // a reader that left ends the run elsewhere
		return
	}
	v.clear()
	if f.Kind == endpoint.Succeeded || f.Kind == endpoint.Missed {
		d := v.last[f.Delivery]
		v.attempt(&d, v.change(before))
		if d.Outcome != "" {
			v.settled++
		}
	}
	if state.Status != before.Status {
		v.transition(before, f, effects)
	}
	v.draw()
}

// transition says which state follows, and why.
func (v *view) transition(before endpoint.State, f endpoint.Fact, effects []endpoint.Effect) {
	held := 0
	for _, e := range effects {
		if e.Kind == endpoint.Hold || e.Kind == endpoint.Drop {
			held++
		}
	}
	why := map[endpoint.FactKind]string{
		endpoint.Restart: "restarted", endpoint.Enable: "enabled", endpoint.Disable: "paused",
	}[f.Kind]
	if why == "" {
		why = v.limits(before.Status, v.state.Status)
	}
	if held > 0 {
		why += fmt.Sprintf(", %d held", held)
	} else if v.state.Queued > 0 {
		why += fmt.Sprintf(", %d queued", v.state.Queued+v.state.Posted)
	}
	v.print("%s  %s %s %s  %s\n", v.paint(dim, v.state.Since.Format(clock)), v.status(before.Status), "→", v.status(v.state.Status), why)
}

// limits says in the words of the transition table at which limits failures lead from one state to another.
func (v *view) limits(from, to endpoint.Status) string {
	var all []string
	for _, row := range endpoint.Transitions(v.settings) {
		if row.From == from && row.To == to && row.When != "" && !slices.Contains(all, row.When) {
			all = append(all, row.When)
		}
	}
	return strings.Join(all, " or ")
}

func (v *view) status(status endpoint.Status) string {
	color := map[endpoint.Status]style{endpoint.Active: green, endpoint.Failed: red, endpoint.Deleted: red}[status]
	if color == "" {
		color = yellow
	}
	return v.paint(color, string(status))
}

// change says which counter an attempt moved that something follows from.
func (v *view) change(before endpoint.State) string {
	text := ""
	if v.state.Failures > 0 && v.state.Successes > before.Successes && v.settings.RestoreAfter > 0 || v.state.Failures < before.Failures {
		text = "  " + v.successes()
	}
	if v.state.Failures != before.Failures {
		text += "  " + v.failures()
	}
	return text
}

func (v *view) failures() string { return count("failures", v.state.Failures, v.settings.FailAfter) }

func (v *view) successes() string {
	return count("successes", v.state.Successes, v.settings.RestoreAfter)
}

// count is a counter with the number at which something follows, while that is ahead.
func count(word string, n, limit int) string {
	if n > limit {
		return fmt.Sprintf("%s %d", word, n)
	}
	return fmt.Sprintf("%s %d/%d", word, n, limit)
}

// summary is the state in one line.
func (v *view) summary() string {
	parts := []string{v.status(v.state.Status), v.failures(), v.successes()}
	for _, p := range []struct {
		word string
		n    int
	}{{"queued", v.state.Queued}, {"waiting", v.state.Waiting}, {"under way", v.state.Posted}, {"settled", v.settled}} {
		parts = append(parts, fmt.Sprintf("%s %d", p.word, p.n))
	}
	return v.paint(bold, "● ") + strings.Join(parts, "  ")
}

// clear takes the state's line away, and draw puts it back.
func (v *view) clear() {
	if v.live {
		v.print("\r\x1b[K")
	}
}

func (v *view) draw() {
	if v.live {
		v.print("\r\x1b[K%s", fit(v.summary(), width(v.stdout)-1))
	}
}

// end leaves the last state as a line that stays.
func (v *view) end() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.json() {
		return
	}
	v.clear()
	v.print("%s\n", v.summary())
}

// fit cuts a line that has escape sequences to a width in characters, so that it stays one line.
func fit(line string, columns int) string {
	var b strings.Builder
	escape := false
	for _, r := range line {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		case columns <= 0:
			continue
		default:
			columns--
		}
		b.WriteRune(r)
	}
	return b.String()
}
