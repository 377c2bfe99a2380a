package k6

import (
	"slices"

	"github.com/grafana/sobek"

	"github.com/hookrig/hookrig/mocksender/load"
)

// record is an object of a script, of which most members are never looked at, and few are ever changed. It costs a third of
// what an ordinary one does, whose members are a map. It implements [sobek.DynamicObject].
type record struct {
	names  []string // shared by many: a change makes a list of its own
	values []sobek.Value
}

// Get returns a member, nil if there is none.
func (r *record) Get(name string) sobek.Value {
	if i := slices.Index(r.names, name); i >= 0 {
		return r.values[i]
	}
	return nil
}

// Set changes a member or adds one.
func (r *record) Set(name string, value sobek.Value) bool {
	if i := slices.Index(r.names, name); i >= 0 {
		r.values[i] = value
	} else {
		r.names, r.values = append(slices.Clip(r.names), name), append(r.values, value)
	}
	return true
}

// Has tells whether there is a member.
func (r *record) Has(name string) bool { return slices.Contains(r.names, name) }

// Delete takes a member out.
func (r *record) Delete(name string) bool {
	if i := slices.Index(r.names, name); i >= 0 {
		r.names, r.values = slices.Delete(slices.Clone(r.names), i, i+1), slices.Delete(r.values, i, i+1)
	}
	return true
}

// Keys are the members' names, in their order.
func (r *record) Keys() []string { return r.names }

// shown makes the objects that next returns. What is the same as in the event before is used again; what a script changes is
// its object's alone.
type shown struct {
	members           []string
	headers           []string
	lines             []phrase // by header
	method, url, kind phrase
}

// phrase is a string with its value for scripts.
type phrase struct {
	text  string
	value sobek.Value
}

// of returns the value of a string.
func (t *phrase) of(rt *sobek.Runtime, s string) sobek.Value {
	if t.value == nil || t.text != s {
		t.text, t.value = s, rt.ToValue(s)
	}
	return t.value
}

// event is a request as a script gets it.
func (s *shown) event(rt *sobek.Runtime, r *load.Request) *sobek.Object {
	if s.members == nil {
		s.members = []string{"body", "headers", "method", "url", "id", "type", "number"}
	}
	return rt.NewDynamicObject(&record{s.members, []sobek.Value{
		rt.ToValue(rt.NewArrayBuffer(append([]byte(nil), r.Body...))), s.header(rt, r.Header), s.method.of(rt, r.Method), s.url.of(rt, r.URL),
		rt.ToValue(r.Event.ID), s.kind.of(rt, r.Event.Type), rt.ToValue(r.Event.Number),
	}})
}

func (s *shown) header(rt *sobek.Runtime, lines [][2]string) *sobek.Object {
	named := func(name string, line [2]string) bool { return name == line[0] }
	if !slices.EqualFunc(s.headers, lines, named) {
		s.headers, s.lines = make([]string, len(lines)), make([]phrase, len(lines)) // others have the old names
		for i, line := range lines {
			s.headers[i] = line[0]
		}
	}
	values := make([]sobek.Value, len(lines))
	for i, line := range lines {
		values[i] = s.lines[i].of(rt, line[1])
	}
	return rt.NewDynamicObject(&record{s.headers, values})
}
