package payload

import (
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// judge tells whether values satisfy schemas, those that the solver makes up
// included, which the contract's validator cannot know. It follows JSON Schema
// 2020-12 with formats asserted (by the contract) and in the direction of a
// webhook, where writeOnly members are not owed.
type judge struct {
	c        *contract.Contract
	matchers map[string]matcher
	targets  map[*contract.Schema]*contract.Schema // of references, which are followed for every value
	looser   bool                                  // formats are not looked at
	depth    int
	steps    int // how much was looked at, for the solver's budget
}

func newJudge(c *contract.Contract) *judge {
	return &judge{c: c, matchers: map[string]matcher{}, targets: map[*contract.Schema]*contract.Schema{}}
}

// maxJudged bounds references that lead in a circle without looking into the value.
const maxJudged = 400

// seen collects what a schema's keywords looked at, for unevaluatedProperties and unevaluatedItems.
type seen struct {
	names    map[string]bool
	items    map[int]bool
	allNames bool
	allItems bool
}

func (e *seen) name(name string) {
	if e != nil {
		if e.names == nil {
			e.names = map[string]bool{}
		}
		e.names[name] = true
	}
}

func (e *seen) item(i int) {
	if e != nil {
		if e.items == nil {
			e.items = map[int]bool{}
		}
		e.items[i] = true
	}
}

func (e *seen) add(other *seen) {
	if e == nil {
		return
	}
	for name := range other.names {
		e.name(name)
	}
	for i := range other.items {
		e.item(i)
	}
	e.allNames = e.allNames || other.allNames
	e.allItems = e.allItems || other.allItems
}

// accepts tells whether v satisfies s.
func (j *judge) accepts(s *contract.Schema, v any) bool { return j.judge(s, v, nil) }

// judge adds what a fitting value's parts were looked at by to out, which may be nil.
func (j *judge) judge(s *contract.Schema, v any, out *seen) bool {
	if s == nil {
		return true
	}
	if s.Boolean != nil {
		return *s.Boolean
	}
	j.steps++
	if j.depth++; j.depth > maxJudged {
		j.depth--
		return false
	}
	defer func() { j.depth-- }()
	var own *seen
	if out != nil || s.UnevaluatedItems != nil || s.UnevaluatedProperties != nil {
		own = &seen{}
	}
	if !j.scalar(s, v) || !j.nested(s, v, own) || !j.inPlace(s, v, own) || !j.rest(s, v, own) {
		return false
	}
	out.add(own)
	return true
}

// scalar judges the keywords that look at the value as a whole.
func (j *judge) scalar(s *contract.Schema, v any) bool {
	if !isOneOf(s.Types, v) || s.Const != nil && !equalJSON(plain(s.Const), v) {
		return false
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e *contract.Value) bool { return equalJSON(plain(e), v) }) {
		return false
	}
	switch v := v.(type) {
	case nil, bool:
		return true
	case string:
		return j.text(s, v)
	case []any, object:
		return true
	default:
		return j.number(s, v)
	}
}

func (j *judge) text(s *contract.Schema, v string) bool {
	if s.MinLength != nil || s.MaxLength != nil {
		n := utf8.RuneCountInString(v)
		if s.MinLength != nil && n < *s.MinLength || s.MaxLength != nil && n > *s.MaxLength {
			return false
		}
	}
	if s.Pattern != "" && !j.matches(s.Pattern, v) {
		return false
	}
	return j.looser || !assertedFormats[s.Format] || j.fitsFormat(s, v)
}

// matches counts a pattern that cannot be compiled as one that nothing matches.
func (j *judge) matches(pattern, v string) bool {
	m, err := j.matcher(pattern)
	return err == nil && m.MatchString(v)
}

// matcher compiles a pattern once.
func (j *judge) matcher(pattern string) (matcher, error) {
	m, known := j.matchers[pattern]
	if known && m != nil {
		return m, nil
	}
	m, err := newMatcher(pattern)
	j.matchers[pattern] = m
	return m, err
}

// fitsFormat asks the contract's validator, which is the one that counts.
func (j *judge) fitsFormat(s *contract.Schema, v any) bool {
	if s.Value == nil {
		return true // made up here, for a value that is made by its format
	}
	j.steps += 4
	data, err := encoding{}.appendValue(nil, v)
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(j.c.ValidateAt(s, data), func(v contract.Violation) bool { return v.Rule == "format" })
}

