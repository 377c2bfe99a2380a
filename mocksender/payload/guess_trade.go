package payload

import (
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// firmWords are what a firm's name stands in, goodsWords what a product's does.
var (
	firmWords = []string{
		"account", "bank", "brand", "business", "client", "company", "firm", "manufacturer", "merchant", "organisation", "organization", "partner",
		"provider", "publisher", "seller", "shop", "store", "supplier", "tenant", "vendor", "warehouse", "workspace",
	}
	goodsWords = []string{"addon", "article", "good", "item", "line", "lineitem", "product", "variant", "sku"}
	orderWords = []string{"order", "checkout", "cart", "fulfillment", "fulfilment"}
	payWords   = []string{"payment", "charge", "refund", "transaction", "payout", "transfer", "capture", "authorization"}
)

var tradeGuesses = []guess{
	{words: append([]string{"companyname", "organizationname", "merchantname", "storename", "shopname", "vendorname"}, firmWords...), text: companyName},
	{words: []string{"name", "title", "displayname", "legalname"}, in: firmWords, text: companyName},
	{words: []string{"product", "productname", "itemname", "variantname"}, text: productName},
	{words: []string{"name", "title", "displayname", "description"}, in: goodsWords, text: productName},
	{words: []string{"plan", "planname", "tier", "package", "edition"}, text: oneOf(planNames...)},
	{words: []string{"name", "title", "displayname"}, in: []string{"plan", "subscription", "tier", "package", "price"}, text: oneOf(planNames...)},
	{words: []string{"category", "productcategory"}, text: oneOf("Apparel", "Electronics", "Home & Garden", "Office", "Outdoor", "Toys")},
	{words: []string{"currency", "currencycode", "isocurrency"}, text: oneOf("USD", "EUR", "GBP", "CAD")},
	{words: []string{"sku", "productcode", "itemcode"}, text: shaped("??######")},
	{words: []string{"ean", "gtin", "barcode"}, text: func(f *gofakeit.Faker) string { return withEANDigit("40" + f.DigitN(10)) }},
	{words: []string{"upc"}, text: func(f *gofakeit.Faker) string { return withEANDigit("0" + f.DigitN(10)) }},
	{words: []string{"isbn"}, text: func(f *gofakeit.Faker) string { return withEANDigit("979" + f.DigitN(9)) }},
	{words: []string{"number", "no"}, in: []string{"card"}, text: cardNumber},
	{words: []string{"cardnumber", "pan"}, text: cardNumber},
	{words: []string{"brand", "scheme", "network", "cardtype", "cardbrand"}, in: []string{"card", "payment", "method", "charge"}, text: oneOf("visa", "mastercard", "amex")},
	{words: []string{"cardtype", "cardbrand"}, text: oneOf("visa", "mastercard", "amex")},
	{words: []string{"last4", "lastfour", "last4digits"}, text: shaped("####")},
	{words: []string{"cvv", "cvc"}, text: shaped("###")},
	{words: []string{"expiry", "expirydate", "expiration", "exp"}, in: []string{"card"}, text: oneOf("01/27", "04/28", "07/29", "09/30")},
	{words: []string{"iban"}, text: iban},
	{words: []string{"bic", "swift"}, text: shaped("XXXXDE##XXX")},
	{words: []string{"accountnumber", "bankaccount"}, text: shaped("00########")},
	{words: []string{"routingnumber", "sortcode"}, text: shaped("#########")},
	{words: []string{"vatnumber", "vatid", "taxnumber"}, text: shaped("DE#########")},
	{words: []string{"authorizationcode", "authcode", "approvalcode"}, text: shaped("######")},
	{words: []string{"paymentmethod", "paymentmethodtype", "paymenttype"}, text: oneOf("card", "bank_transfer", "direct_debit", "wallet")},
	{words: []string{"type", "method"}, in: []string{"payment", "method"}, text: oneOf("card", "bank_transfer", "direct_debit", "wallet")},
	{words: []string{"failurecode", "errorcode", "declinecode", "refusalreason"}, text: oneOf("card_declined", "insufficient_funds", "expired_card", "processing_error")},
	{words: []string{"failurereason", "failuremessage", "errormessage", "error"}, text: oneOf("The card was declined.", "There are not enough funds.", "The card has expired.")},
	{words: []string{"statementdescriptor", "descriptor"}, text: func(f *gofakeit.Faker) string { return strings.ToUpper(f.RandomString(firmNames)) }},
	{words: []string{"coupon", "couponcode", "promocode", "vouchercode", "discountcode", "promotioncode"}, text: oneOf("WELCOME10", "SPRING15", "FREESHIP", "LOYAL20")},
	{words: []string{"interval", "billinginterval", "billingcycle", "frequency", "cadence", "billingperiod"}, text: oneOf("month", "year", "week")},
	{words: []string{"carrier", "shippingcarrier", "courier"}, text: oneOf("Northline Freight", "Harbor Express", "Swiftpost", "Meridian Parcel")},
	{words: []string{"name"}, in: []string{"carrier", "courier"}, text: oneOf("Northline Freight", "Harbor Express", "Swiftpost", "Meridian Parcel")},
	{words: []string{"service", "servicelevel", "shippingmethod", "deliverymethod", "shippingservice"}, text: oneOf("standard", "express", "overnight", "economy")},
	{words: []string{"trackingnumber", "trackingcode", "waybill"}, text: shaped("HX##########US")},
	{words: []string{"unit", "weightunit", "massunit"}, in: []string{"weight", "mass", "parcel", "package"}, text: oneOf("kg", "lb")},
	{words: []string{"dimensionunit", "lengthunit", "sizeunit"}, text: oneOf("cm", "in")},
	{words: []string{"size"}, text: oneOf("S", "M", "L", "XL")},
	{words: []string{"number", "no", "reference", "ref"}, in: []string{"invoice", "bill"}, text: shaped("INV-######")},
	{words: []string{"number", "no", "reference", "ref"}, in: []string{"order", "checkout", "cart"}, text: shaped("ORD-######")},
	{words: []string{"number", "no", "key"}, in: []string{"ticket", "case", "issue", "incident"}, text: shaped("TKT-#####")},
	{words: []string{"number", "no"}, in: []string{"account", "customer", "member"}, text: shaped("10######")},
	{words: []string{"number", "no", "ponumber"}, text: shaped("######")},
	{words: []string{"id", "identifier", "uid", "externalid", "transactionid"}, text: func(f *gofakeit.Faker) string { return strings.ToLower(f.LetterN(3)) + "_" + f.DigitN(9) }},
	{words: []string{"reference", "externalkey", "externalreference", "ref", "pspreference", "receiptnumber"}, text: shaped("REF########")},
	{words: []string{"code"}, text: shaped("??######")},
	{words: []string{"amount", "total", "subtotal", "price", "tax", "balance", "fee", "cost", "unitprice", "shipping", "discount", "totalprice", "totaltax", "totaldiscounts", "gross", "net"}, text: amountText},
	{words: []string{"value"}, in: moneyWords, text: amountText},
}

var planNames = []string{"Starter", "Team", "Business", "Enterprise"}

// amountText is an amount of money as text, as providers write it that do not trust floats.
func amountText(f *gofakeit.Faker) string { return money(int64(f.Number(495, 50000))).text() }

// productName is put together from what it is made of, how it looks and what it is.
func productName(f *gofakeit.Faker) string {
	return f.RandomString(goodsLooks) + " " + f.RandomString(goodsNames)
}

// cardNumber begins like those that payment providers keep for tests, with the right check digit.
func cardNumber(f *gofakeit.Faker) string { return luhnNumber(f, "400000000000", 16) }

// withEANDigit adds the check digit of GS1 numbers: weights 3 and 1 in turn from the right.
func withEANDigit(digits string) string {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			n *= 3
		}
		sum += n
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}

var (
	goodsLooks = []string{"Classic", "Compact", "Foldable", "Heavy-Duty", "Insulated", "Lightweight", "Organic", "Padded", "Recycled", "Rechargeable", "Slim", "Waterproof", "Wireless", "Wooden"}
	goodsNames = []string{
		"Backpack", "Bike Lamp", "Canvas Tote", "Coffee Grinder", "Desk Lamp", "Desk Organizer", "Garden Hose", "Headphones", "Hiking Socks", "Keyboard", "Lunch Box",
		"Mug", "Notebook", "Phone Stand", "Picnic Blanket", "Rain Jacket", "Sleeping Bag", "Speaker", "Tea Kettle", "Travel Pillow", "Umbrella", "Water Bottle", "Yoga Mat",
	}
)
