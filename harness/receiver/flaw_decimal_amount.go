package receiver

import (
	"strings"

	"github.com/tidwall/gjson"
)

// crashesOnDecimalFlaw reads amounts as integers.
func crashesOnDecimalFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-decimal-amount", Summary: "answers 500 to an amount with decimals",
		Themes: []string{"responses"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyValue(x.Document, func(v gjson.Result) bool { return v.Type == gjson.Number && strings.ContainsAny(v.Raw, ".eE") })
		}),
	}
}
