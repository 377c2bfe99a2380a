package payload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// kinds are the records that come ready made: values of one row belong together.
var kinds = map[string]struct {
	columns []string
	make    func(f *gofakeit.Faker, countries []string) []any
	unusual func(f *gofakeit.Faker, countries []string) []any // for the boundary profile
}{
	"person":  {[]string{"first_name", "middle_name", "last_name", "name", "username", "title", "phone", "mobile"}, person, unusualPerson},
	"company": {[]string{"name", "slug", "domain"}, company, unusualCompany},
	"address": {[]string{"line1", "line2", "city", "state", "postcode", "country", "country_name", "block", "phone_prefix"}, address, nil},
}

func person(f *gofakeit.Faker, _ []string) []any {
	first, last := f.FirstName(), f.LastName()
	user := slug(first) + "." + slug(last)
	return []any{first, f.MiddleName(), last, first + " " + last, user, f.JobTitle(), phoneNumber(f), phoneNumber(f)}
}

func company(f *gofakeit.Faker, _ []string) []any {
	name := companyName(f)
	return []any{name, slug(name), slug(name) + ".example.com"}
}

func address(f *gofakeit.Faker, countries []string) []any {
	p := places[f.IntN(len(places))]
	for len(countries) > 0 && !slices.Contains(countries, p.country) {
		p = places[f.IntN(len(places))]
	}
	line1 := street(f)
	line2 := ""
	if f.Number(1, 10) > 7 {
		line2 = fmt.Sprintf("Suite %d", f.Number(100, 899))
	}
	postcode := f.Numerify(strings.Map(letterMark, p.postcode))
	postcode = strings.ToUpper(f.Lexify(postcode))
	if p.postcode[0] == '0' { // which Numerify takes for a digit to draw
		postcode = "0" + postcode[1:]
	}
	lines := []string{line1}
	if line2 != "" {
		lines = append(lines, line2)
	}
	lines = append(lines, p.city+", "+p.state+" "+postcode, countryNames[p.country])
	return []any{line1, line2, p.city, p.state, postcode, p.country, countryNames[p.country],
		strings.Join(lines, "\n"), dialCodes[p.country]}
}

// street is a house number with the name of a street.
func street(f *gofakeit.Faker) string {
	return fmt.Sprintf("%d %s %s", f.Number(1, 980), f.StreetName(), title(f.StreetSuffix()))
}

// letterMark turns the table's @ into the mark that gofakeit replaces by a letter.
func letterMark(r rune) rune {
	if r == '@' {
		return '?'
	}
	return r
}

// place is a real combination of city, state and postal code: # is a digit and @ a letter.
type place struct{ country, state, city, postcode string }

var (
	countryNames = map[string]string{"US": "United States", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "AU": "Australia"}
	dialCodes    = map[string]string{"US": "+1", "CA": "+1", "GB": "+44", "DE": "+49", "AU": "+61"}
)

