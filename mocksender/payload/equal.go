package payload

import (
	"encoding/json"
	"math/big"
	"slices"
)

// isOneOf tells whether v is of one of the types; no types are all types.
func isOneOf(types []string, v any) bool {
	if len(types) == 0 {
		return true
	}
	t := typeOf(v)
	return slices.Contains(types, t) || t == "integer" && slices.Contains(types, "number")
}

// typeOf is the JSON type of a value; whole numbers are integers.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case object:
		return "object"
	default:
		if _, whole := asInt(v); whole || ratOfAny(v).IsInt() {
			return "integer"
		}
		return "number"
	}
}

// ratOfAny reads a number exactly.
func ratOfAny(v any) *big.Rat {
	r := new(big.Rat)
	switch v := v.(type) {
	case int:
		return r.SetInt64(int64(v))
	case int64:
		return r.SetInt64(v)
	case uint64:
		return r.SetInt(new(big.Int).SetUint64(v))
	case float64:
		r.SetFloat64(v)
	case json.Number:
		r.SetString(v.String())
	}
	return r
}

// equalJSON compares by JSON's meaning: 1 and 1.0 are equal, and the order of members is not looked at.
func equalJSON(a, b any) bool {
	switch a := a.(type) {
	case nil, bool, string:
		return a == b
	case []any:
		c, ok := b.([]any)
		return ok && slices.EqualFunc(a, c, equalJSON)
	case object:
		c, ok := b.(object)
		return ok && len(a) == len(c) && !slices.ContainsFunc(a, func(m member) bool {
			v, there := c.get(m.name)
			return !there || !equalJSON(m.value, v)
		})
	}
	switch b.(type) {
	case nil, bool, string, []any, object:
		return false
	}
	return ratOfAny(a).Cmp(ratOfAny(b)) == 0
}
