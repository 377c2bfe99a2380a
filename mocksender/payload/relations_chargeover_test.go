package payload_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var chargeoverRelations = []relation{
	{"context_id = customer_id = user.customer_id", func(b body) bool {
		id := b["data.customer.customer_id"]
		return id != "" && b["context_id"] == id && b["data.user.customer_id"] == id
	}},
	{"superuser_id = user_id", same("data.customer.superuser_id", "data.user.user_id")},
	{"superuser_name", same("data.customer.superuser_name", "data.user.name")},
	{"superuser_first_name", same("data.customer.superuser_first_name", "data.user.first_name")},
	{"superuser_last_name", same("data.customer.superuser_last_name", "data.user.last_name")},
	{"superuser_email", same("data.customer.superuser_email", "data.user.email")},
	{"superuser_phone", same("data.customer.superuser_phone", "data.user.phone")},
	{"superuser_token", same("data.customer.superuser_token", "data.user.token")},
	{"superuser_title", same("data.customer.superuser_title", "data.user.title")},
	{"superuser_username", same("data.customer.superuser_username", "data.user.username")},
	{"display_as = company", same("data.customer.display_as", "data.customer.company")},
	{"user.name = first + last", func(b body) bool {
		return b["data.user.name"] == b["data.user.first_name"]+" "+b["data.user.last_name"]
	}},
	{"balance = total − paid", func(b body) bool {
		return cents(b["data.customer.balance"]) == cents(b["data.customer.total"])-cents(b["data.customer.paid"])
	}},
	{"arr = 12 × mrr", func(b body) bool { return cents(b["data.customer.arr"]) == 12*cents(b["data.customer.mrr"]) }},
	{"whole amounts carry no decimals, others at most two", func(b body) bool {
		for _, name := range []string{"total", "balance", "paid", "mrr", "arr"} {
			if !amount.MatchString(b["data.customer."+name]) {
				return false
			}
		}
		return true
	}},
	{"write_datetime ≤ mod_datetime of the customer", inOrder("data.customer.write_datetime", "data.customer.mod_datetime")},
	{"write_datetime ≤ mod_datetime of the user", inOrder("data.user.write_datetime", "data.user.mod_datetime")},
	{"terms_days fits terms_name", func(b body) bool {
		want := map[string]string{"2 Net 30": "30", "3 Due on Receipt": "0"}
		return want[b["data.customer.terms_id"]+" "+b["data.customer.terms_name"]] == b["data.customer.terms_days"]
	}},
	{"currency_symbol fits currency_iso4217", func(b body) bool {
		want := map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}
		return want[b["data.customer.currency_iso4217"]] == b["data.customer.currency_symbol"]
	}},
	{"bill_block is the address in lines", block("data.customer.bill_")},
	{"ship_block is the address in lines", block("data.customer.ship_")},
	{"bill_state belongs to the country", func(b body) bool {
		return isPlace(b["data.customer.bill_country"], b["data.customer.bill_state"], b["data.customer.bill_postcode"])
	}},
	{"ship_state belongs to the country", func(b body) bool {
		return blank(b["data.customer.ship_country"]) && blank(b["data.customer.ship_state"]) ||
			isPlace(b["data.customer.ship_country"], b["data.customer.ship_state"], b["data.customer.ship_postcode"])
	}},
	{"default_paymethod fits the id that is set", func(b body) bool {
		card, ach := isSet(b["data.customer.default_creditcard_id"]), isSet(b["data.customer.default_ach_id"])
		switch b["data.customer.default_paymethod"] {
		case "crd":
			return card && !ach
		case "ach":
			return ach && !card
		}
		return false
	}},
	{"urls carry their own id or token", func(b body) bool {
		const host = "https://example.chargeover.com"
		token := b["data.customer.token"]
		return b["data.customer.url_self"] == host+"/admin/r/customer/view/"+b["data.customer.customer_id"] &&
			b["data.user.url_self"] == host+"/admin/r/contact/view/"+b["data.user.user_id"] &&
			b["data.customer.url_paymethodlink"] == host+"/r/paymethod/i/"+token &&
			strings.HasSuffix(b["data.customer.url_statementlink"], "/"+token)
	}},
	{"tokens are 12 characters of 0-9a-z", func(b body) bool {
		return handle.MatchString(b["data.customer.token"]) && handle.MatchString(b["data.user.token"])
	}},
	{"security_token is the shared token", func(b body) bool { return b["security_token"] == relationSecret }},
	{"mail goes nowhere", func(b body) bool {
		return nobodys(b["data.user.email"]) && nobodys(b["data.customer.admin_email"])
	}},
	{"event and data.user_id", func(b body) bool {
		id, ok := b["data.user_id"]
		return ok == (b["event"] == "super") && (!ok || id == null || id == b["data.user.user_id"])
	}},
}