var places = []place{
	{"US", "AL", "Birmingham", "352##"}, {"US", "AZ", "Phoenix", "850##"}, {"US", "AZ", "Tucson", "857##"},
	{"US", "CA", "Los Angeles", "900##"}, {"US", "CA", "Sacramento", "958##"}, {"US", "CA", "San Diego", "921##"},
	{"US", "CO", "Denver", "802##"}, {"US", "CT", "Hartford", "061##"}, {"US", "FL", "Miami", "331##"},
	{"US", "FL", "Orlando", "328##"}, {"US", "GA", "Atlanta", "303##"}, {"US", "IA", "Des Moines", "503##"},
	{"US", "IL", "Chicago", "606##"}, {"US", "IL", "Springfield", "627##"}, {"US", "IN", "Indianapolis", "462##"},
	{"US", "KY", "Louisville", "402##"}, {"US", "LA", "New Orleans", "701##"}, {"US", "MA", "Boston", "021##"},
	{"US", "MD", "Baltimore", "212##"}, {"US", "MI", "Detroit", "482##"}, {"US", "MN", "Minneapolis", "554##"},
	{"US", "MO", "Kansas City", "641##"}, {"US", "NC", "Charlotte", "282##"}, {"US", "NC", "Raleigh", "276##"},
	{"US", "NE", "Omaha", "681##"}, {"US", "NJ", "Newark", "071##"}, {"US", "NM", "Albuquerque", "871##"},
	{"US", "NV", "Las Vegas", "891##"}, {"US", "NY", "Buffalo", "142##"}, {"US", "NY", "New York", "100##"},
	{"US", "OH", "Columbus", "432##"}, {"US", "OK", "Tulsa", "741##"}, {"US", "OR", "Portland", "972##"},
	{"US", "PA", "Philadelphia", "191##"}, {"US", "PA", "Pittsburgh", "152##"}, {"US", "TN", "Nashville", "372##"},
	{"US", "TX", "Austin", "787##"}, {"US", "TX", "Dallas", "752##"}, {"US", "TX", "Houston", "770##"},
	{"US", "UT", "Salt Lake City", "841##"}, {"US", "VA", "Richmond", "232##"}, {"US", "WA", "Seattle", "981##"},
	{"US", "WI", "Madison", "537##"},
	{"CA", "AB", "Calgary", "T2P #@#"}, {"CA", "AB", "Edmonton", "T5J #@#"}, {"CA", "BC", "Vancouver", "V6B #@#"},
	{"CA", "MB", "Winnipeg", "R3C #@#"}, {"CA", "NS", "Halifax", "B3J #@#"}, {"CA", "ON", "Ottawa", "K1P #@#"},
	{"CA", "ON", "Toronto", "M5V #@#"}, {"CA", "QC", "Montreal", "H3B #@#"},
	{"GB", "England", "Bristol", "BS1 #@@"}, {"GB", "England", "Leeds", "LS1 #@@"}, {"GB", "England", "London", "SE1 #@@"},
	{"GB", "England", "Manchester", "M1 #@@"}, {"GB", "Scotland", "Edinburgh", "EH1 #@@"}, {"GB", "Wales", "Cardiff", "CF10 #@@"},
	{"DE", "BE", "Berlin", "101##"}, {"DE", "BY", "München", "803##"}, {"DE", "HE", "Frankfurt am Main", "603##"},
	{"DE", "HH", "Hamburg", "200##"}, {"DE", "NW", "Köln", "506##"}, {"DE", "SN", "Leipzig", "041##"},
	{"AU", "NSW", "Sydney", "20##"}, {"AU", "QLD", "Brisbane", "40##"}, {"AU", "SA", "Adelaide", "50##"},
	{"AU", "VIC", "Melbourne", "30##"}, {"AU", "WA", "Perth", "60##"},
}

// The parts of company names. No combination is meant to be a real firm.
var (
	firmNames = []string{"Alderwick", "Ambervale", "Birchmoor", "Bramblegate", "Calderstow", "Copperfen", "Dunmarrow", "Eastermill",
		"Fernhollow", "Foxmere", "Glimmerford", "Harrowdale", "Hazelcombe", "Ironbeck", "Juniperfield", "Kestrelbrook", "Larkwater",
		"Mossgate", "Nettlesham", "Oakenshaw", "Pebblecross", "Quillbury", "Rookhaven", "Saltmarket", "Thistledown", "Umberley",
		"Vixenholt", "Wexcombe", "Willowmarsh", "Yarrowby"}
	firmTrades = []string{"Analytics", "Apparel", "Bakery", "Bicycle", "Brewing", "Dental", "Design", "Electric", "Fitness", "Freight",
		"Garden", "Hosting", "Insurance", "Kitchen", "Leasing", "Marine", "Media", "Networks", "Outdoor", "Packaging", "Pharmacy",
		"Plumbing", "Printing", "Robotics", "Security", "Software", "Solar", "Textile", "Travel", "Veterinary"}
	firmForms = []string{"Co.", "Group", "Inc.", "LLC", "Ltd", "Partners", "Services", "Works"}
)
