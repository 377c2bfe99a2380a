package payload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// guess reads a field's name: whoever writes a schema names what is meant more
// often than its format. See [tails] for how names are compared.
type guess struct {
	words []string // the name ends in one of them
	text  func(*gofakeit.Faker) string
}

var textGuesses = []guess{
	{[]string{"firstname", "givenname", "forename"}, (*gofakeit.Faker).FirstName},
	{[]string{"lastname", "surname", "familyname"}, (*gofakeit.Faker).LastName},
	{[]string{"middlename"}, (*gofakeit.Faker).MiddleName},
	{[]string{"username", "login", "nickname"}, func(f *gofakeit.Faker) string { return slug(f.FirstName()) + f.DigitN(2) }},
	{[]string{"company", "companyname", "organization", "organizationname", "organisation", "merchant", "vendor"}, companyName},
	{[]string{"email", "emailaddress", "mail"}, formats["email"]},
	{[]string{"phone", "phonenumber", "mobile", "telephone", "fax"}, phoneNumber},
	{[]string{"msisdn"}, func(f *gofakeit.Faker) string { return ownFuncs["msisdn"](f).(string) }},
	{[]string{"city", "town"}, func(f *gofakeit.Faker) string { return places[f.IntN(len(places))].city }},
	{[]string{"countrycode"}, func(f *gofakeit.Faker) string { return places[f.IntN(len(places))].country }},
	{[]string{"country"}, func(f *gofakeit.Faker) string { return countryNames[places[f.IntN(len(places))].country] }},
	{[]string{"state", "province", "region"}, func(f *gofakeit.Faker) string { return places[f.IntN(len(places))].state }},
	{[]string{"postcode", "postalcode", "zip", "zipcode"}, func(f *gofakeit.Faker) string { return f.DigitN(5) }},
	{[]string{"street", "address", "addressline1", "line1", "addr1"}, street},
	{[]string{"line2", "addr2"}, func(f *gofakeit.Faker) string { return fmt.Sprint("Suite ", f.Number(100, 899)) }},
	{[]string{"jobtitle", "position"}, (*gofakeit.Faker).JobTitle},
	{[]string{"currency", "currencycode"}, func(f *gofakeit.Faker) string { return f.RandomString([]string{"USD", "EUR", "GBP", "CAD"}) }},
	{[]string{"url", "uri", "link", "href", "website", "homepage"}, formats["url"]},
	{[]string{"domain", "host", "hostname"}, host},
	{[]string{"ip", "ipaddress", "ipaddr"}, documentationIP},
	{[]string{"imei"}, func(f *gofakeit.Faker) string { return ownFuncs["imei"](f).(string) }},
	{[]string{"iccid"}, func(f *gofakeit.Faker) string { return ownFuncs["iccid"](f).(string) }},
	{[]string{"imsi"}, func(f *gofakeit.Faker) string { return ownFuncs["imsi"](f).(string) }},
	{[]string{"iban"}, iban},
	{[]string{"createdat", "updatedat", "modifiedat", "timestamp", "occurredat", "datetime"}, formats["date-time"]},
	{[]string{"date", "birthday", "dob"}, formats["date"]},
	{[]string{"uuid", "guid"}, formats["uuid"]},
	{[]string{"id", "identifier", "reference", "externalkey"}, func(f *gofakeit.Faker) string { return strings.ToLower(f.LetterN(3)) + "_" + f.DigitN(9) }},
	{[]string{"token", "secret", "key", "hash", "signature"}, func(f *gofakeit.Faker) string { return strings.ToLower(f.LetterN(4)) + f.DigitN(8) }},
	{[]string{"serial", "serialnumber", "sku", "code"}, func(f *gofakeit.Faker) string { return strings.ToUpper(f.LetterN(2)) + f.DigitN(6) }},
	{[]string{"color", "colour"}, (*gofakeit.Faker).Color},
	{[]string{"language", "locale", "lang"}, func(f *gofakeit.Faker) string { return f.RandomString([]string{"en", "de", "fr", "es"}) }},
	{[]string{"timezone"}, func(*gofakeit.Faker) string { return "UTC" }},
	{[]string{"description", "message", "comment", "note", "notes", "summary", "reason"}, func(f *gofakeit.Faker) string { return title(f.Adjective()) + " " + f.Noun() + " " + f.Verb() }},
	{[]string{"fullname", "displayname", "contactname", "customername", "name"}, func(f *gofakeit.Faker) string { return f.FirstName() + " " + f.LastName() }},
	{[]string{"version"}, (*gofakeit.Faker).AppVersion},
	{[]string{"useragent"}, func(*gofakeit.Faker) string { return "Mozilla/5.0 (X11; Linux x86_64) Example/1.0" }},
}

