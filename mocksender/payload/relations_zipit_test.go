package payload_test

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// zipitRelations hold for every event that has the part they are about; which
// parts an event has is the contract's business and checked with it.
var zipitRelations = []relation{
	{"IMEI has 15 digits, the last checks", eachSIM(func(b body, sim string) bool {
		return isDigits(b[sim+"imei"], 15, 15) && luhn(b[sim+"imei"])
	})},
	{"ICCID starts with 89, 19 or 20 digits, the last checks", eachSIM(func(b body, sim string) bool {
		iccid := b[sim+"iccid"]
		return strings.HasPrefix(iccid, "89") && isDigits(iccid, 19, 20) && luhn(iccid)
	})},
	{"IMSI starts with the carrier's codes", eachSIM(func(b body, sim string) bool {
		codes := map[string]string{"Testnet One": "00101", "Testnet Two": "00102", "Campus Private LTE": "99970"}
		plmn := codes[b[sim+"carrier"]]
		return plmn != "" && isDigits(b[sim+"imsi"], 15, 15) && strings.HasPrefix(b[sim+"imsi"], plmn)
	})},
	{"msisdn is E.164", eachSIM(func(b body, sim string) bool { return e164.MatchString(b[sim+"msisdn"]) })},
	{"SIM cards are told apart", func(b body) bool {
		one, two := b["body.device.sims.0.iccid"], b["body.device.sims.1.iccid"]
		return one != two || one == ""
	}},
	{"exactly one SIM is active, the first", eachSIM(func(b body, sim string) bool {
		return (b[sim+"active"] == "true") == (sim == "body.device.sims.0.")
	})},
	{"device.iccid and device.imei are the active SIM's", withDevice(func(b body) bool {
		return b["body.device.iccid"] == b["body.device.sims.0.iccid"] && b["body.device.imei"] == b["body.device.sims.0.imei"]
	})},
	{"the device is in the organization and on its stack", withDevice(func(b body) bool {
		return b["body.device.organizationId"] == b["body.organization.organizationId"] &&
			b["body.device.stackId"] == b["body.organization.stackId"]
	})},
	{"nextBillingDate", nextBilling},
	{"targetRenewDay is a day of a month", withItem(func(b body) bool {
		day, err := strconv.Atoi(b["body.catalogItem.targetRenewDay"])
		return err == nil && day >= 1 && day <= 31
	})},
	{"the currency fits the billing country", func(b body) bool {
		want := map[string]string{"US": "USD", "CA": "CAD", "GB": "GBP", "DE": "EUR", "AU": "AUD"}[b["body.organization.billing.billingAddress.country"]]
		for _, path := range []string{"body.currency", "body.catalogItem.catalogGroup.currency"} {
			if got, ok := b[path]; ok && got != want {
				return false
			}
		}
		return want != ""
	}},
	{"billingAddress is a place", isAddress("body.organization.billing.billingAddress.")},
	{"shippingAddress is a place", isAddress("body.organization.billing.shippingAddress.")},
	{"mail goes nowhere", func(b body) bool { return nobodys(b["body.organization.billing.email"]) }},
	{"eventId is a UUID, eventDate in UTC", func(b body) bool {
		_, err := time.Parse("2006-01-02T15:04:05Z", b["eventDate"])
		return err == nil && uuidShape.MatchString(b["eventId"])
	}},
	{"the usage period has a beginning and an end", func(b body) bool {
		return b["eventType"] != "subscription:usage" || b["body.periodStart"] < b["body.periodEnd"]
	}},
}

var (
	e164      = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	uuidShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
)

func eachSIM(holds func(b body, sim string) bool) func(body) bool {
	return withDevice(func(b body) bool {
		if !holds(b, "body.device.sims.0.") {
			return false
		}
		_, second := b["body.device.sims.1.simId"]
		return !second || holds(b, "body.device.sims.1.")
	})
}

func withDevice(holds func(body) bool) func(body) bool { return with("body.device.deviceId", holds) }

func withItem(holds func(body) bool) func(body) bool {
	return with("body.catalogItem.catalogItemId", holds)
}

func with(path string, holds func(body) bool) func(body) bool {
	return func(b body) bool {
		_, ok := b[path]
		return !ok || holds(b)
	}
}

func isDigits(text string, low, high int) bool {
	return len(text) >= low && len(text) <= high && strings.Trim(text, "0123456789") == ""
}

// luhn is ISO/IEC 7812-1, annex B, written down apart from the code under test.
func luhn(text string) bool {
	sum := 0
	for i, r := range text {
		n := int(r - '0')
		if (len(text)-i)%2 == 0 {
			n = n*2/10 + n*2%10
		}
		sum += n
	}
	return sum%10 == 0
}

func isAddress(prefix string) func(body) bool {
	return func(b body) bool {
		return b[prefix+"line1"] != "" && b[prefix+"city"] != "" && isPlace(b[prefix+"country"], b[prefix+"state"], b[prefix+"postalCode"])
	}
}

// nextBilling is the interval after what the event is about; a trial ends before
// the first whole interval would, and after it began.
func nextBilling(b body) bool {
	next, ok := b["body.nextBillingDate"]
	if !ok {
		return true
	}
	from := time.Time{}
	for _, path := range []string{"body.createdDate", "body.billingDate", "body.changedDate"} {
		if text, ok := b[path]; ok {
			from = parseMoment(text)
		}
	}
	count, err := strconv.Atoi(b["body.catalogItem.intervalCount"])
	if err != nil || from.IsZero() {
		return false
	}
	due := later(from, count, b["body.catalogItem.interval"])
	if b["body.isTrial"] == "true" {
		end := parseMoment(next)
		return end.After(from) && end.Before(due)
	}
	return parseMoment(next).Equal(due)
}

func parseMoment(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// later steps day by day where a month is too short, so that it shares no
// arithmetic with the code under test.
func later(from time.Time, count int, unit string) time.Time {
	switch unit {
	case "day":
		return from.Add(time.Duration(count) * 24 * time.Hour)
	case "week":
		return from.Add(time.Duration(count) * 7 * 24 * time.Hour)
	case "year":
		count *= 12
	case "month":
	default:
		return time.Time{}
	}
	month := (int(from.Month())-1+count)%12 + 1
	t := from.AddDate(0, count, 0)
	for int(t.Month()) != month {
		t = t.AddDate(0, 0, -1)
	}
	return t
}
