package receiver

import "github.com/tidwall/gjson"

// anyValue tells whether some value in the document, at any depth, is one that picks picks.
func anyValue(v gjson.Result, picks func(gjson.Result) bool) bool {
	if !v.IsObject() && !v.IsArray() {
		return picks(v)
	}
	found := false
	v.ForEach(func(_, value gjson.Result) bool {
		found = anyValue(value, picks)
		return !found
	})
	return found
}

// anyMember tells whether some member of an object in the document, at any depth, is one that picks picks.
func anyMember(v gjson.Result, picks func(name string, v gjson.Result) bool) bool {
	if !v.IsObject() && !v.IsArray() {
		return false
	}
	found := false
	v.ForEach(func(name, value gjson.Result) bool {
		found = v.IsObject() && picks(name.Str, value) || anyMember(value, picks)
		return !found
	})
	return found
}