// guessText makes text by a field's name.
func guessText(f *gofakeit.Faker, name string) (string, bool) {
	for _, tail := range tails(name) {
		for _, g := range textGuesses {
			if slices.Contains(g.words, tail) {
				return g.text(f), true
			}
		}
	}
	return "", false
}

// nameWords splits a name: "billing_postalCode" is billing, postal, code.
func nameWords(name string) []string {
	var words []string
	start := 0
	for i := 1; i <= len(name); i++ {
		if i == len(name) || startsWord(name, i) {
			if word := strings.ToLower(strings.Trim(name[start:i], "_-. ")); word != "" {
				words = append(words, word)
			}
			start = i
		}
	}
	return words
}

// tails returns what a name may end in, longest first: for "billing_postalCode"
// billingpostalcode, postalcode, code.
func tails(name string) []string {
	words := nameWords(name)
	out := make([]string, len(words))
	for i := range words {
		out[i] = strings.Join(words[i:], "")
	}
	return out
}

// startsWord tells whether a word of the name begins at byte i.
func startsWord(name string, i int) bool {
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	c, before := name[i], name[i-1]
	return strings.IndexByte("_-. ", before) >= 0 || upper(c) && !upper(before)
}

// guessNumber makes a number by a field's name, nil when the name says nothing.
func guessNumber(f *gofakeit.Faker, name string, whole bool) any {
	for _, tail := range tails(name) {
		for _, g := range numberGuesses {
			if !slices.Contains(g.words, tail) || g.onlyWhole && !whole || g.onlyFraction && whole {
				continue
			}
			n := g.low + f.IntN(g.high-g.low+1)
			if whole {
				return n
			}
			return json.Number(decimal(n, g.places))
		}
	}
	return nil
}

// numberGuess is a range of numbers in units of 10^-places. An integer field
// shows the units themselves: an amount is in cents.
type numberGuess struct {
	words                   []string
	low, high, places       int
	onlyWhole, onlyFraction bool
}

var numberGuesses = []numberGuess{
	{words: []string{"timestamp", "createdat", "updatedat"}, low: 1735689600, high: 1767225599, onlyWhole: true}, // 2025
	{words: []string{"id"}, low: 1, high: 99999},
	{words: []string{"year"}, low: 2015, high: 2030},
	{words: []string{"month"}, low: 1, high: 12},
	{words: []string{"day"}, low: 1, high: 28},
	{words: []string{"age"}, low: 18, high: 90},
	{words: []string{"count", "quantity", "qty", "attempts", "size"}, high: 20},
	{words: []string{"price", "amount", "total", "balance", "cost", "fee", "tax"}, high: 250000, places: 2},
	{words: []string{"latitude", "lat"}, low: -8999, high: 8999, places: 2, onlyFraction: true},
	{words: []string{"longitude", "lng", "lon"}, low: -17999, high: 17999, places: 2, onlyFraction: true},
	{words: []string{"rate", "ratio", "share", "percent", "percentage"}, high: 100, places: 2, onlyFraction: true},
}

// decimal prints n / 10^places without trailing zeros.
func decimal(n, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprintf("%0*d", places+1, n)
	whole, rest := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if rest == "" {
		return sign + whole
	}
	return sign + whole + "." + rest
}
