package contract

import "slices"

// Schemas of OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.4.html#schema-object) differ from JSON Schema 2020-12 in three
// ways that judge: nullable stands for the type "null", exclusiveMinimum and exclusiveMaximum are booleans beside minimum
// and maximum, and what stands beside a $ref means nothing. They are read as the JSON Schema that means the same.

// alone tells that nothing beside the $ref of the schema at p counts, as in OpenAPI 3.0. What only describes is read all
// the same, and so is nullable: whoever writes it there means it.
func alone(p place) bool { return p.doc.legacy && p.value.Lookup("$ref") != nil }

// keywords lists the keywords of the object schema at p that count.
func keywords(p place) []Field {
	if !alone(p) {
		return p.value.Fields
	}
	return slices.DeleteFunc(slices.Clone(p.value.Fields), func(f Field) bool { return f.Name != "$ref" })
}

// legacyLimit returns a limit, as OpenAPI 3.0 or JSON Schema says it, as the two keywords of today: documents of either
// version carry the other's.
func legacyLimit(v *Value, keyword, exclusive string) (limit, beyond *Value) {
	limit, flag := number(v.Lookup(keyword)), v.Lookup(exclusive)
	if isTrue(flag) {
		return nil, limit
	}
	return limit, number(flag)
}

// writeLegacyLimits mends the limits in out, the keywords that were copied from v.
func writeLegacyLimits(out map[string]any, v *Value) {
	for _, pair := range [][2]string{{"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}} {
		flag := v.Lookup(pair[1])
		if flag == nil || flag.Kind != Bool {
			continue
		}
		delete(out, pair[1])
		if limit, ok := out[pair[0]]; ok && isTrue(flag) {
			delete(out, pair[0])
			out[pair[1]] = limit
		}
	}
}

// writeNullable applies `nullable: true`, which documents of 3.1 still carry, to out, the keywords that were copied from v:
// beside a type it adds "null"; without one it allows null instead of what a $ref, allOf, anyOf or oneOf says. enum and
// const name null themselves or do not allow it.
func writeNullable(out map[string]any, v *Value) {
	if !isTrue(v.Lookup("nullable")) {
		return
	}
	if list := types(v); len(list) > 0 && out["type"] != nil {
		all := make([]any, len(list))
		for i, t := range list {
			all[i] = t
		}
		out["type"] = all
		return
	}
	inner := map[string]any{}
	for _, keyword := range nullableInner {
		if sub, ok := out[keyword]; ok {
			inner[keyword] = sub
			delete(out, keyword)
		}
	}
	if len(inner) > 0 {
		out["anyOf"] = []any{inner, map[string]any{"type": "null"}}
	}
}

// nullableInner are the keywords that [writeNullable] moves into an anyOf of its own.
var nullableInner = []string{"$ref", "allOf", "anyOf", "oneOf"}

// isNullableInner tells whether [writeNullable] moves a keyword of the schema v.
func isNullableInner(v *Value, keyword string) bool {
	return slices.Contains(nullableInner, keyword) && isTrue(v.Lookup("nullable")) && len(types(v)) == 0
}

// throughNullable drops from the way of an engine's URL what [writeNullable] put between a schema and its keywords.
func throughNullable(v *Value, way []string) []string {
	if len(way) > 1 && way[0] == "anyOf" && way[1] == "0" && isTrue(v.Lookup("nullable")) && len(types(v)) == 0 {
		return way[2:]
	}
	return way
}
