package receiver

import "github.com/tidwall/gjson"

// crashesOnNullFlaw reads every field as if it had a value.
func crashesOnNullFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-null", Summary: "answers 500 to a field that is null",
		Themes: []string{"responses"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyValue(x.Document, func(v gjson.Result) bool { return v.Type == gjson.Null })
		}),
	}
}
