package payload_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestNamesSayWhatIsMeant: what stands behind a name that has neither format nor annotation.
func TestNamesSayWhatIsMeant(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ event, member, path, want string }{
		{"order.made", "order_number: {type: string}", "order_number", `^ORD-\d{6}$`},
		{"x.made", "line_items: {type: array, minItems: 1, items: {type: object, required: [name], properties: {name: {type: string}}}}", "line_items.0.name", `^(Classic|Compact|Foldable|Heavy-Duty|Insulated|Lightweight|Organic|Padded|Recycled|Rechargeable|Slim|Waterproof|Wireless|Wooden) `},
		{"x.made", "store: {type: object, required: [name], properties: {name: {type: string}}}", "store.name", ` (Co\.|Group|Inc\.|LLC|Ltd|Partners|Services|Works)$`},
		{"x.made", "commits: {type: array, minItems: 1, items: {type: object, required: [id], properties: {id: {type: string}}}}", "commits.0.id", `^[0-9a-f]{40}$`},
		{"shipment.delivered", "status: {type: string}", "status", `^delivered$`},
		{"invoice.paid", "status: {type: string, enum: [draft, paid, void]}", "status", `^paid$`},
		{"ticket.opened", "status: {type: string}", "status", `^(open|pending|solved|closed)$`},
		{"x.made", "mac_address: {type: string}", "mac_address", `^02:00:5e(:[0-9a-f]{2}){3}$`},
		{"x.made", "card: {type: object, required: [number], properties: {number: {type: string}}}", "card.number", `^4000000000\d{6}$`},
		{"x.made", "battery_level: {type: integer}", "battery_level", `^\d{1,2}$`},
		{"x.made", "avatar_url: {type: string, format: uri}", "avatar_url", `^https://files\.example\.com/.*\.png$`},
		{"x.made", "date_of_birth: {type: string, format: date}", "date_of_birth", `^(19[5-9]|200)\d-\d\d-\d\d$`},
		{"x.made", "event_type: {type: string}", "event_type", `^x\.made$`},
		{"x.made", "price: {type: number, format: double, minimum: 0}", "price", `^\d{1,3}(\.\d\d?)?$`},
	} {
		t.Run(tc.member, func(t *testing.T) {
			t.Parallel()
			want := regexp.MustCompile(tc.want)
			each(t, moneyDoc(tc.event, tc.member), payload.Typical, func(body gjson.Result) {
				if v := body.Get(tc.path).String(); !want.MatchString(v) {
					t.Fatalf("%s is %q", tc.path, v)
				}
			})
		})
	}
}

// TestTimesOfAnyTypeAreInOrder: a time may be a number of seconds or text without a format.
func TestTimesOfAnyTypeAreInOrder(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"{type: integer}", "{type: string}", "{type: string, format: date-time}"} {
		doc := moneyDoc("x.made", "created_at: "+kind, "updated_at: "+kind, "shipped_at: "+kind, "delivered_at: "+kind,
			"current_period_start: "+kind, "current_period_end: "+kind, "expires_at: "+kind)
		each(t, doc, payload.Typical, func(body gjson.Result) {
			at := func(name string) time.Time {
				if v := body.Get(name); v.Type == gjson.Number {
					return time.Unix(v.Int(), 0)
				}
				when, err := time.Parse(time.RFC3339, body.Get(name).Str)
				if err != nil {
					t.Fatal(err)
				}
				return when
			}
			order := []string{"created_at", "shipped_at", "delivered_at", "expires_at"}
			for i, name := range order[1:] {
				if at(order[i]).After(at(name)) {
					t.Fatalf("%s is after %s: %s", order[i], name, body.Raw)
				}
			}
			if at("updated_at").Before(at("created_at")) || !at("delivered_at").Equal(profileTime) ||
				at("current_period_start").After(profileTime) || !at("current_period_end").After(profileTime) {
				t.Fatalf("the times do not fit the event: %s", body.Raw)
			}
		})
	}
}

