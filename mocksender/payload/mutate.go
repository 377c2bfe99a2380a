package payload

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// Mutation is what was changed in a payload, and what a receiver should make of it.
type Mutation struct {
	// Keyword is the rule that is broken ("required", "type", "enum" …), or for a
	// drifted payload the kind of drift: "unknown-field", "new-enum-value",
	// "new-event-type" or "string-id".
	Keyword string `json:"keyword"`
	// Pointer is the JSON pointer of the place that breaks it, as a validator reports it.
	Pointer string `json:"pointer"`
	// Note says in words what was done, Expect what a receiver should answer.
	Note   string `json:"note"`
	Expect string `json:"expect"`
	// Payload is the changed payload as JSON: the body, unless that is a form.
	Payload json.RawMessage `json:"-"`
}

// Invalid makes an event whose payload breaks the contract in exactly one place.
// Which one depends on the subject's event number, so that a run of numbers goes
// through all of them. The contract's validator has confirmed it. The errors are
// those of [Compile], and one for a payload that nothing can make invalid.
func (g *Generator) Invalid(event string, s Subject) (mocksender.Message, Mutation, error) {
	return g.mutated(event, s, breaking, func(c candidate, violations []contract.Violation) bool {
		return len(violations) == 1 && (c.loose || violations[0].Rule == c.Keyword && violations[0].Instance == c.Pointer)
	})
}

// Drifted makes an event as a provider may send it tomorrow. Some drift breaks the
// contract of today and some does not; the mutation says what to expect.
func (g *Generator) Drifted(event string, s Subject) (mocksender.Message, Mutation, error) {
	return g.mutated(event, s, drifting, func(candidate, []contract.Violation) bool { return true })
}

// candidate is a change that can be made to a payload.
type candidate struct {
	Mutation
	steps []string
	edit  func(any) any // of the value at steps
	// loose tells that the validator says which rule is broken, and where.
	loose bool
}

// finder lists the candidates at one place.
type finder func(s *contract.Schema, v any, steps []string) []candidate

func (g *Generator) mutated(event string, s Subject, find finder, right func(candidate, []contract.Violation) bool) (mocksender.Message, Mutation, error) {
	m, plain, err := g.plainMessage(event, s)
	if err != nil {
		return m, Mutation{}, err
	}
	schema, err := g.c.Payload(m.Event.Type)
	if err != nil {
		return m, Mutation{}, err
	}
	document, err := decode(plain)
	if schema == nil || err != nil {
		return m, Mutation{}, fmt.Errorf("%s: has no body that could be changed", event)
	}
	all := g.candidates(schema, document, nil, find)
	if len(all) == 0 {
		return m, Mutation{}, fmt.Errorf("%s: the contract asks for nothing that could be broken", event)
	}
	start := int(s.Event % uint64(len(all))) //nolint:gosec // below len(all)
	for i := range all {
		c := all[(start+i)%len(all)]
		changed, err := g.changed(m, s, edited(document, c.steps, c.edit), &c.Mutation)
		if err != nil {
			continue
		}
		if violations := g.c.CheckPayload(m.Event.Type, changed.Header, changed.Body); right(c, violations) {
			if c.loose {
				c.Keyword, c.Pointer = violations[0].Rule, violations[0].Instance
			}
			return changed, c.Mutation, nil
		}
	}
	return m, Mutation{}, fmt.Errorf("%s: no change found that breaks exactly one rule", event)
}

// changed is the message with another payload, written in the media type of the event.
func (g *Generator) changed(m mocksender.Message, s Subject, document any, into *Mutation) (mocksender.Message, error) {
	p, err := g.Plan(m.Event.Type)
	if err != nil {
		return m, err
	}
	if into.Payload, err = g.encoding().appendValue(nil, document); err != nil {
		return m, err
	}
	m.Header = m.Header.Clone()
	err = g.write(&m, p, into.Payload, s)
	return m, err
}

func (g *Generator) encoding() encoding {
	v := g.c.Extension("x-faker-options").Lookup("escape_slashes")
	return encoding{escapeSlashes: v != nil && v.Text == "true"}
}