var (
	amount = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]?[1-9])?$`)
	handle = regexp.MustCompile(`^[0-9a-z]{12}$`)
	stamp  = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)
)

func same(a, b string) func(body) bool {
	return func(p body) bool {
		x, ok := p[a]
		y, ok2 := p[b]
		return ok && ok2 && x == y
	}
}

func inOrder(a, b string) func(body) bool {
	return func(p body) bool { return stamp.MatchString(p[a]) && stamp.MatchString(p[b]) && p[a] <= p[b] }
}

func cents(text string) int {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.MinInt32
	}
	return int(math.Round(n * 100))
}

func blank(text string) bool { return text == "" || text == null }

func isSet(id string) bool { return !blank(id) && id != "0" }

func nobodys(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	return ok && (strings.HasSuffix(domain, ".test") || domain == "example.com" || strings.HasSuffix(domain, ".example.com"))
}

var countries = map[string]string{"US": "United States", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "AU": "Australia"}

// block asks for the address line by line. An empty block is allowed, and the
// only one for an address that is empty.
func block(prefix string) func(body) bool {
	return func(b body) bool {
		text := b[prefix+"block"]
		if text == "" || blank(b[prefix+"addr1"]) {
			return text == ""
		}
		var want []string
		for _, line := range []string{"addr1", "addr2", "addr3"} {
			if !blank(b[prefix+line]) {
				want = append(want, b[prefix+line])
			}
		}
		want = append(want, fmt.Sprintf("%s, %s %s", b[prefix+"city"], b[prefix+"state"], b[prefix+"postcode"]), countries[b[prefix+"country"]])
		return text == strings.Join(want, "\n")
	}
}

// states and postcodes are what the post offices of five countries know, apart
// from the table that the addresses are made from.
var (
	states = map[string][]string{
		"US": strings.Fields(`AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
			NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY`),
		"CA": strings.Fields(`AB BC MB NB NL NS NT NU ON PE QC SK YT`),
		"GB": {"England", "Northern Ireland", "Scotland", "Wales"},
		"DE": strings.Fields(`BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH`),
		"AU": strings.Fields(`ACT NSW NT QLD SA TAS VIC WA`),
	}
	postcodes = map[string]*regexp.Regexp{
		"US": regexp.MustCompile(`^\d{5}$`),
		"CA": regexp.MustCompile(`^[A-Z]\d[A-Z] \d[A-Z]\d$`),
		"GB": regexp.MustCompile(`^[A-Z]{1,2}\d{1,2} \d[A-Z]{2}$`),
		"DE": regexp.MustCompile(`^\d{5}$`),
		"AU": regexp.MustCompile(`^\d{4}$`),
	}
)

func isPlace(country, state, postcode string) bool {
	shape := postcodes[country]
	return shape != nil && shape.MatchString(postcode) && slices.Contains(states[country], state)
}

// What makes real bodies awkward must be there, and only where it was seen.
func TestChargeoverQuirks(t *testing.T) {
	quirks := map[string]*regexp.Regexp{
		"slashes are escaped":         regexp.MustCompile(`https:\\/\\/`),
		"context_id as a string":      regexp.MustCompile(`"context_id":"\d+"`),
		"class_id null":               regexp.MustCompile(`"class_id":null`),
		"class_id 0":                  regexp.MustCompile(`"class_id":0,`),
		"campaign_id null":            regexp.MustCompile(`"campaign_id":null`),
		"campaign_id 0":               regexp.MustCompile(`"campaign_id":0,`),
		"superuser_phone empty":       regexp.MustCompile(`"superuser_phone":""`),
		"user.title empty":            regexp.MustCompile(`"title":""`),
		"bill_block empty":            regexp.MustCompile(`"bill_block":""`),
		"ship_block empty":            regexp.MustCompile(`"ship_block":""`),
		"ship_addr1 null":             regexp.MustCompile(`"ship_addr1":null`),
		"external_key null":           regexp.MustCompile(`"external_key":null`),
		"custom_7 null":               regexp.MustCompile(`"custom_7":null`),
		"middle_name_glob null":       regexp.MustCompile(`"middle_name_glob":null`),
		"name_suffix null":            regexp.MustCompile(`"name_suffix":null`),
		"bill_addr2 null":             regexp.MustCompile(`"bill_addr2":null`),
		"bill_addr2 empty":            regexp.MustCompile(`"bill_addr2":""`),
		"bill_addr3 null":             regexp.MustCompile(`"bill_addr3":null`),
		"bill_addr3 empty":            regexp.MustCompile(`"bill_addr3":""`),
		"a whole amount":              regexp.MustCompile(`"total":\d+,`),
		"an amount with decimals":     regexp.MustCompile(`"total":\d+\.\d+,`),
		"a key beyond the list":       regexp.MustCompile(`"bill_notes":null`),
		"data.user_id null":           regexp.MustCompile(`"user_id":null`),
		"a body without further keys": regexp.MustCompile(`"tags":\[[^]]*\]\}`),
	}
	bare := regexp.MustCompile(`[^\\]/`)
	seen, published := relationsOf(t, "chargeover"), relationsOf(t, "chargeover-published")
	bodies := uint64(2000)
	for n := range bodies {
		if testing.Short() && len(quirks) == 0 && n >= 300 {
			break
		}
		m, err := seen.Message("customer.super", n)
		if err != nil {
			t.Fatal(err)
		}
		if bare.Match(m.Body) {
			t.Fatalf("a slash is not escaped in %s", m.Body)
		}
		for name, quirk := range quirks {
			if quirk.Match(m.Body) {
				delete(quirks, name)
			}
		}
		if m, err = published.Message("customer.super", n); err != nil || strings.Contains(string(m.Body), "null") {
			t.Fatalf("the printed form knows no null, found one in %s (%v)", m.Body, err)
		}
	}
	for name := range quirks {
		t.Errorf("not once in %d bodies: %s", bodies, name)
	}
}
