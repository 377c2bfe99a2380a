package contract

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// schema looks at the schema at p and at what is inline in it; part tells that it is one of several that hold together,
// so that what it does not say may stand elsewhere.
func (k *checker) schema(p place, part bool) {
	if k.walked[p.key()] || p.value.Kind != Object {
		return
	}
	k.walked[p.key()] = true
	if alone(p) {
		k.siblings(p.value)
		return
	}
	k.dialect(p)
	k.text(p.value)
	k.contradictions(p.value)
	k.names(p.value, part)
	k.own(p)
	for _, f := range p.value.Fields {
		k.inner(p.member(f.Name), f.Name)
	}
}

// inner looks at the schemas that a keyword holds.
func (k *checker) inner(at place, keyword string) {
	switch {
	case oneSchema[keyword]:
		k.schema(at, together[keyword])
	case listOfSchemas[keyword] && at.value.Kind == Array:
		for i := range at.value.Items {
			k.schema(at.item(i), together[keyword])
		}
	case namedSchemas[keyword] || keyword == "$defs" || keyword == "definitions":
		for _, m := range at.value.Fields {
			k.schema(at.member(m.Name), together[keyword])
		}
	}
}

// together are the keywords whose schemas speak of the same value as the schema around them.
var together = map[string]bool{"allOf": true, "anyOf": true, "oneOf": true, "not": true, "if": true, "then": true, "else": true, "dependentSchemas": true}

// siblings warns of what stands beside a $ref of OpenAPI 3.0.
func (k *checker) siblings(v *Value) {
	for _, f := range v.Fields {
		if assertion(f.Name) && f.Name != "$ref" {
			k.warn(f.Pos, "%s beside $ref means nothing in OpenAPI 3.0 and is not read", f.Name)
		}
	}
}

func assertion(keyword string) bool {
	return oneSchema[keyword] || listOfSchemas[keyword] || namedSchemas[keyword] || otherAssertions[keyword] || keyword == "required"
}

// dialect warns of what belongs to another version of OpenAPI.
func (k *checker) dialect(p place) {
	for _, keyword := range []string{"exclusiveMinimum", "exclusiveMaximum"} {
		if flag := p.value.Lookup(keyword); flag != nil && flag.Kind == Bool && !p.doc.legacy {
			limit := map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}[keyword]
			k.warn(flag.Pos, "%s is a number since OpenAPI 3.1; read as in 3.0: it says whether %s itself is left out", keyword, limit)
		}
	}
	k.required(p.value.Lookup("required"))
	nullable := p.value.Lookup("nullable")
	switch {
	case nullable == nil:
	case nullable.Kind != Bool:
		k.fault(nullable.Pos, "nullable must be true or false")
	case !p.doc.legacy:
		k.warn(nullable.Pos, `nullable means nothing since OpenAPI 3.1; read as in 3.0: null is allowed beside the type (write type: [%s, "null"])`, firstType(p.value))
	}
}

// required warns of what is no list of different names.
func (k *checker) required(v *Value) {
	if v == nil {
		return
	}
	if v.Kind == Bool {
		k.warn(v.Pos, "required lists the names of members; %s in the schema of a member is not read", v.Text)
	}
	seen := map[string]bool{}
	for _, name := range v.Items {
		if seen[name.Text] {
			k.warn(name.Pos, "%q is required twice", name.Text)
		}
		seen[name.Text] = true
	}
}

func firstType(v *Value) string {
	for _, t := range types(v) {
		if t != "null" {
			return t
		}
	}
	return "…"
}

// knownFormats are the formats of JSON Schema 2020-12 and of the OpenAPI format registry
// (https://spec.openapis.org/registry/format/).
var knownFormats = []string{
	"date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference",
	"iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex",
	"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "double-int", "float", "double", "decimal", "decimal128",
	"byte", "base64url", "binary", "password", "char", "commonmark", "html", "http-date", "media-range",
	"sf-binary", "sf-boolean", "sf-decimal", "sf-integer", "sf-string", "sf-token", "unixtime",
}

// text looks at format and pattern.
func (k *checker) text(v *Value) {
	if f := v.Lookup("format"); f != nil && f.Kind == String && !slices.Contains(knownFormats, f.Text) {
		k.warn(f.Pos, "format %q is no format that JSON Schema or OpenAPI knows; any value passes%s", f.Text, DidYouMean(f.Text, knownFormats))
	}
	p := v.Lookup("pattern")
	if p == nil || p.Kind != String {
		return
	}
	if _, err := regexp.Compile(p.Text); err == nil {
		return
	}
	if _, err := compilePattern(p.Text); err != nil {
		return // compiling the schema reports it
	}
	k.warn(p.Pos, "pattern %q needs an ECMA-262 engine: it is matched by backtracking, and a receiver with another engine may not read it", p.Text)
}

