package k6

import (
	"slices"

	"github.com/grafana/sobek"
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

// fixed is a record that a script cannot change: it throws a TypeError that tries to.
type fixed struct{ record }

// Set refuses.
func (f *fixed) Set(string, sobek.Value) bool { return false }

// Delete refuses, unless there is nothing to take out.
func (f *fixed) Delete(name string) bool { return !f.Has(name) }
