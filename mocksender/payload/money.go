package payload

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// money is an amount in hundredths: an integer member shows them, a number or a text shows the whole.
type money int64

// largest bounds the amounts that are added up.
const largest = money(1_000_000_000_00)

func (m money) text() string {
	whole, rest, _ := strings.Cut(decimal(int(m), 2), ".")
	return whole + "." + (rest + "00")[:2]
}

// as writes an amount for a member of a kind.
func (m money) as(kind string) any {
	switch kind {
	case "integer":
		return json.Number(strconv.FormatInt(int64(m), 10))
	case "number":
		return json.Number(decimal(int(m), 2))
	}
	return m.text()
}

// moneyOf reads what [money.as] writes. Negative amounts and those with more than two places are none.
func moneyOf(v any, kind string) (money, bool) {
	text, isText := v.(string)
	if isText != (kind == "string") || v == nil {
		return 0, false
	}
	if !isText {
		text = textOf(v)
	}
	whole, rest, _ := strings.Cut(text, ".")
	if kind == "integer" {
		n, err := strconv.ParseUint(whole, 10, 40)
		return money(n), err == nil && rest == "" //nolint:gosec // 40 bits
	}
	if len(rest) > 2 || strings.ContainsAny(text, "eE+-") {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(rest + "00")[:2], 10, 40)
	return money(n), err == nil //nolint:gosec // 40 bits
}

// moneyRole is what an amount is to the others beside it.
type moneyRole int

const (
	noMoney moneyRole = iota
	subtotal
	tax
	shipping
	discount
	tip
	total
	due
	paid
	remaining
	gross
	fee
	net
	quantity
	unitPrice
	amount
	moneyRoles
)

// roleNames are the names of the roles. Any word may stand before: order_total.
var roleNames = rolesByName(map[moneyRole]string{
	subtotal:  "subtotal subtotalprice subtotalamount amountsubtotal itemstotal itemtotal nettotal totalexcludingtax totalbeforetax",
	tax:       "tax taxes taxamount taxtotal totaltax amounttax vat vatamount salestax gst",
	shipping:  "shipping shippingamount shippingcost shippingprice shippingtotal totalshipping amountshipping shippingfee deliveryfee freight",
	discount:  "discount discounts discountamount discounttotal totaldiscount totaldiscounts amountdiscount",
	tip:       "tip gratuity tipamount amounttip",
	total:     "total totalamount amounttotal totalprice grandtotal",
	due:       "amountdue due balancedue dueamount totaldue",
	paid:      "amountpaid paid paidamount totalpaid",
	remaining: "amountremaining remaining outstanding amountoutstanding balance remainingamount",
	gross:     "gross grossamount amountgross",
	fee:       "fee fees feeamount amountfee processingfee",
	net:       "net netamount amountnet",
	quantity:  "quantity qty",
	unitPrice: "unitprice unitamount unitcost priceperunit price",
	amount:    "amount linetotal lineamount extendedprice lineprice",
})

func rolesByName(names map[moneyRole]string) map[string]moneyRole {
	m := map[string]moneyRole{}
	for role, list := range names {
		for _, name := range strings.Fields(list) {
			m[name] = role
		}
	}
	return m
}

func moneyRoleOf(name string) moneyRole {
	for _, tail := range tails(name) {
		if role := roleNames[tail]; role != noMoney {
			return role
		}
	}
	return noMoney
}

// account is the amounts of one object by their roles, all of one kind; of a role, the first counts.
type account struct {
	kind  string
	names [moneyRoles]string
	event string // whose name may say that all is paid
}

// accountOf collects the amounts among members; kind tells integer, number and string apart, "" for what is none of them. It
// is nil where no amount follows from the others.
func accountOf(names []string, kind func(name string) string, event string) *account {
	a := &account{event: event}
	for _, name := range names {
		role := moneyRoleOf(name)
		if role == noMoney || a.names[role] != "" {
			continue
		}
		k := kind(name)
		switch {
		case role == quantity && k == "integer":
		case role == quantity || k == "" || a.kind != "" && a.kind != k:
			continue
		default:
			a.kind = k
		}
		a.names[role] = name
	}
	if !a.addsUp() {
		return nil
	}
	return a
}

func (a *account) has(role moneyRole) bool { return a.names[role] != "" }

func (a *account) hasAny(roles ...moneyRole) bool {
	for _, role := range roles {
		if a.has(role) {
			return true
		}
	}
	return false
}

// isLine tells that a quantity and a price make an amount.
func (a *account) isLine() bool { return a.has(quantity) && a.has(unitPrice) }

func (a *account) addsUp() bool {
	return a.has(total) && a.hasAny(subtotal, tax, shipping, discount, tip, due, paid, remaining) ||
		a.has(subtotal) && a.hasAny(tax, shipping, discount) || a.isLine() && a.hasAny(amount, total, subtotal) ||
		a.has(paid) && a.hasAny(due, remaining) || a.has(net) && a.hasAny(gross, amount) && a.hasAny(fee, tax)
}

// ledger is the amounts of one payload while they are made to agree.
type ledger struct {
	*account
	f      *gofakeit.Faker
	accept func(name string, v any) bool
	was    [moneyRoles]money
	now    [moneyRoles]money
	count  int64
	plain  bool // no tax, nothing off: as simple as it gets
	failed bool
}

