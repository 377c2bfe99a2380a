package receiver

import "github.com/tidwall/gjson"

// crashesOnEmptyFlaw takes the first character of every text.
func crashesOnEmptyFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-empty-string", Summary: "answers 500 to a text that is empty",
		Themes: []string{"responses"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyValue(x.Document, func(v gjson.Result) bool { return v.Type == gjson.String && v.Str == "" })
		}),
	}
}
