package receiver

import (
	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// crashesOnUnknownFieldFlaw maps payloads to classes and fails on a member that they lack.
func crashesOnUnknownFieldFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-unknown-field", Summary: "answers 500 to a field that the contract does not name",
		Themes: []string{"tolerance"},
		Apply:  crashesIf(hasUnknownField),
	}
}

func hasUnknownField(x *Exchange) bool {
	schema, err := x.desk.contract.Payload(x.Event)
	if err != nil {
		return false
	}
	known, parents := map[string]bool{}, map[string]bool{"": true}
	walk(x.desk.contract, schema, func(path string, s *contract.Schema) {
		known[path] = true
		if len(s.Properties) > 0 {
			parents[path] = true
		}
	})
	return unknownBelow("", x.Document, known, parents)
}

// unknownBelow looks at the objects whose members the contract names.
func unknownBelow(path string, v gjson.Result, known, parents map[string]bool) bool {
	found := false
	if !v.IsObject() || !parents[path] {
		return false
	}
	v.ForEach(func(key, value gjson.Result) bool {
		below := gjsonKey(key.Str)
		if path != "" {
			below = path + "." + below
		}
		found = !known[below] || unknownBelow(below, value, known, parents)
		return !found
	})
	return found
}
