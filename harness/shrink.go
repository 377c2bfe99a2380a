package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// Smallest is what a rejected payload was reduced to.
type Smallest struct {
	// Body is the smallest payload that was still rejected with the same status.
	Body []byte
	// Places are the values in it that could not be made plain: a JSON pointer and the value.
	Places []string
	// Sends is how many exchanges it took.
	Sends int
	// Missing are the places of optional members without which payloads are refused: with them, the plainest is taken.
	Missing []string
	// Always tells that the plainest payload of the event is rejected too: then
	// nothing in the payload is the cause, and nothing was reduced.
	Always bool
}

// String says it for a report, credentials included as they are in Body.
func (s Smallest) String() string {
	if s.Always {
		return "every payload of the event is refused, the plainest too"
	}
	text := fmt.Sprintf("after %d sends, this is still refused", s.Sends)
	if len(s.Missing) > 0 {
		text += "; it is taken with " + strings.Join(s.Missing, ", ") + ", which the contract lets it do without"
	}
	if len(s.Places) > 0 {
		text += "; all in it is plain but " + strings.Join(s.Places, ", ")
	}
	return text + "\n" + string(s.Body)
}

const (
	// plainTries bounds the search for the plainest payload, which sends nothing.
	plainTries = 2000
	// leastSends is what it takes to tell whether everything is rejected.
	leastSends = 2
	// manyPlaces is how many places are named at most.
	manyPlaces = 5
)

// errSpent ends a search that used up its time or its sends.
var errSpent = errors.New("no time or no sends are left")