// contradictions looks for keywords that nothing satisfies together.
func (k *checker) contradictions(v *Value) {
	if not := v.Lookup("not"); not != nil && (isTrue(not) || not.Kind == Object && len(not.Fields) == 0) {
		k.fault(not.Pos, "nothing satisfies this schema: not refuses every value")
	}
	for _, pair := range [][2]string{{"minLength", "maxLength"}, {"minItems", "maxItems"}, {"minProperties", "maxProperties"}, {"minContains", "maxContains"}, {"minimum", "maximum"}} {
		low, high := v.Lookup(pair[0]), v.Lookup(pair[1])
		if less(high, low) {
			k.fault(low.Pos, "nothing satisfies this schema: %s %s is above %s %s", pair[0], low.Text, pair[1], high.Text)
		}
	}
	list := typesOf(v)
	if c := v.Lookup("const"); c != nil && !allows(list, c) {
		k.fault(c.Pos, "nothing satisfies this schema: const is not of type %s", strings.Join(list, " or "))
	}
	enum := v.Lookup("enum")
	if enum == nil || enum.Kind != Array {
		return
	}
	misfits := slices.DeleteFunc(slices.Clone(enum.Items), func(item *Value) bool { return allows(list, item) })
	if len(misfits) == len(enum.Items) {
		k.fault(enum.Pos, "nothing satisfies this schema: no value of enum is of type %s", strings.Join(list, " or "))
		return
	}
	for _, item := range misfits {
		k.warn(item.Pos, "this value of enum is never sent: it is not of type %s", strings.Join(list, " or "))
	}
}

// less tells whether the number a is smaller than b; a missing one is not.
func less(a, b *Value) bool {
	if number(a) == nil || number(b) == nil {
		return false
	}
	x, okX := new(big.Rat).SetString(a.Text)
	y, okY := new(big.Rat).SetString(b.Text)
	return okX && okY && x.Cmp(y) < 0
}

// allows tells whether a value is of one of the types; no types allow all.
func allows(list []string, v *Value) bool {
	if len(list) == 0 {
		return true
	}
	name := map[Kind]string{Null: "null", Bool: "boolean", Number: "number", String: "string", Array: "array", Object: "object"}[v.Kind]
	if slices.Contains(list, name) {
		return true
	}
	if v.Kind != Number || !slices.Contains(list, "integer") {
		return false
	}
	r, ok := new(big.Rat).SetString(v.Text)
	return ok && r.IsInt()
}

// names looks at required names that no property has.
func (k *checker) names(v *Value, part bool) {
	required, properties := v.Lookup("required"), v.Lookup("properties")
	closed := v.Lookup("additionalProperties")
	if required == nil || required.Kind != Array || properties == nil || properties.Kind != Object || v.Lookup("patternProperties") != nil {
		return
	}
	for _, item := range required.Items {
		switch {
		case item.Kind != String || properties.Lookup(item.Text) != nil:
		case closed != nil && closed.Kind == Bool && !isTrue(closed):
			k.fault(item.Pos, "nothing satisfies this schema: %q is required, is not among the properties, and others are not allowed%s", item.Text, DidYouMean(item.Text, properties.names()))
		case !part && closed == nil && !slices.ContainsFunc(v.Fields, func(f Field) bool { return composes[f.Name] }):
			k.warn(item.Pos, "%q is required but is not among the properties: any value will do%s", item.Text, DidYouMean(item.Text, properties.names()))
		}
	}
}

var composes = map[string]bool{"$ref": true, "$dynamicRef": true, "allOf": true, "anyOf": true, "oneOf": true, "if": true, "dependentSchemas": true}

// own judges the examples and the default of a schema by itself.
func (k *checker) own(p place) {
	if examples := p.value.Lookup("examples"); examples != nil && examples.Kind == Array {
		for _, v := range examples.Items {
			k.example(p, v, "the example")
		}
	}
	for _, keyword := range []string{"example", "default"} {
		if v := p.value.Lookup(keyword); v != nil {
			k.example(p, v, "the "+keyword)
		}
	}
}
