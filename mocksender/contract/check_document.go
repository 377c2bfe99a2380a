package contract

import (
	"slices"
	"strings"
)

// checker collects what [Contract.Check] finds beside broken references.
type checker struct {
	c            *Contract
	problems     []Problem
	operationIDs map[string]Position
	walked       map[string]bool // files, and schemas by place
	sound        map[string]bool // schemas by place that were compiled with another one
}

func (k *checker) fault(pos Position, format string, args ...any) {
	k.problems = append(k.problems, fault(pos, format, args...))
}

func (k *checker) warn(pos Position, format string, args ...any) {
	k.problems = append(k.problems, warning(pos, format, args...))
}

// document walks one file to its operations, parameters, media types and schemas.
func (k *checker) document(doc *document) {
	k.walk(place{doc, "", doc.root}, false)
}

// walk looks at p and below; names tells that p's members are named by the author.
func (k *checker) walk(p place, names bool) {
	if p.value.Kind == Array {
		for i := range p.value.Items {
			k.walk(p.item(i), false)
		}
		return
	}
	if !names {
		k.operation(p)
	}
	for _, f := range p.value.Fields {
		at := p.member(f.Name)
		switch {
		case names:
			k.walk(at, false)
		case (f.Name == "schema" || f.Name == "itemSchema") && isSchema(f.Value):
			k.used(p, at)
		case f.Name == "schemas" && f.Value.Kind == Object:
			k.schemas(at)
		case f.Name == "parameters" && f.Value.Kind == Array:
			k.parameters(at)
			k.walk(at, false)
		case !literal(f.Name):
			k.walk(at, named(f.Name))
		}
	}
}

// schemas looks at the ones that are named for others to refer to.
func (k *checker) schemas(p place) {
	for _, f := range p.value.Fields {
		if isSchema(f.Value) {
			k.root(p.member(f.Name))
		}
	}
}

// used looks at the schema of the media type, parameter or header at p; an itemSchema has no examples, which are of all items.
func (k *checker) used(p, schema place) {
	k.root(schema)
	if schema.value != p.value.Lookup("itemSchema") {
		k.examples(p, schema)
	}
}

// root looks at a schema that stands by itself.
func (k *checker) root(p place) {
	k.problems = append(k.problems, k.compile(p, toReceiver)...)
	k.schema(p, false)
}

// compile returns the faults of a schema. What another schema refers to was compiled with it and is not compiled again: in
// documents where everything refers to everything this is most of the work.
func (k *checker) compile(p place, d direction) []Problem {
	for range maxDepth {
		ref := p.value.Lookup("$ref")
		if k.sound[p.key()] || ref == nil || len(p.value.Fields) > 1 {
			break
		}
		target, err := k.c.follow(p, ref)
		if err != nil || !isSchema(target.value) {
			break
		}
		p = target
	}
	if k.sound[p.key()] {
		return nil
	}
	judge := k.c.compile(p, d)
	if len(judge.faults) == 0 {
		for _, unit := range judge.bundle.units {
			k.sound[unit.key()] = true
		}
	}
	return judge.faults
}

// operation notes the operationId of an operation.
func (k *checker) operation(p place) {
	id := p.value.Lookup("operationId")
	if id == nil || id.Kind != String || strings.Contains(p.pointer, "/links/") {
		return
	}
	if first, twice := k.operationIDs[id.Text]; twice {
		k.fault(id.Pos, "operationId %q is there twice (first at %s)", id.Text, first)
		return
	}
	k.operationIDs[id.Text] = id.Pos
}

func (k *checker) parameters(list place) {
	for i := range list.value.Items {
		p, err := k.c.deref(list.item(i))
		if err != nil || p.value.Kind != Object {
			continue
		}
		switch in := text(p.value.Lookup("in")); {
		case text(p.value.Lookup("name")) == "":
			k.fault(p.value.Pos, "a parameter without a name is not read")
		case !slices.Contains([]string{"header", "query", "cookie", "path", "querystring"}, in):
			k.fault(p.value.Pos, "parameter %q is in %q and is not read; want header, query, cookie or path", text(p.value.Lookup("name")), in)
		}
	}
}

// examples judges the examples of a media type, parameter or header, whose schema is at schema.
func (k *checker) examples(p, schema place) {
	if v := p.value.Lookup("example"); v != nil {
		k.example(schema, v, "the example")
	}
	examples := p.value.Lookup("examples")
	if examples == nil || examples.Kind != Object {
		return
	}
	for _, f := range examples.Fields {
		example, err := k.c.deref(p.member("examples").member(f.Name))
		if err != nil {
			k.problems = append(k.problems, problemsOf(err)...)
			continue
		}
		for _, keyword := range []string{"value", "dataValue"} {
			if v := example.value.Lookup(keyword); v != nil {
				k.example(schema, v, "the example "+short(f.Name))
			}
		}
	}
}

// example judges one example. Where a schema is used is not looked at: it is enough when the example fits in one direction.
func (k *checker) example(schema place, v *Value, what string) {
	judge := k.c.compile(schema, toReceiver)
	if len(judge.faults) > 0 {
		return // reported as the schema's own
	}
	violations := judge.judge(v.plain())
	if len(violations) == 0 {
		return
	}
	if other := k.c.compile(schema, toProvider); len(other.faults) == 0 && len(other.judge(v.plain())) == 0 {
		return
	}
	for _, found := range violations {
		at := v.nearest(found.Instance)
		k.fault(at.Pos, "%s breaks its own schema (%s): %s%s", what, found.Pos, found.Message, within(found.Instance))
	}
}

func within(instance string) string {
	if instance == "" {
		return ""
	}
	return " at " + instance
}

// event looks at what concerns an event as a whole.
func (k *checker) event(e *event) {
	if e.err == nil && kindOf(e.MediaType) == otherBody && e.MediaType != "" && !slices.Contains(typesOf(e.body.value), "string") {
		k.warn(e.at.value.Pos, "event %q: a body of the media type %s cannot be written from a schema that is no string, nor judged", e.Name, e.MediaType)
	}
	parameters, err := k.c.Parameters(e.Name)
	if e.err == nil {
		k.problems = append(k.problems, problemsOf(err)...)
	}
	for _, p := range parameters {
		if p.In == "path" && e.Callback == "" {
			k.warn(p.Pos, "path parameter %q of a webhook means nothing: its URL is the receiver's", p.Name)
		}
	}
}

func typesOf(v *Value) []string {
	if v.Lookup("type") == nil {
		return nil
	}
	return types(v)
}
