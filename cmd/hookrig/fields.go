package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maxFieldDepth ends the listing of schemas that contain themselves.
const maxFieldDepth = 8

// fieldsOf lists the places of an event's payload in document order.
func fieldsOf(c *contract.Contract, event string) ([]field, error) {
	schema, err := c.Payload(event)
	if err != nil || schema == nil {
		return nil, err
	}
	l := &fieldLister{c: c}
	l.members("", schema, 0)
	return l.fields, l.err
}

type fieldLister struct {
	c      *contract.Contract
	fields []field
	err    error
}

func (l *fieldLister) members(prefix string, s *contract.Schema, depth int) {
	for _, part := range l.parts(s, 0) {
		for _, p := range part.Properties {
			l.field(prefix, p, depth)
		}
	}
}

// parts are the schemas that s is made of: itself, what it refers to, and its allOf.
func (l *fieldLister) parts(s *contract.Schema, depth int) []*contract.Schema {
	if s == nil || depth > maxFieldDepth || l.err != nil {
		return nil
	}
	all := []*contract.Schema{s}
	if s.Ref != "" {
		target, err := l.c.Resolve(s)
		if err != nil {
			l.err = err
			return nil
		}
		all = append(all, l.parts(target, depth+1)...)
	}
	for _, part := range s.AllOf {
		all = append(all, l.parts(part, depth+1)...)
	}
	return all
}

func (l *fieldLister) field(prefix string, p contract.Property, depth int) {
	f := field{Path: strings.TrimPrefix(prefix+"."+p.Name, "."), depth: depth}
	parts := l.parts(p.Schema, 0)
	for _, s := range parts {
		f.Type = first(f.Type, typeOf(s))
		f.Relation = first(f.Relation, relationOf(s.Faker))
		f.Assumption = f.Assumption || s.Assumption
	}
	l.fields = append(l.fields, f)
	if depth >= maxFieldDepth {
		return
	}
	for _, s := range parts {
		for _, sub := range s.Properties {
			l.field(f.Path, sub, depth+1)
		}
		if s.Items != nil {
			l.members(f.Path+"[]", s.Items, depth+1)
		}
	}
}

// typeOf says a schema's type in a few characters: "integer", "string email | null", "print | email".
func typeOf(s *contract.Schema) string {
	switch {
	case s.Const != nil:
		return fmt.Sprintf("%q", s.Const.Text)
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			words[i] = v.Text
		}
		return strings.Join(words, " | ")
	case len(s.Types) == 0:
		return ""
	}
	types := slices.Clone(s.Types)
	if s.Format != "" {
		types[0] += " " + s.Format
	}
	if s.Items != nil && len(s.Items.Types) > 0 {
		types[0] += " of " + s.Items.Types[0]
	}
	return strings.Join(types, " | ")
}

// relationOf says what a field agrees with.
func relationOf(faker *contract.Value) string {
	for _, word := range []string{"same", "expr", "template"} {
		if v := faker.Lookup(word); v != nil {
			return map[string]string{"same": "= ", "expr": "= ", "template": "as "}[word] + v.Text
		}
	}
	if v := faker.Lookup("time").Lookup("from"); v != nil {
		return "counted from " + v.Text
	}
	return ""
}