// Shrink reduces the payload of a delivery that was answered with another status
// than a success to the smallest that fits the contract and is still answered so.
// It makes at most limit exchanges, none after budget has passed. The values that
// matter are found by halving the set of those that are not plain; then members
// are dropped (see [payload.Generator.Shrink]). The error is a fault of ours, or
// the cause of a cancelled ctx.
func (r *Rig) Shrink(ctx context.Context, d Delivery, limit int, budget time.Duration) (Smallest, error) {
	a := d.Last()
	if a == nil || a.Reply == nil || limit <= leastSends {
		return Smallest{Body: d.Message.Body}, nil
	}
	spent, cancel := context.WithTimeoutCause(ctx, budget, errSpent)
	defer cancel()
	s := &shrinking{rig: r, ctx: spent, from: d, status: a.Reply.Status, left: limit}
	if facts, err := receiver.FactsOf(r.contract, d.Message.Event.Type); err == nil && !strings.Contains(facts.ID, `\`) {
		s.id = facts.ID
	}
	err := s.run()
	if errors.Is(err, errSpent) || errors.Is(context.Cause(spent), errSpent) {
		err = nil
	}
	s.found.Sends = limit - s.left
	return s.found, err
}

// shrinking is one reduction under way.
type shrinking struct {
	rig    *Rig
	ctx    context.Context
	from   Delivery
	status int
	left   int
	id     string // gjson path of the event's identifier, "" for none
	fresh  uint64
	found  Smallest
}

func (s *shrinking) run() error {
	s.found.Body = s.from.Message.Body
	event := s.from.Message.Event.Type
	plainest, _, err := s.rig.generator.Shrink(event, s.found.Body, payload.Shrinking{
		Rejected: func([]byte) (bool, error) { return true, nil }, Limit: plainTries, Keep: s.keep(),
	})
	if err != nil {
		return err
	}
	if s.found.Always, err = s.all(plainest); err != nil {
		return err
	}
	if s.found.Always {
		return s.missing(plainest)
	}
	if err := s.halve(plainest); err != nil {
		return err
	}
	s.found.Body, _, err = s.rig.generator.Shrink(event, s.found.Body, payload.Shrinking{
		Rejected: s.rejected, Limit: s.left, Keep: s.keep(),
	})
	s.found.Places = s.places(plainest)
	return err
}

// keep is what must stay for the receiver to take the sender for the provider.
func (s *shrinking) keep() []string {
	var keep []string
	if place := s.rig.policy.Authentication.Value.Body; place != "" {
		keep = append(keep, place)
	}
	return keep
}

// all tells whether payloads of two kinds, with as little in them as can be, are
// rejected as well: then it is not the payload.
func (s *shrinking) all(plainest []byte) (bool, error) {
	rejected, err := s.rejected(plainest)
	if err != nil || !rejected {
		return false, err
	}
	e := s.from.Message.Event
	m, err := s.rig.Variant(e.Type, e.Number, payload.Minimal)
	if err != nil {
		return false, err
	}
	return s.rejected(m.Body)
}

// missing looks for what a payload with as little in it as can be lacks: it takes away from one that has everything, as long
// as that is not rejected. Where it is, no member is the cause.
func (s *shrinking) missing(plainest []byte) error {
	e := s.from.Message.Event
	m, err := s.rig.Variant(e.Type, e.Number, payload.Full)
	if err != nil {
		return err
	}
	if rejected, err := s.rejected(m.Body); err != nil || rejected {
		return err
	}
	taken, _, err := s.rig.generator.Shrink(e.Type, m.Body, payload.Shrinking{
		Rejected: func(body []byte) (bool, error) { rejected, err := s.rejected(body); return !rejected, err }, Limit: s.left, Keep: s.keep(),
	})
	s.found.Missing = added(taken, plainest)
	if s.found.Always = len(s.found.Missing) == 0; !s.found.Always {
		s.found.Body = plainest
	}
	return err
}

// added lists the places of members that one body has and another lacks, without what is below them.
func added(body, other []byte) []string {
	var all []string
	var walk func(pointer string, a, b gjson.Result)
	walk = func(pointer string, a, b gjson.Result) {
		members := b.Map()
		a.ForEach(func(key, value gjson.Result) bool {
			at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key.String())
			same, ok := members[key.String()]
			switch {
			case !ok:
				all = append(all, at)
			case value.IsObject() && same.IsObject():
				walk(at, value, same)
			}
			return true
		})
	}
	walk("", gjson.ParseBytes(body), gjson.ParseBytes(other))
	return all
}

// rejected sends a body and tells whether it is answered as the first one was.
func (s *shrinking) rejected(body []byte) (bool, error) {
	if s.left <= 0 {
		return false, errSpent
	}
	s.left--
	m := s.from.Message
	var err error
	if m.Body, err = s.renamed(body); err != nil {
		return false, err
	}
	d, err := s.rig.Send(s.ctx, m, Shipping{Once: true, Alone: true})
	if err != nil {
		return false, err
	}
	a := d.Last()
	return a.Reply != nil && a.Reply.Status == s.status, nil
}

// renamed gives the body an event identifier of its own, so that a receiver that
// knows repeats by it does not take one for what it acknowledged before.
func (s *shrinking) renamed(body []byte) ([]byte, error) {
	if s.id == "" || !gjson.GetBytes(body, s.id).Exists() {
		return body, nil
	}
	s.fresh++
	e := s.from.Message.Event
	m, err := s.rig.Message(e.Type, e.Number+s.fresh<<32)
	if err != nil {
		return nil, err
	}
	return Replaced(body, "/"+strings.ReplaceAll(s.id, ".", "/"), []byte(gjson.GetBytes(m.Body, s.id).Raw))
}

// halve makes as many values plain as it can, many at once first (after Zeller and
// Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
func (s *shrinking) halve(plainest []byte) error {
	todo := differing(s.found.Body, plainest)
	for chunk := (len(todo) + 1) / 2; chunk > 0 && len(todo) > 0; {
		kept := todo[:0:0]
		for part := range slices.Chunk(todo, chunk) {
			rejected, err := s.made(part)
			if err != nil {
				return err
			}
			if !rejected {
				kept = append(kept, part...)
			}
		}
		todo = kept
		if chunk == 1 {
			return nil
		}
		chunk = min((chunk+1)/2, max(1, (len(todo)+1)/2))
	}
	return nil
}

// made tries the plain values of some places together, and keeps them when the
// result fits the contract and is still rejected.
func (s *shrinking) made(part []place) (bool, error) {
	body := s.found.Body
	for _, p := range part {
		changed, err := Replaced(body, p.pointer, []byte(p.plain))
		if err != nil {
			return false, nil //nolint:nilerr // a place that an earlier step dropped stays as it is
		}
		body = changed
	}
	if len(s.rig.contract.CheckPayload(s.from.Message.Event.Type, nil, body)) > 0 {
		return false, nil
	}
	rejected, err := s.rejected(body)
	if rejected {
		s.found.Body = body
	}
	return rejected, err
}

// places names what is left that is not plain.
func (s *shrinking) places(plainest []byte) []string {
	var named []string
	left := differing(s.found.Body, plainest)
	for _, pointer := range added(s.found.Body, plainest) {
		if v := gjson.GetBytes(s.found.Body, pathOf(pointer)); v.Exists() {
			left = append(left, place{pointer: pointer, value: v.Raw})
		}
	}
	for i, p := range left {
		if i == manyPlaces {
			return append(named, fmt.Sprintf("%d more", len(left)-i))
		}
		named = append(named, p.pointer+" = "+p.value)
	}
	return named
}

// pathOf is a pointer as gjson has it.
func pathOf(pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, step := range steps {
		steps[i] = gjson.Escape(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
	}
	return strings.Join(steps, ".")
}

// place is a value of a body that could be plainer.
type place struct{ pointer, value, plain string }

// differing lists the values, arrays as a whole, that two bodies both have and that are not the same.
func differing(body, plainest []byte) []place {
	var all []place
	var walk func(pointer string, a, b gjson.Result)
	walk = func(pointer string, a, b gjson.Result) {
		if !a.IsObject() || !b.IsObject() {
			if a.Raw != b.Raw {
				all = append(all, place{pointer, a.Raw, b.Raw})
			}
			return
		}
		members := b.Map()
		a.ForEach(func(key, value gjson.Result) bool {
			if other, ok := members[key.String()]; ok {
				walk(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key.String()), value, other)
			}
			return true
		})
	}
	walk("", gjson.ParseBytes(body), gjson.ParseBytes(plainest))
	return all
}
