package payload_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// moneyDoc wraps the schema of an event; a member is "name: {…}" in YAML's flow style.
func moneyDoc(event string, members ...string) string {
	var names []string
	for _, m := range members {
		name, _, _ := strings.Cut(m, ":")
		names = append(names, name)
	}
	return fmt.Sprintf(`
openapi: 3.1.0
info: {title: Money, version: "1"}
webhooks:
  %s: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [%s], properties: {%s}}}}}, responses: {"200": {description: ok}}}}
`, event, strings.Join(names, ", "), strings.Join(members, ", "))
}

// each makes payloads of the one event of a document; all are valid, since a plan proves itself.
func each(t *testing.T, doc string, profile payload.Profile, check func(body gjson.Result)) {
	t.Helper()
	c := parse(t, doc)
	g := generatorOf(t, c, profile)
	for i := range uint64(150) {
		m, err := g.Message(c.Events()[0].Name, i)
		if err != nil {
			t.Fatal(err)
		}
		if found := c.CheckPayload(c.Events()[0].Name, nil, m.Body); len(found) > 0 {
			t.Fatalf("%s: %v", m.Body, found)
		}
		check(gjson.ParseBytes(m.Body))
	}
}

func TestAmountsAddUp(t *testing.T) {
	t.Parallel()
	const n, i = "{type: number}", "{type: integer}"
	line := "{type: array, minItems: 1, items: {type: object, required: [quantity, unit_price, line_total], properties: {quantity: {type: integer}, unit_price: %s, line_total: %s}}}"
	cases := []struct {
		name, event string
		members     []string
		holds       func(v func(string) float64, body gjson.Result) bool
	}{
		{"order", "order.made", []string{"subtotal: " + n, "tax: " + n, "shipping: " + n, "discount: " + n, "total: " + n},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("total") == v("subtotal")+v("tax")+v("shipping")-v("discount") && v("tax") < v("subtotal") && v("discount") < v("subtotal")
			}},
		{"invoice in cents", "invoice.made", []string{"subtotal: " + i, "tax: " + i, "total: " + i, "amount_due: " + i, "amount_paid: " + i, "amount_remaining: " + i},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("total") == v("subtotal")+v("tax") && v("amount_due") == v("total") && v("amount_remaining") == v("amount_due")-v("amount_paid")
			}},
		{"due is what is not paid", "bill.made", []string{"order_total: " + n, "amount_paid: " + n, "amount_due: " + n},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("amount_due") == v("order_total")-v("amount_paid")
			}},
		{"an event that says so is paid", "invoice.paid", []string{"total: " + i, "paid: " + i, "amount_due: " + i},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("amount_due") == 0 && v("paid") == v("total")
			}},
		{"a line", "line.made", []string{"quantity: " + i, "unit_price: " + n, "amount: " + n},
			func(v func(string) float64, _ gjson.Result) bool { return v("amount") == v("quantity")*v("unit_price") }},
		{"lines", "order.made", []string{"subtotal: " + n, "tax: " + n, "total: " + n, "line_items: " + fmt.Sprintf(line, n, n)},
			func(v func(string) float64, body gjson.Result) bool {
				sum := 0.0
				for _, l := range body.Get("line_items").Array() {
					sum += inCents(l.Get("line_total"))
					if l.Get("quantity").Float()*inCents(l.Get("unit_price")) != inCents(l.Get("line_total")) {
						return false
					}
				}
				return v("subtotal") == sum && v("total") == v("subtotal")+v("tax")
			}},
		{"texts", "order.made", []string{"subtotal_price: {type: string}", "total_tax: {type: string}", "total_price: {type: string}"},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("total_price") == v("subtotal_price")+v("total_tax")
			}},
		{"what is kept", "payout.made", []string{"gross: " + i, "fee: " + i, "net: " + i},
			func(v func(string) float64, _ gjson.Result) bool {
				return v("net") == v("gross")-v("fee") && v("fee") > 0
			}},
		{"a fixed part", "order.made", []string{"subtotal: " + n, "tax: {type: number, enum: [3, 4]}", "total: " + n},
			func(v func(string) float64, _ gjson.Result) bool { return v("total") == v("subtotal")+v("tax") }},
		{"a quantity of one where no more fits", "line.made", []string{"quantity: {type: integer, minimum: 1, maximum: 9}", "unit_price: {type: number, minimum: 60, maximum: 90}", "amount: {type: number, maximum: 90}"},
			func(v func(string) float64, _ gjson.Result) bool { return v("amount") == v("quantity")*v("unit_price") }},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			each(t, moneyDoc(tc.event, tc.members...), payload.Typical, func(body gjson.Result) {
				hundredfold := func(name string) float64 {
					if name == "quantity" {
						return body.Get(name).Float()
					}
					return inCents(body.Get(name))
				}
				if !tc.holds(hundredfold, body) {
					t.Fatalf("the amounts do not agree: %s", body.Raw)
				}
			})
		})
	}
}

// inCents is a number or the text of one in whole hundredths, so that sums are exact.
func inCents(v gjson.Result) float64 { return math.Round(v.Float() * 100) }

// Where bounds leave no room for the sum, the schema has its way: the payload is valid all the same.
func TestBoundsWinOverSums(t *testing.T) {
	t.Parallel()
	for _, total := range []string{"{type: number, maximum: 1}", "{type: number, multipleOf: 7}", "{type: integer, minimum: 1000000}", "{type: number, const: 12}"} {
		each(t, moneyDoc("order.made", "subtotal: {type: number, minimum: 50}", "tax: {type: number}", "total: "+total), payload.Typical, func(gjson.Result) {})
	}
}

// A part that is not there in every payload is no part of the sum.
func TestWhatComesAndGoesIsNotAddedUp(t *testing.T) {
	t.Parallel()
	doc := moneyDoc("order.made", "subtotal: {type: number}", "total: {type: number}", "tax: {type: number}")
	doc = strings.Replace(doc, "required: [subtotal, total, tax]", "required: [subtotal, total]", 1)
	for _, profile := range []payload.Profile{payload.Minimal, payload.Sparse} {
		each(t, doc, profile, func(body gjson.Result) {
			if !body.Get("tax").Exists() && body.Get("total").Float() != body.Get("subtotal").Float() {
				t.Fatalf("%s: the total holds a tax that is not there: %s", profile, body.Raw)
			}
		})
	}
}

func TestSumsAllocateNothing(t *testing.T) {
	c := parse(t, moneyDoc("order.made", "subtotal: {type: number}", "tax: {type: number}", "total: {type: number}", "created: {type: integer}", "currency: {type: string}"))
	p, err := payload.Compile(c, "order.made", payload.Options{Time: profileTime})
	if err != nil {
		t.Fatal(err)
	}
	dst, s := make([]byte, 0, 4096), payload.Subject{Time: profileTime}
	if n := testing.AllocsPerRun(100, func() { dst = p.Append(dst[:0], &s); s.Event++ }); n != 0 {
		t.Errorf("%v allocations per payload", n)
	}
}

// What is none of the sum stays as its schema wants it, be it negative.
func TestOtherAmountsStay(t *testing.T) {
	t.Parallel()
	each(t, moneyDoc("order.made", "subtotal: {type: number}", "tax: {type: number}", "total: {type: number}", "fee: {type: number, maximum: -3}"),
		payload.Typical, func(body gjson.Result) {
			if body.Get("total").Float() == 0 || inCents(body.Get("total")) != inCents(body.Get("subtotal"))+inCents(body.Get("tax")) {
				t.Fatal(body.Raw)
			}
		})
}
