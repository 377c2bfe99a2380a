package payload

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maxElements bounds what a schema may ask for: a payload with more elements is no webhook.
const maxElements = 50_000

// arrayPlan is what the rules say about an array of a certain length.
type arrayPlan struct {
	low, high int // high is -1 for no bound
	prefix    int
	unique    bool
	contains  []containing
}

// containing is one contains with its numbers.
type containing struct {
	s           *contract.Schema
	least, most int // most is -1 for no bound
}

func (gl *goal) arrayPlan() arrayPlan {
	p := arrayPlan{high: -1}
	gl.each(func(s *contract.Schema) {
		if s.MinItems != nil {
			p.low = max(p.low, *s.MinItems)
		}
		if s.MaxItems != nil && (p.high < 0 || *s.MaxItems < p.high) {
			p.high = *s.MaxItems
		}
		p.prefix = max(p.prefix, len(s.PrefixItems))
		p.unique = p.unique || s.UniqueItems
		if s.Contains == nil {
			return
		}
		c := containing{s.Contains, containsAtLeast(s), -1}
		if s.MaxContains != nil {
			c.most = *s.MaxContains
		}
		p.contains = append(p.contains, c)
		if c.least > 0 {
			p.low = max(p.low, c.least)
		}
	})
	for i := range p.prefix + 1 {
		if slices.ContainsFunc(gl.elementWants(i, nil), isNever) && (p.high < 0 || p.high > i) {
			p.high = i
		}
	}
	return p
}

func isNever(s *contract.Schema) bool { return s.Boolean != nil && !*s.Boolean }

func containsAtLeast(s *contract.Schema) int {
	if s.MinContains != nil {
		return *s.MinContains
	}
	return 1
}

// elementWants lists what the rules ask of element i, which satisfies the contains
// in taken besides.
func (gl *goal) elementWants(i int, taken []*contract.Schema) []*contract.Schema {
	var wants []*contract.Schema
	for at, r := range gl.rules {
		if want := itemAt(r.s, i); want != nil {
			wants = append(wants, want)
		}
		if r.s.UnevaluatedItems != nil && !gl.evaluatesItem(at, i, taken) {
			wants = append(wants, r.s.UnevaluatedItems)
		}
	}
	return wants
}

// evaluatesItem tells whether a part of the rule looks at element i.
func (gl *goal) evaluatesItem(top, i int, taken []*contract.Schema) bool {
	for at, r := range gl.rules {
		if gl.within(at, top) && (itemAt(r.s, i) != nil || at != top && r.s.UnevaluatedItems != nil ||
			r.s.Contains != nil && slices.Contains(taken, r.s.Contains)) {
			return true
		}
	}
	return false
}

// array makes the elements: those of prefixItems, those that contains asks for, and a few more.
func (g *solver) array(gl *goal, name string, try int) (any, error) {
	p := gl.arrayPlan()
	if p.high >= 0 && p.high < p.low {
		return nil, impossible(gl.place(), "it wants at least %d elements and has room for %d", p.low, p.high)
	}
	if p.low > maxElements {
		return nil, unsolved(gl.place(), "it wants %d elements, more than the %d that are made", p.low, maxElements)
	}
	var last error
	for shift := range min(8, p.low+p.prefix+2) {
		items, err := g.elements(gl, p, name, try+shift, shift)
		if err == nil {
			return items, nil
		}
		if _, known := errors.AsType[*unsolvedError](err); !known || g.steps < 0 {
			return nil, err
		}
		if last = err; len(p.contains) == 0 && !p.unique && shift > 0 {
			break
		}
	}
	if len(p.contains) > 0 || p.unique { // other elements might have worked
		last = unsolved(gl.place(), "no %d elements found: %v", p.low, last)
	}
	return nil, last
}

// length chooses how many elements there are.
func (g *solver) length(gl *goal, p arrayPlan, try int) int {
	natural, apart := max(p.low, p.prefix), 0
	for _, c := range p.contains {
		if apart += c.least; try%3 == 0 {
			natural = max(natural, p.prefix+c.least)
		}
	}
	if g.recursive(gl.elementWants(p.prefix, nil)) || try%4 == 3 {
		natural = max(p.low, apart)
	} else {
		natural = max(natural, apart, 1) + g.f.IntN(3)
	}
	if p.high >= 0 {
		natural = min(natural, p.high)
	}
	return natural
}

