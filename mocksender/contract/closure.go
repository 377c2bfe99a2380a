package contract

import (
	"errors"
	"sort"
	"strings"
)

// How the keywords of JSON Schema 2020-12 hold other schemas
// (https://json-schema.org/draft/2020-12/json-schema-core#section-10).
var (
	oneSchema = map[string]bool{
		"items": true, "contains": true, "unevaluatedItems": true, "additionalProperties": true, "propertyNames": true,
		"unevaluatedProperties": true, "not": true, "if": true, "then": true, "else": true, "contentSchema": true,
	}
	listOfSchemas   = map[string]bool{"prefixItems": true, "allOf": true, "anyOf": true, "oneOf": true}
	namedSchemas    = map[string]bool{"properties": true, "patternProperties": true, "dependentSchemas": true}
	otherAssertions = map[string]bool{
		"type": true, "enum": true, "const": true, "format": true, "minLength": true, "maxLength": true, "pattern": true,
		"minimum": true, "maximum": true, "exclusiveMinimum": true, "exclusiveMaximum": true, "multipleOf": true,
		"minContains": true, "maxContains": true, "minItems": true, "maxItems": true, "uniqueItems": true,
		"minProperties": true, "maxProperties": true, "dependentRequired": true, "$dynamicAnchor": true,
	}
)

// eachInline calls visit for every schema directly inside the schema at p. Of $defs only those count that
// a $dynamicRef may reach without naming them; a $ref leads to the others.
func eachInline(p place, visit func(place)) {
	if alone(p) {
		return
	}
	for _, f := range p.value.Fields {
		at := place{p.doc, join(p.pointer, f.Name), f.Value}
		switch {
		case oneSchema[f.Name] && isSchema(f.Value):
			visit(at)
		case listOfSchemas[f.Name] && f.Value.Kind == Array:
			for i, item := range f.Value.Items {
				if isSchema(item) {
					visit(at.item(i))
				}
			}
		case namedSchemas[f.Name]:
			for _, m := range f.Value.Fields {
				if isSchema(m.Value) {
					visit(place{p.doc, join(at.pointer, m.Name), m.Value})
				}
			}
		case f.Name == "$defs":
			for _, m := range f.Value.Fields {
				if m.Value.Lookup("$dynamicAnchor") != nil {
					visit(place{p.doc, join(at.pointer, m.Name), m.Value})
				}
			}
		}
	}
}

// closure is everything that a schema needs: the schemas that references lead to, and where each reference leads.
type closure struct {
	// units are schemas that lie inside no other unit, the one with the shortest pointer first.
	units []place
	// unitOf maps a place's key to the index of the unit that holds it.
	unitOf map[string]int
	// targets maps the key of a schema with a reference, a space and the keyword to the place that it leads to.
	targets map[string]place
}

// closure walks from the schemas at roots through all references. The error is a *LoadError with every broken one.
func (c *Contract) closure(roots ...place) (*closure, error) {
	w := closureWalk{c: c, targets: map[string]place{}, roots: map[string]bool{}, walked: map[string]bool{}}
	for _, p := range roots {
		w.root(p)
	}
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(next)
	}
	if len(w.problems) > 0 {
		return nil, &LoadError{Problems: w.problems}
	}
	return w.result(), nil
}

type closureWalk struct {
	c        *Contract
	queue    []place // roots still to be walked
	found    []place
	roots    map[string]bool
	targets  map[string]place
	walked   map[string]bool
	problems []Problem
}

func (w *closureWalk) root(p place) {
	if !w.roots[p.key()] {
		w.roots[p.key()] = true
		w.queue, w.found = append(w.queue, p), append(w.found, p)
	}
}

// visit notes the references of the schema at p and of what is inline in it.
func (w *closureWalk) visit(p place) {
	if w.walked[p.key()] {
		return
	}
	w.walked[p.key()] = true
	for _, keyword := range []string{"$ref", "$dynamicRef"} {
		if ref := p.value.Lookup(keyword); ref != nil {
			w.reference(p, keyword, ref)
		}
	}
	eachInline(p, w.visit)
}

func (w *closureWalk) reference(p place, keyword string, ref *Value) {
	target, err := w.c.follow(p, ref)
	if err == nil && !isSchema(target.value) {
		err = problem(ref.Pos, "reference %q names no schema", ref.Text)
	}
	var broken *LoadError
	if errors.As(err, &broken) {
		w.problems = append(w.problems, broken.Problems...)
		return
	}
	w.targets[p.key()+" "+keyword] = target
	w.root(target)
}

// result drops the roots that lie inline in others: every place stands in exactly one unit.
func (w *closureWalk) result() *closure {
	order := append([]place(nil), w.found...)
	sort.SliceStable(order, func(i, j int) bool { return len(order[i].pointer) < len(order[j].pointer) })
	r := &closure{unitOf: map[string]int{}, targets: w.targets}
	for _, p := range order {
		if _, inline := r.unitOf[p.key()]; inline {
			continue
		}
		r.units = append(r.units, p)
		r.claim(p, len(r.units)-1)
	}
	return r
}

func (r *closure) claim(p place, unit int) {
	if _, claimed := r.unitOf[p.key()]; claimed {
		return
	}
	r.unitOf[p.key()] = unit
	eachInline(p, func(sub place) { r.claim(sub, unit) })
}

// within returns the pointer of p inside its unit.
func (r *closure) within(p place) (unit int, pointer string) {
	unit = r.unitOf[p.key()]
	return unit, strings.TrimPrefix(p.pointer, r.units[unit].pointer)
}