func (j *judge) number(s *contract.Schema, v any) bool {
	if !limitsNumbers(s) {
		return true
	}
	r := ratOfAny(v)
	if !inBounds(s, r) {
		return false
	}
	if b, ok := formatBounds[s.Format]; ok && (s.Format == "int32" || s.Format == "int64") {
		low, high := ratOf(&contract.Value{Text: b[0]}), ratOf(&contract.Value{Text: b[1]})
		if !r.IsInt() || r.Cmp(low) < 0 || r.Cmp(high) > 0 {
			return false
		}
	}
	if s.MultipleOf == nil {
		return true
	}
	step := ratOf(s.MultipleOf)
	return step.Sign() > 0 && new(big.Rat).Quo(r, step).IsInt()
}

// limitsNumbers tells whether there is anything to compute for a number.
func limitsNumbers(s *contract.Schema) bool {
	return s.Minimum != nil || s.Maximum != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil ||
		s.MultipleOf != nil || s.Format == "int32" || s.Format == "int64"
}

func inBounds(s *contract.Schema, r *big.Rat) bool {
	if s.Minimum != nil && r.Cmp(ratOf(s.Minimum)) < 0 || s.ExclusiveMinimum != nil && r.Cmp(ratOf(s.ExclusiveMinimum)) <= 0 {
		return false
	}
	return (s.Maximum == nil || r.Cmp(ratOf(s.Maximum)) <= 0) && (s.ExclusiveMaximum == nil || r.Cmp(ratOf(s.ExclusiveMaximum)) < 0)
}

// inPlace judges the schemas that are applied to the value itself.
func (j *judge) inPlace(s *contract.Schema, v any, out *seen) bool {
	if (s.Ref != "" || s.DynamicRef != "") && !j.target(s, v, out) {
		return false
	}
	for _, sub := range s.AllOf {
		if !j.judge(sub, v, out) {
			return false
		}
	}
	if len(s.AnyOf) > 0 && j.count(s.AnyOf, v, out) == 0 || len(s.OneOf) > 0 && j.count(s.OneOf, v, out) != 1 {
		return false
	}
	if s.Not != nil && j.judge(s.Not, v, nil) {
		return false
	}
	return j.conditional(s, v, out) && j.dependents(s, v, out)
}

func (j *judge) target(s *contract.Schema, v any, out *seen) bool {
	target, known := j.targets[s]
	if !known {
		target, _ = j.c.Resolve(s)
		j.targets[s] = target
	}
	return target != nil && (v == nil && nullableRef(s) || j.judge(target, v, out))
}

func (j *judge) conditional(s *contract.Schema, v any, out *seen) bool {
	switch {
	case s.If == nil:
		return true
	case j.judge(s.If, v, out):
		return j.judge(s.Then, v, out)
	}
	return j.judge(s.Else, v, out)
}

// count tells how many of the schemas the value satisfies.
func (j *judge) count(branches []*contract.Schema, v any, out *seen) (n int) {
	for _, sub := range branches {
		if j.judge(sub, v, out) {
			n++
		}
	}
	return n
}

func (j *judge) dependents(s *contract.Schema, v any, out *seen) bool {
	o, ok := v.(object)
	if !ok {
		return true
	}
	for _, d := range s.DependentSchemas {
		if _, there := o.get(d.Name); there && !j.judge(d.Schema, v, out) {
			return false
		}
	}
	return true
}

// rest judges what the other keywords did not look at.
func (j *judge) rest(s *contract.Schema, v any, own *seen) bool {
	switch v := v.(type) {
	case object:
		if s.UnevaluatedProperties == nil || own.allNames {
			return true
		}
		for _, m := range v {
			if !own.names[m.name] && !j.judge(s.UnevaluatedProperties, m.value, nil) {
				return false
			}
		}
		own.allNames = true
	case []any:
		if s.UnevaluatedItems == nil || own.allItems {
			return true
		}
		for i, item := range v {
			if !own.items[i] && !j.judge(s.UnevaluatedItems, item, nil) {
				return false
			}
		}
		own.allItems = true
	}
	return true
}

// nullableRef tells that `nullable: true` of OpenAPI 3.0 stands beside a $ref.
func nullableRef(s *contract.Schema) bool {
	v := s.Value.Lookup("nullable")
	return s.Ref != "" && len(s.Types) == 0 && len(s.AnyOf) == 0 && v != nil && v.Text == "true"
}

// writeOnly tells whether a member is one that a provider never sends.
func writeOnly(c *contract.Contract, s *contract.Schema) bool {
	for range maxChain {
		if s == nil || s.WriteOnly || s.Ref == "" {
			break
		}
		target, err := c.Resolve(s)
		if err != nil {
			return false
		}
		s = target
	}
	return s != nil && s.WriteOnly
}