// elements makes an array. shift moves the elements that contains asks for.
func (g *solver) elements(gl *goal, p arrayPlan, name string, try, shift int) ([]any, error) {
	n := g.length(gl, p, try)
	extra := p.assign(n, shift, try%2 == 1)
	items := make([]any, 0, n)
	for i := range n {
		v, err := g.element(gl, p, append(gl.elementWants(i, extra[i]), extra[i]...), items, singular(name))
		if err != nil {
			if i >= p.low && len(extra[i]) == 0 && !later(extra[i:]) {
				break
			}
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

func later(extra [][]*contract.Schema) bool {
	return slices.ContainsFunc(extra, func(e []*contract.Schema) bool { return len(e) > 0 })
}

// assign spreads what contains asks for over the elements, those behind the
// prefix first. Shared elements satisfy several contains at once.
func (p arrayPlan) assign(n, shift int, shared bool) [][]*contract.Schema {
	extra := make([][]*contract.Schema, n)
	if n == 0 {
		return extra
	}
	at := min(p.prefix, n-1) + shift
	taken := make([]map[int]bool, len(p.contains))
	for i, c := range p.contains {
		from := at
		taken[i] = map[int]bool{}
		for range min(c.least, n) {
			extra[at%n] = append(extra[at%n], c.s)
			taken[i][at%n] = true
			at++
		}
		if shared {
			at = from
		}
	}
	p.limit(extra, taken, shift%2 == 0)
	return extra
}

// limit keeps the other elements from satisfying a contains that only so many
// may satisfy. Lenient leaves out those that have to satisfy something else.
func (p arrayPlan) limit(extra [][]*contract.Schema, taken []map[int]bool, lenient bool) {
	asked := make([]bool, len(extra))
	for i := range extra {
		asked[i] = len(extra[i]) > 0 || i < p.prefix
	}
	for k, c := range p.contains {
		if c.most < 0 {
			continue
		}
		spare := c.most - len(taken[k])
		for i := range extra {
			switch {
			case taken[k][i]:
			case lenient && asked[i] && spare > 0:
				spare--
			default:
				extra[i] = append(extra[i], not(c.s))
			}
		}
	}
}

// element makes one element, different from the others where they must be unique.
func (g *solver) element(gl *goal, p arrayPlan, wants []*contract.Schema, others []any, name string) (any, error) {
	if len(wants) == 0 {
		wants = []*contract.Schema{anyText(gl.place())}
	}
	tries := 12
	for try := range tries {
		if p.unique && try == tries-1 {
			wants = append(wants, noneOf(gl.place(), others))
		}
		v, err := g.value(wants, name)
		if err != nil {
			return nil, err
		}
		if !p.unique || !slices.ContainsFunc(others, func(w any) bool { return equalJSON(v, w) }) {
			return v, nil
		}
	}
	return nil, unsolved(gl.place(), "it has no %d elements that differ", len(others)+1)
}

// anyText stands for a value about which nothing is said.
func anyText(s *contract.Schema) *contract.Schema {
	out := made(s, "")
	out.Types = []string{"string"}
	return out
}

// noneOf excludes values.
func noneOf(s *contract.Schema, values []any) *contract.Schema {
	taken := made(s, "")
	for _, v := range values {
		taken.Enum = append(taken.Enum, valueOf(v))
	}
	return not(taken)
}

// valueOf is the opposite of [plain].
func valueOf(v any) *contract.Value {
	switch v := v.(type) {
	case nil:
		return &contract.Value{Text: "null"}
	case bool:
		return &contract.Value{Kind: contract.Bool, Text: fmt.Sprint(v)}
	case string:
		return &contract.Value{Kind: contract.String, Text: v}
	case []any:
		out := &contract.Value{Kind: contract.Array}
		for _, item := range v {
			out.Items = append(out.Items, valueOf(item))
		}
		return out
	case object:
		out := &contract.Value{Kind: contract.Object}
		for _, m := range v {
			out.Fields = append(out.Fields, contract.Field{Name: m.name, Value: valueOf(m.value)})
		}
		return out
	}
	return &contract.Value{Kind: contract.Number, Text: fmt.Sprint(v)}
}

// singular is the name of an array's element.
func singular(name string) string {
	switch {
	case len(name) > 4 && strings.HasSuffix(name, "ies"):
		return name[:len(name)-3] + "y"
	case len(name) > 3 && strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss"):
		return name[:len(name)-1]
	}
	return name
}
