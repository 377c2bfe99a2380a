package receiver

import (
	"strings"

	"github.com/tidwall/gjson"
)

// crashesOnStringIDFlaw reads an identifier into an integer.
func crashesOnStringIDFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-string-id", Summary: "answers 500 to a number that comes as a string where it is an id",
		Themes: []string{"tolerance"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyMember(x.Document, func(name string, v gjson.Result) bool {
				return strings.HasSuffix(name, "_id") && v.Type == gjson.String && strings.Trim(v.Str, "0123456789") == ""
			})
		}),
	}
}

// crashesOnWholeFlaw expects a point in every amount.
func crashesOnWholeFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-whole-amount", Summary: "answers 500 to an amount without decimals",
		Themes: []string{"responses"},
		Apply: crashesIf(func(x *Exchange) bool {
			return anyMember(x.Document, func(name string, v gjson.Result) bool {
				amount := name == "total" || name == "paid" || name == "mrr" || name == "arr"
				return amount && v.Type == gjson.Number && !strings.Contains(v.Raw, ".")
			})
		}),
	}
}

// longBodyFlaws read into a buffer of one size.
func longBodyFlaws() []Flaw {
	over := func(name, words string, size int) Flaw {
		return Flaw{
			Name: name, Summary: "answers 500 to a body over " + words,
			Themes: []string{"transport"}, Sometimes: []string{"tolerance"},
			Apply: crashesIf(func(x *Exchange) bool { return len(x.Body) > size }),
		}
	}
	return []Flaw{over("crashes-over-4-kib", "4 KiB", 4<<10), over("crashes-over-64-kib", "64 KiB", 64<<10)}
}
