package contract

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// direction tells who wrote the body: readOnly and writeOnly mean different things for a webhook and for its reply.
type direction bool

const (
	toReceiver direction = false // the webhook: the provider wrote it, so writeOnly members are not demanded
	toProvider direction = true  // the reply: the receiver wrote it, so readOnly members are not demanded
)

// bundle writes a closure as JSON Schema 2020-12 documents, one for each file of the contract:
// the units stand under $defs by their index. Only keywords that judge are written, and every $ref is rewritten to its
// target's place, so that the engine needs no file and no anchor.
type bundle struct {
	*closure
	direction direction
	// at returns the URL under which a unit stands.
	at func(unit int) string
}

func newBundle(c *closure, d direction) *bundle {
	b := &bundle{closure: c, direction: d}
	b.at = func(unit int) string { return bundleURL(c.units[unit].doc) + "#/$defs/" + strconv.Itoa(unit) }
	return b
}

// isDynamic tells that what a schema means depends on the schemas around it.
func (b *bundle) isDynamic() bool {
	for key := range b.targets {
		if strings.HasSuffix(key, " $dynamicRef") {
			return true
		}
	}
	return false
}

// bundleScheme begins the URLs of bundles; nothing else is ever loaded.
const bundleScheme = "contract:///"

func bundleURL(d *document) string {
	parts := strings.Split(d.file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return bundleScheme + strings.Join(parts, "/")
}

// location returns the URL under which the schema at p stands.
func (b *bundle) location(p place) string {
	unit, rest := b.within(p)
	at := b.at(unit)
	v := b.units[unit].value
	for _, token := range tokens(rest) {
		if isNullableInner(v, token) {
			at += "/anyOf/0"
		}
		at += join("", url.PathEscape(token))
		v = v.step(token)
	}
	return at
}

// resources returns the documents by URL.
func (b *bundle) resources() map[string]any {
	docs := map[string]any{}
	for i, unit := range b.units {
		at := bundleURL(unit.doc)
		doc, _ := docs[at].(map[string]any)
		if doc == nil {
			doc = map[string]any{"$defs": map[string]any{}}
			docs[at] = doc
		}
		doc["$defs"].(map[string]any)[strconv.Itoa(i)] = b.schema(unit)
	}
	return docs
}

// schema writes the schema at p.
func (b *bundle) schema(p place) any {
	if p.value.Kind != Object {
		return p.value.plain()
	}
	out := map[string]any{}
	for _, f := range keywords(p) {
		at := place{p.doc, join(p.pointer, f.Name), f.Value}
		switch {
		case oneSchema[f.Name]:
			out[f.Name] = b.schema(at)
		case listOfSchemas[f.Name]:
			out[f.Name] = b.list(at)
		case namedSchemas[f.Name]:
			out[f.Name] = b.named(at, func(*Value) bool { return true })
		case f.Name == "$defs":
			out[f.Name] = b.named(at, func(v *Value) bool { return v.Lookup("$dynamicAnchor") != nil })
		case f.Name == "$id":
			if id, ok := p.doc.anchors().ids[p.pointer]; ok {
				out[f.Name] = id
			}
		case f.Name == "$ref":
			out[f.Name] = b.location(b.targets[p.key()+" $ref"])
		case f.Name == "$dynamicRef":
			out[f.Name] = b.dynamic(b.targets[p.key()+" $dynamicRef"], f.Value.Text)
		case f.Name == "required":
			if f.Value.Kind != Bool { // of a member, as in older documents
				out[f.Name] = b.required(p, f.Value)
			}
		case otherAssertions[f.Name]:
			out[f.Name] = f.Value.plain()
		}
	}
	writeLegacyLimits(out, p.value)
	writeNullable(out, p.value)
	return out
}

// dynamic keeps a reference dynamic when its target is a $dynamicAnchor of that name, else it is a plain one.
func (b *bundle) dynamic(target place, written string) string {
	_, name, _ := strings.Cut(written, "#")
	if text(target.value.Lookup("$dynamicAnchor")) != name {
		return b.location(target)
	}
	index := target.doc.anchors()
	resource := index.resourceOf(target.pointer)
	if resource == "" {
		return bundleURL(target.doc) + "#" + name
	}
	return index.ids[resource] + "#" + name
}

func (b *bundle) list(at place) any {
	if at.value.Kind != Array {
		return at.value.plain()
	}
	list := make([]any, len(at.value.Items))
	for i := range list {
		list[i] = b.schema(at.item(i))
	}
	return list
}

func (b *bundle) named(at place, keep func(*Value) bool) any {
	if at.value.Kind != Object {
		return at.value.plain()
	}
	out := make(map[string]any, len(at.value.Fields))
	for _, f := range at.value.Fields {
		if keep(f.Value) {
			out[f.Name] = b.schema(place{at.doc, join(at.pointer, f.Name), f.Value})
		}
	}
	return out
}

// required leaves out the members that this direction does not carry: whoever does not write them cannot owe them.
func (b *bundle) required(p place, list *Value) any {
	names, ok := list.plain().([]any)
	if !ok {
		return list.plain()
	}
	properties, seen := p.member("properties"), map[string]bool{}
	return slices.DeleteFunc(names, func(name any) bool {
		text, isText := name.(string)
		twice := isText && seen[text]
		seen[text] = true
		return twice || b.foreign(properties.member(text))
	})
}

// foreign tells whether the schema at p, or what its $ref leads to, says that this direction's writer does not write it.
func (b *bundle) foreign(p place) bool {
	mark := "writeOnly"
	if b.direction == toProvider {
		mark = "readOnly"
	}
	for range maxDepth {
		if p.value == nil {
			return false
		}
		if isTrue(p.value.Lookup(mark)) {
			return true
		}
		p = b.targets[p.key()+" $ref"]
	}
	return false
}

// plain returns v as encoding/json would decode it with UseNumber.
func (v *Value) plain() any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case Array:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			list[i] = item.plain()
		}
		return list
	case Object:
		out := make(map[string]any, len(v.Fields))
		for _, f := range v.Fields {
			out[f.Name] = f.Value.plain()
		}
		return out
	default:
		return nil
	}
}
