package k6

import (
	"bytes"
	"slices"

	"github.com/grafana/sobek"

	"github.com/hookrig/hookrig/mocksender/load"
)

// event is what next returns: an object as any other, whose members are made when a script asks for them. What a script changes
// is this object's alone. It implements [sobek.DynamicObject].
type event struct {
	shown  *shown
	alike  *alike
	body   sobek.Value
	id     string
	number uint64
	header sobek.Value // once it was asked for
	own    *record     // all members, once a script has changed one
}

// Get returns a member, nil if there is none.
func (e *event) Get(name string) sobek.Value {
	if e.own != nil {
		return e.own.Get(name)
	}
	switch name {
	case "body":
		return e.body
	case "headers":
		return e.headers()
	case "params":
		return e.params()
	case "method":
		return e.alike.method.value
	case "url":
		return e.alike.url.value
	case "type":
		return e.alike.kind.value
	case "id":
		return e.shown.rt.ToValue(e.id)
	case "number":
		return e.shown.rt.ToValue(e.number)
	}
	return nil
}

// headers are the event's own: a script may change them.
func (e *event) headers() sobek.Value {
	if e.header == nil {
		e.header = e.shown.rt.NewDynamicObject(&record{e.alike.names, slices.Clone(e.alike.values)})
	}
	return e.header
}

// params are what events with the same headers have in common, unless a script has had its hands on those of this one.
func (e *event) params() sobek.Value {
	if e.header != nil {
		return e.shown.params(e.header)
	}
	if e.alike.params == nil {
		e.alike.params = e.shown.params(e.shown.rt.NewDynamicObject(&fixed{record{e.alike.names, e.alike.values}}))
	}
	return e.alike.params
}

// Set changes a member or adds one. New headers are in params too, unless those are the script's.
func (e *event) Set(name string, value sobek.Value) bool {
	own := e.changed()
	if name == "headers" && ours(own.Get("params")) {
		own.Set("params", e.shown.params(value))
	}
	return own.Set(name, value)
}

// ours tells that we made an object.
func ours(v sobek.Value) bool {
	object, ok := v.(*sobek.Object)
	if ok {
		_, ok = object.Export().(*fixed)
	}
	return ok
}

// Has tells whether there is a member.
func (e *event) Has(name string) bool { return slices.Contains(e.Keys(), name) }

// Delete takes a member out.
func (e *event) Delete(name string) bool { return e.changed().Delete(name) }

// Keys are the members' names, in their order.
func (e *event) Keys() []string {
	if e.own != nil {
		return e.own.names
	}
	return e.shown.members
}

func (e *event) changed() *record {
	if e.own == nil {
		own := &record{names: e.shown.members}
		for _, name := range own.names {
			own.values = append(own.values, e.Get(name))
		}
		e.own = own
	}
	return e.own
}

// shown makes the events of one virtual user.
type shown struct {
	rt      *sobek.Runtime
	members []string // of an event
	outer   []string // of its params
	last    *alike
}

func newShown(rt *sobek.Runtime) *shown {
	return &shown{rt: rt, members: []string{"body", "headers", "method", "url", "id", "type", "number", "params"}, outer: []string{"headers"}}
}

// event is a request as a script gets it.
func (s *shown) event(r *load.Request) *sobek.Object {
	if !s.last.has(r) {
		s.last = s.alike(r, s.last)
	}
	return s.rt.NewDynamicObject(&event{shown: s, alike: s.last, id: r.Event.ID, number: r.Event.Number,
		body: s.rt.ToValue(s.rt.NewArrayBuffer(bytes.Clone(r.Body)))})
}

// params is what k6's http takes as its last argument.
func (s *shown) params(headers sobek.Value) sobek.Value {
	return s.rt.NewDynamicObject(&fixed{record{s.outer, []sobek.Value{headers}}})
}

// alike is what events of a virtual user have in common, most often all but body, id and number. Nothing of it changes.
type alike struct {
	kind, method, url phrase
	lines             [][2]string // the headers
	names             []string
	values            []sobek.Value
	params            sobek.Value // once it was asked for
}

// phrase is a string with its value for scripts.
type phrase struct {
	text  string
	value sobek.Value
}

// has tells that r has all of it, and no more.
func (a *alike) has(r *load.Request) bool {
	return a != nil && a.kind.text == r.Event.Type && a.method.text == r.Method && a.url.text == r.URL && slices.Equal(a.lines, r.Header)
}

// alike takes from the last one what is still the same.
func (s *shown) alike(r *load.Request, last *alike) *alike {
	if last == nil {
		last = &alike{}
	}
	a := &alike{kind: s.phrase(r.Event.Type, last.kind), method: s.phrase(r.Method, last.method), url: s.phrase(r.URL, last.url),
		lines: slices.Clone(r.Header), names: last.names, values: make([]sobek.Value, len(r.Header))}
	if !slices.EqualFunc(a.names, a.lines, func(name string, line [2]string) bool { return name == line[0] }) {
		a.names = make([]string, len(a.lines))
		for i, line := range a.lines {
			a.names[i] = line[0]
		}
	}
	for i, line := range a.lines {
		if i < len(last.lines) && last.lines[i][1] == line[1] {
			a.values[i] = last.values[i]
		} else {
			a.values[i] = s.rt.ToValue(line[1])
		}
	}
	return a
}

func (s *shown) phrase(text string, last phrase) phrase {
	if last.value != nil && last.text == text {
		return last
	}
	return phrase{text, s.rt.ToValue(text)}
}
