package payload

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maker makes one value of a pool. Row holds the values of the row made so far; it is nil outside a pool.
type maker func(f *gofakeit.Faker, row *cells) (any, error)

// funcMaker resolves a faker function and its parameters once.
func funcMaker(s *spec, fail func(contract.Position, string, ...any)) maker {
	name := strings.ToLower(s.arg.Text)
	if own, ok := ownFuncs[name]; ok {
		checkParams(s, nil, fail)
		return func(f *gofakeit.Faker, _ *cells) (any, error) { return own(f), nil }
	}
	info := gofakeit.GetFuncLookup(name)
	if info == nil {
		fail(s.arg.Pos, "x-faker: unknown function %q%s", s.arg.Text, contract.DidYouMean(name, funcNames()))
		return nil
	}
	params := checkParams(s, info.Params, fail)
	return func(f *gofakeit.Faker, _ *cells) (any, error) {
		v, err := info.Generate(f, params, info)
		if text, ok := v.(string); ok {
			return harmless(f, text), err
		}
		return v, err
	}
}

// ownFuncs replace functions whose values could name a real firm or reach a real mailbox.
var ownFuncs = map[string]func(*gofakeit.Faker) any{
	"company":      func(f *gofakeit.Faker) any { return companyName(f) },
	"companyname":  func(f *gofakeit.Faker) any { return companyName(f) },
	"domainname":   func(f *gofakeit.Faker) any { return slug(companyName(f)) + ".example.com" },
	"domainsuffix": func(*gofakeit.Faker) any { return "test" },
	"email": func(f *gofakeit.Faker) any {
		return slug(f.FirstName()) + "." + slug(f.LastName()) + "@" + slug(f.Noun()) + ".example.com"
	},
	"url": func(f *gofakeit.Faker) any {
		return "https://" + slug(f.Noun()) + ".example.com/" + slug(f.Noun())
	},
	"phone":          func(f *gofakeit.Faker) any { return phoneNumber(f) },
	"phoneformatted": func(f *gofakeit.Faker) any { return phoneNumber(f) },
	"imei":           func(f *gofakeit.Faker) any { return luhnNumber(f, "35", 15) },
	"iccid":          func(f *gofakeit.Faker) any { return luhnNumber(f, "8988", 19) },
	"imsi":           func(f *gofakeit.Faker) any { return "00101" + f.DigitN(10) },
	"msisdn":         func(f *gofakeit.Faker) any { return "+1" + f.Numerify("2##55501##") },
	"ipv4address":    func(f *gofakeit.Faker) any { return documentationIP(f) },
	"iban":           func(f *gofakeit.Faker) any { return iban(f) },
}

func funcNames() []string {
	names := slices.Collect(maps.Keys(gofakeit.FuncLookups))
	return slices.Sorted(slices.Values(append(names, slices.Collect(maps.Keys(ownFuncs))...)))
}

// checkParams reads the parameters of a function from the annotation's other words.
func checkParams(s *spec, known []gofakeit.Param, fail func(contract.Position, string, ...any)) *gofakeit.MapParams {
	params := gofakeit.NewMapParams()
	if s.all.Kind != contract.Object {
		return params
	}
	words := make([]string, len(known))
	for i, p := range known {
		words[i] = p.Field
	}
	for _, field := range s.all.Fields {
		switch {
		case slices.Contains(words, field.Name):
			addParam(params, field)
		case field.Name == "func" || slices.Contains(modifiers, field.Name):
		default:
			fail(field.Pos, "x-faker: %s has no parameter %q%s", s.arg.Text, field.Name,
				contract.DidYouMean(field.Name, append(words, modifiers...)))
		}
	}
	return params
}

func addParam(params *gofakeit.MapParams, field contract.Field) {
	if field.Value.Kind != contract.Array {
		params.Add(field.Name, field.Value.Text)
		return
	}
	for _, item := range field.Value.Items {
		params.Add(field.Name, item.Text)
	}
}

// harmless keeps text from reaching a real mailbox or host: a receiver under test may act on it.
func harmless(f *gofakeit.Faker, text string) string {
	if local, _, ok := strings.Cut(text, "@"); ok && !strings.ContainsAny(text, " \n") {
		return local + "@" + slug(f.Noun()) + ".example.com"
	}
	if !strings.Contains(text, "://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	u.Host = slug(f.Noun()) + ".example.com"
	return u.String()
}

// slug keeps the letters and digits of a text, in lower case, with single hyphens between.
func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// companyName is put together from invented parts, since lists of company names hold real ones.
func companyName(f *gofakeit.Faker) string {
	return f.RandomString(firmNames) + " " + f.RandomString(firmTrades) + " " + f.RandomString(firmForms)
}

func title(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// phoneNumber lies in 555-0100 … 555-0199, which the North American plan keeps for fiction.
func phoneNumber(f *gofakeit.Faker) string {
	return fmt.Sprintf("%d%02d-555-01%02d", f.Number(2, 9), f.Number(1, 98), f.Number(0, 99))
}

func luhnNumber(f *gofakeit.Faker, prefix string, length int) string {
	number := prefix + f.DigitN(uint(length-len(prefix)-1)) //nolint:gosec // lengths are literals
	return number + string(luhnDigit([]byte(number)))
}

// iban is a German IBAN with right check digits (ISO 13616) and a bank code that is not in use.
func iban(f *gofakeit.Faker) string {
	account := "00000000" + f.DigitN(10)
	rest := 0
	for _, c := range account + "131400" { // DE00 behind the number, letters as 13 and 14
		rest = (rest*10 + int(c-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, account)
}

// asInt tells whether v is a whole number, and which.
func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	case fmt.Stringer: // json.Number
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	}
	return 0, false
}