// candidates walks the payload along its schema.
func (g *Generator) candidates(s *contract.Schema, v any, steps []string, find finder) []candidate {
	if s == nil || len(steps) > maxReach {
		return nil
	}
	s, err := flatten(g.c, s)
	if err != nil || s.Boolean != nil {
		return nil
	}
	all := append(find(s, v, steps), g.inBranches(s, v, steps, find)...)
	below := func(name string) []string { return append(slices.Clone(steps), name) }
	switch v := v.(type) {
	case object:
		for _, p := range s.Properties {
			if value, ok := v.get(p.Name); ok {
				all = append(all, g.candidates(p.Schema, value, below(p.Name), find)...)
			}
		}
	case []any:
		for i, item := range v {
			all = append(all, g.candidates(itemAt(s, i), item, below(strconv.Itoa(i)), find)...)
		}
	}
	return all
}

// edited returns a copy of a document in which one place is changed.
func edited(v any, steps []string, edit func(any) any) any {
	if len(steps) == 0 {
		return edit(v)
	}
	switch v := v.(type) {
	case object:
		out := slices.Clone(v)
		for i := range out {
			if out[i].name == steps[0] {
				out[i].value = edited(out[i].value, steps[1:], edit)
			}
		}
		return out
	case []any:
		out := slices.Clone(v)
		if i, err := strconv.Atoi(steps[0]); err == nil && i < len(out) {
			out[i] = edited(out[i], steps[1:], edit)
		}
		return out
	}
	return v
}

func pointerTo(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteByte('/')
		b.WriteString(escapeStep(step))
	}
	return b.String()
}

const expectRefusal = "refused with a 4xx status"

// change is a candidate that replaces the value at steps.
func change(steps []string, keyword, note string, to any) candidate {
	return candidate{Mutation: Mutation{Keyword: keyword, Pointer: pointerTo(steps), Note: note, Expect: expectRefusal}, steps: steps,
		edit: func(any) any { return to }}
}

// breaking lists what would break the rules of one schema.
func breaking(s *contract.Schema, v any, steps []string) []candidate {
	var all []candidate
	if len(s.Types) > 0 {
		all = append(all, wrongType(s, steps))
	}
	if len(s.Enum) > 0 {
		all = append(all, change(steps, "enum", "a value outside of the enum", "not-in-the-enum"))
	}
	if s.Const != nil {
		all = append(all, change(steps, "const", "another value than the constant", otherThan(s.Const)))
	}
	all = append(all, breakingTogether(s, steps)...)
	switch v := v.(type) {
	case string:
		return append(all, breakingText(s, v, steps)...)
	case json.Number:
		return append(all, breakingNumber(s, v, steps)...)
	case []any:
		return append(all, breakingArray(s, v, steps)...)
	case object:
		return append(all, breakingObject(s, v, steps)...)
	}
	return all
}

// wrongType puts a value of a type that is not allowed.
func wrongType(s *contract.Schema, steps []string) candidate {
	others := []struct {
		name  string
		value any
	}{{"object", object{{"unexpected", true}}}, {"string", "text"}, {"array", []any{}}, {"boolean", true}, {"number", json.Number("1.5")}}
	for _, o := range others {
		if !slices.Contains(s.Types, o.name) {
			return change(steps, "type", "a value of type "+o.name, o.value)
		}
	}
	return change(steps, "type", "null", nil)
}

func breakingText(s *contract.Schema, v string, steps []string) []candidate {
	var all []candidate
	if s.MinLength != nil && *s.MinLength > 0 {
		all = append(all, change(steps, "minLength", "one character too short", cutRunes(v, *s.MinLength-1)))
	}
	if s.MaxLength != nil {
		all = append(all, change(steps, "maxLength", "one character too long", v+strings.Repeat("x", max(1, *s.MaxLength+1-len([]rune(v))))))
	}
	if s.Pattern != "" {
		for _, text := range []string{"", "!", "no match", v + "\n!"} {
			all = append(all, change(steps, "pattern", "text that the pattern does not match", text))
		}
	}
	if _, known := formats[s.Format]; known {
		all = append(all, change(steps, "format", "no "+s.Format, "not a "+s.Format+" \\"))
	}
	return all
}