// Milliseconds are told by the name.
func TestTimesInMilliseconds(t *testing.T) {
	t.Parallel()
	each(t, moneyDoc("x.made", "created_at_ms: {type: integer}"), payload.Typical, func(body gjson.Result) {
		if v := body.Get("created_at_ms").Int(); v%1000 != 0 || time.UnixMilli(v).After(profileTime) || time.UnixMilli(v).Year() < 2024 {
			t.Fatal(body.Raw)
		}
	})
}

// TestElementsAreCoherentToo: what stands in an array is made as a whole, and its members still belong together.
func TestElementsAreCoherentToo(t *testing.T) {
	t.Parallel()
	doc := moneyDoc("x.made", "currency: {type: string}", "subtotal: {type: integer}", "total: {type: integer}",
		"lines: {type: array, minItems: 2, items: {type: object, required: [quantity, unit_amount, amount, currency], properties: {quantity: {type: integer}, unit_amount: {type: integer}, amount: {type: integer}, currency: {type: string}}}}",
		"attendees: {type: array, minItems: 1, items: {type: object, required: [name, email, created_at, updated_at], properties: {name: {type: string}, email: {type: string}, created_at: {type: string, format: date-time}, updated_at: {type: string, format: date-time}}}}")
	each(t, doc, payload.Typical, func(body gjson.Result) {
		sum := int64(0)
		for _, l := range body.Get("lines").Array() {
			sum += l.Get("amount").Int()
			if l.Get("currency").Str != body.Get("currency").Str || l.Get("amount").Int() != l.Get("quantity").Int()*l.Get("unit_amount").Int() {
				t.Fatal(body.Raw)
			}
		}
		if sum != body.Get("subtotal").Int() || sum != body.Get("total").Int() {
			t.Fatalf("the lines make %d: %s", sum, body.Raw)
		}
		for _, a := range body.Get("attendees").Array() {
			if !sharesAName(a.Get("name").Str, a.Get("email").Str) || a.Get("created_at").Str > a.Get("updated_at").Str {
				t.Fatal(a.Raw)
			}
		}
	})
}

// TestWhatMayBeNullIsNullAtTimes, what is mostly not there most of the time, and never under the profile full.
func TestWhatMayBeNullIsNullAtTimes(t *testing.T) {
	t.Parallel()
	doc := moneyDoc("x.made", "note: {type: [string, 'null']}", "failure_code: {type: [string, 'null']}")
	nulls := map[string]int{}
	each(t, doc, payload.Typical, func(body gjson.Result) {
		for name, v := range body.Map() {
			if v.Type == gjson.Null {
				nulls[name]++
			}
		}
	})
	if nulls["note"] == 0 || nulls["note"] > 40 || nulls["failure_code"] < 110 || nulls["failure_code"] == 150 {
		t.Errorf("of 150 payloads null is %v", nulls)
	}
	each(t, doc, payload.Full, func(body gjson.Result) {
		if body.Get("note").Type == gjson.Null || body.Get("failure_code").Type == gjson.Null {
			t.Fatal(body.Raw)
		}
	})
}

// sharesAName tells whether an address has the letters of a name's first word.
func sharesAName(name, email string) bool {
	first := regexp.MustCompile(`^[A-Za-z]+`).FindString(name)
	return first != "" && regexp.MustCompile(`(?i)^`+first).MatchString(email)
}

// TestPostcodesKeepTheirZeros: those of New England begin with one.
func TestPostcodesKeepTheirZeros(t *testing.T) {
	t.Parallel()
	zeros := 0
	each(t, moneyDoc("x.made", "city: {type: string}", "zip: {type: string}"), payload.Typical, func(body gjson.Result) {
		switch city, zip := body.Get("city").Str, body.Get("zip").Str; city {
		case "Boston", "Newark", "Hartford", "Leipzig":
			if zeros++; zip[0] != '0' {
				t.Fatalf("%s has the postcode %s", city, zip)
			}
		}
	})
	if zeros == 0 {
		t.Error("none of the cities came up")
	}
}
