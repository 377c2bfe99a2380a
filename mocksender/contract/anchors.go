package contract

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// anchorIndex holds what a file's schemas call themselves: $id, $anchor and $dynamicAnchor.
type anchorIndex struct {
	byID map[string]string // absolute or relative $id, without fragment, to a pointer
	ids  map[string]string // pointer to $id: the reverse
	// anchors maps resource pointer + "#" + name to a pointer; any maps the name alone to the first.
	anchors, any map[string]string
	names        []string
}

// literal names keywords whose values are data, in which nothing is a schema.
func literal(keyword string) bool {
	switch keyword {
	case "example", "examples", "default", "const", "enum":
		return true
	}
	return strings.HasPrefix(keyword, "x-") && keyword != "x-webhooks"
}

// named tells whether keyword's members are named by the document's author, so that their names are no keywords.
func named(keyword string) bool {
	switch keyword {
	case "properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas", "webhooks", "x-webhooks", "paths",
		"callbacks", "pathItems", "additionalOperations", "responses", "parameters", "requestBodies", "headers", "content", "encoding",
		"mediaTypes", "links", "securitySchemes":
		return true
	}
	return false
}

func indexAnchors(d *document) *anchorIndex {
	x := &anchorIndex{byID: map[string]string{}, ids: map[string]string{}, anchors: map[string]string{}, any: map[string]string{}}
	x.walk(d.root, "", "", false)
	return x
}

func (x *anchorIndex) walk(v *Value, pointer, resource string, names bool) {
	for i, item := range v.Items {
		x.walk(item, pointer+"/"+strconv.Itoa(i), resource, false)
	}
	if !names {
		resource = x.enter(v, pointer, resource)
	}
	for _, f := range v.Fields {
		if names || !literal(f.Name) {
			x.walk(f.Value, join(pointer, f.Name), resource, !names && named(f.Name))
		}
	}
}

// enter notes what the schema at pointer calls itself and returns the resource that it belongs to.
func (x *anchorIndex) enter(v *Value, pointer, resource string) string {
	if id := v.Lookup("$id"); id != nil && id.Kind == String && id.Text != "" && !strings.HasPrefix(id.Text, "#") {
		full := resolveURL(x.ids[resource], strings.TrimSuffix(id.Text, "#"))
		if _, taken := x.byID[full]; !taken {
			x.byID[full], x.ids[pointer] = pointer, full
			resource = pointer
		}
	}
	for _, keyword := range []string{"$anchor", "$dynamicAnchor"} {
		if a := v.Lookup(keyword); a != nil && a.Kind == String {
			addFirst(x.anchors, resource+"#"+a.Text, pointer)
			if addFirst(x.any, a.Text, pointer) {
				x.names = append(x.names, a.Text)
			}
		}
	}
	return resource
}

func addFirst(m map[string]string, key, value string) bool {
	if _, taken := m[key]; taken {
		return false
	}
	m[key] = value
	return true
}

// resourceOf returns the pointer of the nearest schema with an $id at or above pointer, "" for the file itself.
func (x *anchorIndex) resourceOf(pointer string) string {
	for len(x.ids) > 0 && pointer != "" {
		if _, ok := x.ids[pointer]; ok {
			return pointer
		}
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return ""
}

// baseOf returns the $id that relative references at pointer are relative to.
func (x *anchorIndex) baseOf(pointer string) string { return x.ids[x.resourceOf(pointer)] }

func resolveURL(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil || base == "" {
		return ref
	}
	r, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	return b.ResolveReference(r).String()
}

// anchor finds a named place, first in the resource and then anywhere in the file.
func (d *document) anchor(resource, name string) (place, error) {
	x := d.anchors()
	pointer, ok := x.anchors[resource+"#"+name]
	if !ok {
		pointer, ok = x.any[name]
	}
	if !ok {
		return place{}, fmt.Errorf("no $anchor is called %q%s", name, DidYouMean(name, x.names))
	}
	return d.find(pointer)
}
