package payload

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// Shrinking says how far a payload is reduced.
type Shrinking struct {
	// Rejected tells whether a body is still rejected in the same way. Its error ends the search.
	Rejected func(body []byte) (bool, error)
	// Limit is how often Rejected may be asked. 0 asks never.
	Limit int
	// Keep lists JSON pointers that must stay as they are, such as a token in the body.
	Keep []string
}

// Shrink reduces a payload that a receiver rejects to a small one that it still
// rejects and that still fits the contract: members and elements are dropped,
// values are made plain (after Zeller and Hildebrandt, Simplifying and Isolating
// Failure-Inducing Input, 2002). It returns the smallest body found and how often
// Rejected was asked; on an error, what was found until then.
func (g *Generator) Shrink(event string, body []byte, how Shrinking) ([]byte, int, error) {
	document, err := decode(body)
	if err != nil {
		return body, 0, nil //nolint:nilerr // what is not JSON cannot be taken apart, and stays as it is
	}
	s := &shrinker{Shrinking: how, g: g, event: event, best: document, body: body}
	for s.err == nil && s.asked < s.Limit && s.round() {
		continue
	}
	return s.body, s.asked, s.err
}

type shrinker struct {
	Shrinking
	g     *Generator
	event string
	best  any
	body  []byte
	asked int
	err   error
}

// round goes once over the document and reports whether it became smaller.
func (s *shrinker) round() bool {
	before := len(s.body)
	for _, steps := range s.places() {
		if s.asked >= s.Limit || s.err != nil {
			break
		}
		switch v := valueAt(s.best, steps).(type) {
		case object:
			s.dropMembers(steps, v)
		case []any:
			s.dropElements(steps, v)
		default:
			s.simplify(steps, v)
		}
	}
	return len(s.body) < before
}

// places lists every place of the document that may be changed, objects and arrays
// first and the large before the small, since dropping much at once saves questions.
func (s *shrinker) places() [][]string {
	var all [][]string
	size := map[string]int{}
	var walk func(v any, steps []string) int
	walk = func(v any, steps []string) int {
		n := 1
		switch v := v.(type) {
		case object:
			for _, m := range v {
				n += walk(m.value, append(slices.Clone(steps), m.name))
			}
		case []any:
			for i, item := range v {
				n += walk(item, append(slices.Clone(steps), strconv.Itoa(i)))
			}
		}
		if !slices.Contains(s.Keep, pointerTo(steps)) {
			all = append(all, steps)
			size[pointerTo(steps)] = n
		}
		return n
	}
	walk(s.best, nil)
	slices.SortStableFunc(all, func(a, b []string) int { return cmp.Compare(size[pointerTo(b)], size[pointerTo(a)]) })
	return all
}

func valueAt(v any, steps []string) any {
	for _, step := range steps {
		switch at := v.(type) {
		case object:
			v, _ = at.get(step)
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// dropMembers tries to drop chunks of the members: all, halves, quarters, each.
func (s *shrinker) dropMembers(steps []string, v object) {
	fixed := s.fixed(steps, v)
	for chunk := len(v); chunk > 0 && len(fixed) < len(v); chunk /= 2 {
		for from := 0; from < len(v); {
			rest := without(v, fixed, from, min(from+chunk, len(v)))
			if len(rest) < len(v) && s.try(steps, rest) {
				v = rest
				continue
			}
			from += chunk
		}
	}
}

// fixed are the members that may not be dropped: those that the contract asks for,
// and those that hold something that must be kept.
func (s *shrinker) fixed(steps []string, v object) map[string]bool {
	names := map[string]bool{}
	required := s.required(steps)
	for _, m := range v {
		pointer := pointerTo(append(slices.Clone(steps), m.name))
		kept := slices.ContainsFunc(s.Keep, func(k string) bool { return k == pointer || strings.HasPrefix(k, pointer+"/") })
		if kept || slices.Contains(required, m.name) {
			names[m.name] = true
		}
	}
	return names
}

// without leaves out members that are not fixed.
func without(v object, fixed map[string]bool, from, to int) object {
	var rest object
	for i, m := range v {
		if i < from || i >= to || fixed[m.name] {
			rest = append(rest, m)
		}
	}
	return rest
}

// required lists the members that the contract asks for at a place.
func (s *shrinker) required(steps []string) []string {
	schema, err := s.g.c.Payload(s.event)
	for _, step := range steps {
		if err != nil || schema == nil {
			return nil
		}
		if schema, err = flatten(s.g.c, schema); err == nil {
			schema = memberOf(schema, step)
		}
	}
	if err != nil || schema == nil {
		return nil
	}
	if schema, err = flatten(s.g.c, schema); err != nil {
		return nil
	}
	return schema.Required
}

func memberOf(s *contract.Schema, step string) *contract.Schema {
	for _, p := range s.Properties {
		if p.Name == step {
			return p.Schema
		}
	}
	return s.Items
}

// dropElements tries to drop chunks of the elements, as dropMembers does.
func (s *shrinker) dropElements(steps []string, v []any) {
	for chunk := len(v); chunk > 0; chunk /= 2 {
		for from := 0; from < len(v); {
			rest := slices.Delete(slices.Clone(v), from, min(from+chunk, len(v)))
			if s.try(steps, rest) {
				v = rest
				continue
			}
			from += chunk
		}
	}
}

// simplify tries plainer values, the plainest first.
func (s *shrinker) simplify(steps []string, v any) {
	var plainer []any
	switch v := v.(type) {
	case string:
		s.simplifyText(steps, v)
		return
	case json.Number:
		plainer = []any{json.Number("0"), json.Number("1")}
	case bool:
		plainer = []any{false}
	}
	for _, p := range plainer {
		if p == v || s.try(steps, p) {
			return
		}
	}
}

// simplifyText tries nothing and a letter; then as many letters, and if that does, finds how few do; then either half.
func (s *shrinker) simplifyText(steps []string, v string) {
	n := len([]rune(v))
	if v == "" || s.try(steps, "") || v == "a" || s.try(steps, "a") || n < 2 {
		return
	}
	if plain := strings.Repeat("a", n); plain != v && !s.try(steps, plain) {
		head := cutRunes(v, n/2)
		_ = s.try(steps, head) || s.try(steps, v[len(head):])
		return
	}
	for few, many := 1, n; many-few > 1; { // few letters are too few, many are enough
		middle := (few + many) / 2
		if s.try(steps, strings.Repeat("a", middle)) {
			many = middle
		} else {
			few = middle
		}
	}
}

// try keeps a change when the result fits the contract and is still rejected.
func (s *shrinker) try(steps []string, to any) bool {
	if s.asked >= s.Limit || s.err != nil {
		return false
	}
	document := edited(s.best, steps, func(any) any { return to })
	body, err := s.g.encoding().appendValue(nil, document)
	if err != nil || len(body) > len(s.body) || len(s.g.c.CheckPayload(s.event, nil, body)) > 0 {
		return false
	}
	s.asked++
	rejected, err := s.Rejected(body)
	if err != nil {
		s.err = err
		return false
	}
	if rejected {
		s.best, s.body = document, body
	}
	return rejected
}
