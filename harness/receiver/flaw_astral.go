package receiver

import (
	"strings"

	"github.com/tidwall/gjson"
)

// crashesOnAstralFlaw stores texts in a column of three bytes a character, which
// characters beyond U+FFFF, emoji among them, do not fit into.
func crashesOnAstralFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-astral-unicode", Summary: "answers 500 to characters beyond U+FFFF, such as emoji",
		Themes: []string{"tolerance"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyValue(x.Document, func(v gjson.Result) bool {
				return v.Type == gjson.String && strings.ContainsFunc(v.Str, func(r rune) bool { return r > 0xFFFF })
			})
		}),
	}
}