func breakingNumber(s *contract.Schema, v json.Number, steps []string) []candidate {
	var all []candidate
	beyond := func(keyword string, limit *contract.Value, by int64) {
		if limit != nil {
			all = append(all, change(steps, keyword, "beyond the limit "+limit.Text,
				json.Number(decimalText(new(big.Rat).Add(ratOf(limit), big.NewRat(by, 1))))))
		}
	}
	beyond("minimum", s.Minimum, -1)
	beyond("maximum", s.Maximum, 1)
	beyond("exclusiveMinimum", s.ExclusiveMinimum, 0)
	beyond("exclusiveMaximum", s.ExclusiveMaximum, 0)
	if s.MultipleOf != nil {
		half := new(big.Rat).Mul(ratOf(s.MultipleOf), big.NewRat(1, 2))
		number := new(big.Rat).Add(ratOf(&contract.Value{Text: v.String()}), half)
		all = append(all, change(steps, "multipleOf", "half a step beside", json.Number(decimalText(number))))
	}
	return all
}

func breakingArray(s *contract.Schema, v []any, steps []string) []candidate {
	var all []candidate
	if s.MinItems != nil && *s.MinItems > 0 && len(v) >= *s.MinItems {
		all = append(all, change(steps, "minItems", "one element too few", v[:*s.MinItems-1]))
	}
	if s.MaxItems != nil && len(v) > 0 {
		longer := slices.Clone(v)
		for len(longer) <= *s.MaxItems {
			next := v[0]
			if text, ok := next.(string); ok { // elements that differ leave uniqueItems whole
				next = text + strconv.Itoa(len(longer))
			}
			longer = append(longer, next)
		}
		all = append(all, change(steps, "maxItems", "one element too many", longer))
	}
	if s.UniqueItems && len(v) > 1 {
		all = append(all, change(steps, "uniqueItems", "an element twice", append(slices.Clone(v[:len(v)-1]), v[0])))
	}
	return all
}

func breakingObject(s *contract.Schema, v object, steps []string) []candidate {
	var all []candidate
	for _, name := range s.Required {
		rest := slices.DeleteFunc(slices.Clone(v), func(m member) bool { return m.name == name })
		if len(rest) < len(v) {
			all = append(all, change(steps, "required", "without "+name, rest))
		}
	}
	if closed := s.AdditionalProperties; closed != nil && closed.Boolean != nil && !*closed.Boolean {
		all = append(all, change(steps, "additionalProperties", "with a field that the contract does not name",
			append(slices.Clone(v), member{"unexpected_field", "unexpected"})))
	}
	return all
}

// The kinds of drift.
const (
	driftField = "unknown-field"
	driftEnum  = "new-enum-value"
	driftEvent = "new-event-type"
	driftID    = "string-id"
)

// drifting lists what a provider may change tomorrow.
func drifting(s *contract.Schema, v any, steps []string) []candidate {
	drift := func(kind, note, expect string, to any) []candidate {
		c := change(steps, kind, note, to)
		c.Expect = expect
		return []candidate{c}
	}
	name := ""
	if len(steps) > 0 {
		name = steps[len(steps)-1]
	}
	switch v := v.(type) {
	case object:
		if closed := s.AdditionalProperties; s.Const == nil && s.Enum == nil && (closed == nil || closed.Boolean == nil || *closed.Boolean) {
			return drift(driftField, "with a field that nobody knows yet", "acknowledged: unknown fields are ignored",
				append(slices.Clone(v), member{"added_tomorrow", "a value of tomorrow"}))
		}
	case string:
		if s.Const != nil {
			return drift(driftEvent, "a constant that tells event types apart has a new value",
				"acknowledged and ignored, or refused with a 4xx; never a 5xx", v+"_v2")
		}
		if len(s.Enum) > 0 {
			return drift(driftEnum, "a value that the enum does not have yet", "acknowledged, or refused with a 4xx; never a 5xx", v+"_v2")
		}
	case json.Number:
		if t := tails(name); len(t) > 0 && t[len(t)-1] == "id" {
			return drift(driftID, "the id as a string", "acknowledged, or refused with a 4xx; never a 5xx", v.String())
		}
	}
	return nil
}
