package payload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// guessNumber makes a number by a field's name, nil when the name says nothing.
func guessNumber(f *gofakeit.Faker, at field, whole bool) any {
	for _, tail := range tails(at.name) {
		for _, g := range numberGuesses {
			if !slices.Contains(g.words, tail) || g.onlyWhole && !whole || g.onlyFraction && whole || g.in != nil && !at.isIn(g.in) {
				continue
			}
			n := g.low + f.IntN(g.high-g.low+1)
			switch {
			case !whole:
				return json.Number(decimal(n, g.places))
			case g.cents:
				return n
			}
			return n / int(pow10(g.places))
		}
	}
	return nil
}

// numberGuess is a range of numbers in units of 10^-places.
type numberGuess struct {
	words                   []string
	in                      []string // as in [guess]
	low, high, places       int
	cents                   bool // an integer shows the units themselves: an amount is in cents
	onlyWhole, onlyFraction bool
}

// numberGuesses are tried in order.
var numberGuesses = []numberGuess{
	{words: []string{"id"}, low: 1001, high: 99999},
	{words: []string{"expyear", "expiryyear", "expirationyear"}, low: 2027, high: 2032},
	{words: []string{"year"}, low: 2015, high: 2030},
	{words: []string{"month", "expmonth", "expirymonth"}, low: 1, high: 12},
	{words: []string{"day"}, low: 1, high: 28},
	{words: []string{"hour"}, high: 23},
	{words: []string{"age"}, low: 18, high: 90},
	{words: []string{"batterylevel", "battery", "percent", "percentage", "pct", "progress", "humidity", "completion", "percentoff"}, low: 100, high: 9900, places: 2},
	{words: []string{"taxrate", "vatrate", "discountrate", "discountpercent", "interestrate"}, low: 100, high: 2500, places: 2},
	{words: []string{"exchangerate", "fxrate"}, low: 7000, high: 14000, places: 4, onlyFraction: true},
	{words: []string{"errorrate", "ratio", "share", "confidence", "probability", "utilization"}, low: 1, high: 99, places: 2, onlyFraction: true},
	{words: []string{"rate"}, high: 2500, places: 2, onlyFraction: true},
	{words: []string{"temperature", "temp"}, low: -50, high: 380, places: 1},
	{words: []string{"pressure"}, low: 9800, high: 10400, places: 1},
	{words: []string{"voltage"}, low: 310, high: 420, places: 2},
	{words: []string{"signalstrength", "rssi", "dbm"}, low: -110, high: -40},
	{words: []string{"altitude", "elevation"}, low: 20, high: 18000, places: 1},
	{words: []string{"speed"}, high: 1300, places: 1},
	{words: []string{"heading", "bearing"}, high: 359},
	{words: []string{"weight"}, low: 20, high: 2500, places: 2},
	{words: []string{"length", "width", "height", "depth"}, low: 50, high: 1200, places: 1},
	{words: []string{"distance"}, low: 5, high: 900, places: 1},
	{words: []string{"latitude", "lat"}, low: 300000, high: 520000, places: 4, onlyFraction: true},
	{words: []string{"longitude", "lng", "lon"}, low: -1180000, high: 150000, places: 4, onlyFraction: true},
	{words: []string{"rating", "stars", "score"}, low: 10, high: 50, places: 1},
	{words: []string{"durationms", "latencyms", "latency", "elapsedms", "responsetime"}, low: 12, high: 1900},
	{words: []string{"uptime"}, low: 3600, high: 2592000},
	{words: []string{"minutes"}, low: 5, high: 120},
	{words: []string{"duration", "seconds", "elapsed", "ttl", "timeout"}, low: 15, high: 3600},
	{words: []string{"bytes", "filesize", "contentlength"}, low: 2048, high: 5_000_000},
	{words: []string{"attempt", "attempts", "retries", "retrycount", "attemptnumber"}, low: 1, high: 5},
	{words: []string{"priority", "severity", "level"}, low: 1, high: 5},
	{words: []string{"port"}, low: 1024, high: 49151},
	{words: []string{"statuscode", "httpstatus"}, low: 200, high: 200},
	{words: []string{"quantity", "qty", "seats", "units", "guests", "passengers"}, low: 1, high: 12},
	{words: []string{"index", "position", "rank", "order", "sortorder", "sequence", "version", "revision", "page"}, low: 1, high: 20},
	{words: []string{"number", "ordernumber", "invoicenumber", "no"}, low: 1001, high: 99999},
	{words: []string{"count", "size", "total"}, in: []string{"count", "page", "pagination", "paging", "meta"}, high: 20},
	{words: []string{"count", "size"}, high: 20},
	{words: []string{"unitprice", "unitamount", "unitcost", "unit", "price", "rate", "listprice"}, low: 495, high: 24900, places: 2, cents: true},
	{words: []string{"tax", "fee", "fees", "shipping", "tip", "discount", "vat", "taxamount", "shippingamount", "discountamount", "shippingcost"}, low: 100, high: 4900, places: 2, cents: true},
	{words: []string{"value"}, in: moneyWords, low: 500, high: 250000, places: 2, cents: true},
	{words: amountWords, low: 500, high: 250000, places: 2, cents: true},
}

// moneyWords are what a value or an amount of money stands in; amountWords are the names of amounts themselves.
var (
	moneyWords  = []string{"amount", "money", "price", "total", "balance", "fee", "tax", "payment", "cost"}
	amountWords = []string{
		"amount", "total", "balance", "cost", "subtotal", "paid", "due", "remaining", "outstanding", "gross", "net", "revenue", "refunded", "captured", "authorized",
		"due", "paid", "salary", "budget", "credit", "debit", "charge", "deposit", "payout", "refund", "principal", "earnings", "spend", "mrr", "arr",
	}
)

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