// settle makes amounts agree: what the members were, and the sum of the lines, or nil where there are none. It returns what
// the members become, or nil where their schemas do not let them agree.
func (a *account) settle(f *gofakeit.Faker, values map[string]any, lines *money, accept func(name string, v any) bool) map[string]any {
	l := &ledger{account: a, f: f, accept: accept}
	for role, name := range a.names {
		if name == "" || moneyRole(role) == quantity {
			continue
		}
		m, ok := moneyOf(values[name], a.kind)
		if l.was[role] = m; !ok {
			l.was[role] = -1 // nothing that could be added up
		}
	}
	for try := range 4 {
		l.now, l.failed, l.plain, l.count = l.was, false, try > 1, 1
		if a.has(quantity) && try < 3 {
			l.count, _ = asInt(values[a.names[quantity]])
		}
		if l.add(lines); !l.failed {
			return l.changed()
		}
	}
	return nil
}

func (l *ledger) changed() map[string]any {
	out := map[string]any{}
	for role, name := range l.names {
		switch {
		case name == "" || moneyRole(role) != quantity && l.now[role] == l.was[role]:
		case moneyRole(role) == quantity:
			out[name] = json.Number(strconv.FormatInt(l.count, 10))
			l.failed = l.failed || !l.accept(name, out[name])
		default:
			out[name] = l.now[role].as(l.kind)
		}
	}
	if l.failed {
		return nil
	}
	return out
}

// put gives a role the amount that follows from the others.
func (l *ledger) put(role moneyRole, m money) {
	if !l.has(role) {
		return
	}
	l.now[role] = m
	l.failed = l.failed || m < 0 || m > largest || m != l.was[role] && !l.accept(l.names[role], m.as(l.kind))
}

// draw gives a role an amount that may be any, unless its schema wants another.
func (l *ledger) draw(role moneyRole, m money) money {
	if !l.has(role) {
		return 0
	}
	if l.plain {
		m = 0
	}
	if l.accept(l.names[role], m.as(l.kind)) {
		l.now[role] = m
	}
	l.failed = l.failed || l.now[role] < 0
	return l.now[role]
}

// add computes from the lines to the sum and from there to what is left of it.
func (l *ledger) add(lines *money) {
	base := l.base(lines)
	if l.failed = l.failed || base < 0; l.has(subtotal) {
		l.put(subtotal, base)
	}
	rates := []money{0, 500, 700, 825, 1000, 1900, 2000} // in hundredths of a percent
	whole := base + l.draw(tax, (base*rates[l.f.IntN(len(rates))]+5000)/10000)
	whole += l.draw(shipping, []money{0, 495, 795, 1250}[l.f.IntN(4)]) + l.draw(tip, base*money(l.f.IntN(5))*5/100)
	whole -= l.draw(discount, base*money(max(0, l.f.IntN(9)-4))*5/100)
	if !l.hasAny(tax, shipping, tip, discount) && !l.has(subtotal) && !l.isLine() && lines == nil {
		whole = l.now[total]
	}
	l.put(total, whole)
	l.split()
	l.pay()
}

// base is the sum before tax and all else: of the lines, of the quantity, or as it was drawn.
func (l *ledger) base(lines *money) money {
	switch {
	case l.isLine():
		base := money(l.count) * l.was[unitPrice]
		if !l.has(subtotal) || !l.has(total) {
			l.put(amount, base)
		}
		return base
	case lines != nil:
		return *lines
	case l.has(subtotal):
		return l.was[subtotal]
	}
	return max(0, l.was[total])
}

// split parts a gross amount into what is kept and what is charged for it, or adds the tax to a net one.
func (l *ledger) split() {
	whole := gross
	if !l.has(gross) {
		whole = amount
	}
	switch {
	case !l.has(net) || !l.has(whole) || l.isLine():
	case l.has(fee):
		l.put(net, l.now[whole]-l.draw(fee, min(l.now[whole], l.now[whole]*29/1000+30)))
	case l.has(tax):
		l.put(whole, l.now[net]+l.draw(tax, (l.now[net]*1900+5000)/10000))
	}
}

// pay shares out what is due between what is paid and what remains.
func (l *ledger) pay() {
	whole := l.now[total]
	switch {
	case l.has(total):
	case l.has(due) && l.has(remaining):
		whole = l.now[due]
	case l.hasAny(due, remaining) && l.has(paid):
		whole = l.now[due] + l.now[remaining]
	default:
		return
	}
	if l.has(paid) {
		share := []money{100, 100, 100, 0, 40}[l.f.IntN(5)]
		for _, word := range nameWords(l.event) {
			if word == "paid" || word == "succeeded" {
				share = 100
			}
		}
		if m := whole * share / 100; l.accept(l.names[paid], m.as(l.kind)) {
			l.now[paid] = m
		} else {
			l.put(paid, min(l.was[paid], whole))
		}
	}
	left := whole - l.now[paid]
	if l.has(due) && l.has(remaining) {
		l.put(due, whole)
	} else {
		l.put(due, left)
	}
	l.put(remaining, left)
}
