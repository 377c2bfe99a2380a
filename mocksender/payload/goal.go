package payload

import (
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// goal is what one value must satisfy, taken apart: rules without references and
// allOf, all of which hold, and choices that are still open.
type goal struct {
	want    []*contract.Schema // what was asked for, to judge the value by
	rules   []rule
	choices []choice
	nots    []*contract.Schema // what must not hold and has not become rules yet
	targets []*contract.Schema // what references led to, to notice recursion
	hard    bool               // it has rules that are not built in but judged
	eager   bool               // what must not hold is built in as far as possible
}

// rule is one schema that is applied to the value itself. Its own keywords for
// branches stand in the goal as further rules and choices.
type rule struct {
	s      *contract.Schema
	parent int // the rule that it is a part of, or -1
}

// choice is a rule's alternatives. Each is a list of schemas that hold together.
type choice struct {
	parent       int
	alternatives [][]*contract.Schema
	inOrder      bool // the first that works is the natural one
}

// clone copies a goal so that an alternative can be added.
func (gl *goal) clone() *goal {
	next := *gl
	next.rules, next.choices = slices.Clip(gl.rules), slices.Clip(gl.choices)
	next.targets, next.nots = slices.Clip(gl.targets), slices.Clip(gl.nots)
	return &next
}

// newGoal takes schemas apart that must hold together.
func (g *solver) newGoal(want []*contract.Schema, eager bool) (*goal, error) {
	gl := &goal{want: want, eager: eager}
	for _, s := range want {
		if err := g.add(gl, s, -1); err != nil {
			return nil, err
		}
	}
	if err := g.addKind(gl); err != nil {
		return nil, err
	}
	if err := g.exclude(gl); err != nil {
		return nil, err
	}
	gl.hard = gl.hard || len(gl.rules) > 1 && len(gl.want) > 1
	return gl, nil
}

// add adds a schema with all that it refers to.
func (g *solver) add(gl *goal, s *contract.Schema, parent int) error {
	if s == nil || s.Boolean != nil && *s.Boolean {
		return nil
	}
	if s.Boolean != nil {
		return impossible(s, "nothing satisfies the schema false")
	}
	for at, n := parent, 0; at >= 0; at, n = gl.rules[at].parent, n+1 {
		if gl.rules[at].s == s || n > maxChain {
			return impossible(s, "it refers to itself without end")
		}
	}
	if len(gl.rules) >= maxRules {
		return unsolved(s, "more than %d schemas hold together", maxRules)
	}
	at := len(gl.rules)
	gl.rules = append(gl.rules, rule{s, parent})
	if err := g.addTarget(gl, s, at); err != nil {
		return err
	}
	for _, sub := range s.AllOf {
		if err := g.add(gl, sub, at); err != nil {
			return err
		}
	}
	return g.addChoices(gl, s, at)
}

func (g *solver) addTarget(gl *goal, s *contract.Schema, at int) error {
	if s.Ref == "" && s.DynamicRef == "" {
		return nil
	}
	target, err := g.c.Resolve(s)
	if err != nil {
		return err
	}
	gl.hard = gl.hard || s.DynamicRef != ""
	gl.targets = append(gl.targets, target)
	return g.add(gl, target, at)
}

func (g *solver) addChoices(gl *goal, s *contract.Schema, at int) error {
	gl.hard = gl.hard || hasConditions(s) || s.UnevaluatedItems != nil || s.UnevaluatedProperties != nil ||
		s.Contains != nil || s.UniqueItems || s.PropertyNames != nil || len(s.PatternProperties) > 0
	if len(s.AnyOf) > 0 {
		gl.choices = append(gl.choices, g.branches(s, s.AnyOf, at, false))
	}
	if len(s.OneOf) > 0 {
		gl.choices = append(gl.choices, g.branches(s, s.OneOf, at, gl.eager))
	}
	if s.If != nil {
		gl.choices = append(gl.choices, conditional(s, at, gl.eager))
	}
	for _, d := range s.DependentSchemas {
		gl.choices = append(gl.choices, dependent(s, d, at))
	}
	if s.Not != nil {
		gl.nots = append(gl.nots, s.Not)
	}
	return nil
}

// exclude turns what must not hold into rules and choices. It comes after all
// else, since what fails a schema may be one of the members that others name.
func (g *solver) exclude(gl *goal) error {
	for len(gl.nots) > 0 {
		s := gl.nots[0]
		gl.nots = gl.nots[1:]
		alternatives := g.negate(s, gl.names())
		switch {
		case alternatives == nil:
			return impossible(s, "everything satisfies what not excludes")
		case len(alternatives) == 1 && len(alternatives[0]) == 1:
			if err := g.add(gl, alternatives[0][0], -1); err != nil {
				return err
			}
		case gl.eager:
			gl.choices = append(gl.choices, choice{parent: -1, alternatives: alternatives})
		}
	}
	return nil
}

// names lists the members that the rules name.
func (gl *goal) names() []string {
	names := map[string]bool{}
	gl.each(func(s *contract.Schema) {
		for _, p := range s.Properties {
			names[p.Name] = true
		}
		for _, name := range s.Required {
			names[name] = true
		}
	})
	return sortedNames(names)
}

// branches are the alternatives of anyOf and oneOf. With alone set the other
// branches are excluded, as oneOf asks for.
func (g *solver) branches(s *contract.Schema, list []*contract.Schema, at int, alone bool) choice {
	ch := choice{parent: at}
	for i, branch := range list {
		alternative := []*contract.Schema{branch}
		if mark := discriminated(s, branch); mark != nil {
			alternative = append(alternative, mark)
		}
		for k, other := range list {
			if alone && k != i {
				alternative = append(alternative, not(other))
			}
		}
		ch.alternatives = append(ch.alternatives, alternative)
	}
	return ch
}

// conditional is the choice between if with then, and else.
func conditional(s *contract.Schema, at int, eager bool) choice {
	yes, no := []*contract.Schema{s.If}, []*contract.Schema{}
	if s.Then != nil {
		yes = append(yes, s.Then)
	}
	if s.Else != nil {
		no = append(no, s.Else)
	}
	if eager {
		no = append(no, not(s.If))
	}
	return choice{parent: at, alternatives: [][]*contract.Schema{yes, no}}
}

// dependent is the choice whether a member is there, and with it what its presence asks for.
func dependent(s *contract.Schema, d contract.Property, at int) choice {
	there := made(s, d.Name)
	there.Required = []string{d.Name}
	absent := made(s, d.Name)
	absent.Properties = []contract.Property{{Name: d.Name, Schema: never(s)}}
	alternatives := [][]*contract.Schema{{there, d.Schema}, {absent}}
	if propertyOf(s, d.Name) == nil && !slices.Contains(s.Required, d.Name) {
		slices.Reverse(alternatives)
	}
	return choice{parent: at, alternatives: alternatives, inOrder: true}
}

// discriminated is the schema that puts a branch's name into the property that OpenAPI's discriminator names.
func discriminated(s, branch *contract.Schema) *contract.Schema {
	d := s.Discriminator
	if d == nil || branch.Ref == "" {
		return nil
	}
	name := kindName(d, branch.Ref, branch.Ref[strings.LastIndexByte(branch.Ref, '/')+1:])
	return marked(s, d.PropertyName, name)
}

// marked is the schema of an object in which a discriminator's property has a value.
func marked(s *contract.Schema, property, name string) *contract.Schema {
	mark, value := made(s, "discriminator"), made(s, "discriminator/value")
	value.Const = &contract.Value{Kind: contract.String, Pos: s.Pos, Text: name}
	mark.Required = []string{property}
	mark.Properties = []contract.Property{{Name: property, Schema: value}}
	return mark
}

// made is an empty schema that stands for a part of s in errors.
func made(s *contract.Schema, part string) *contract.Schema {
	if part != "" {
		part = "/" + part
	}
	return &contract.Schema{Pos: s.Pos, Pointer: s.Pointer + part}
}

func never(s *contract.Schema) *contract.Schema {
	no := false
	return &contract.Schema{Pos: s.Pos, Pointer: s.Pointer, Boolean: &no}
}

func not(s *contract.Schema) *contract.Schema {
	out := made(s, "")
	out.Not = s
	return out
}

// types are the types that all rules allow: nil for any, empty for none.
func (gl *goal) types() []string {
	var types []string
	for _, r := range gl.rules {
		switch {
		case len(r.s.Types) == 0:
		case types == nil:
			types = r.s.Types
		default:
			if types = commonTypes(types, r.s.Types); types == nil {
				types = []string{}
			}
		}
	}
	return types
}

// each visits the schemas of all rules.
func (gl *goal) each(visit func(s *contract.Schema)) {
	for _, r := range gl.rules {
		visit(r.s)
	}
}

// place is the schema that errors about the goal point to.
func (gl *goal) place() *contract.Schema {
	for _, s := range gl.want {
		if s.Pointer != "" {
			return s
		}
	}
	return gl.want[0]
}

// within tells whether rule i is a part of rule top, or is it.
func (gl *goal) within(i, top int) bool {
	for i >= 0 && i != top {
		i = gl.rules[i].parent
	}
	return i == top
}
