package payload

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// formats make the standard formats of JSON Schema 2020-12 and those of OpenAPI's
// registry. Hosts are always under example.com or .test.
var formats = map[string]func(*gofakeit.Faker) string{
	"date-time":    func(f *gofakeit.Faker) string { return someTime(f).Format(time.RFC3339) },
	"date":         func(f *gofakeit.Faker) string { return someTime(f).Format(time.DateOnly) },
	"time":         func(f *gofakeit.Faker) string { return someTime(f).Format("15:04:05") + "Z" },
	"duration":     func(f *gofakeit.Faker) string { return fmt.Sprintf("P%dDT%dH", f.Number(0, 40), f.Number(1, 23)) },
	"email":        func(f *gofakeit.Faker) string { return ownFuncs["email"](f).(string) },
	"idn-email":    func(f *gofakeit.Faker) string { return "zoë." + slug(f.LastName()) + "@" + host(f) },
	"hostname":     host,
	"idn-hostname": func(f *gofakeit.Faker) string { return "bücher." + host(f) },
	"ipv4":         documentationIP,
	"ipv6": func(f *gofakeit.Faker) string {
		return fmt.Sprintf("2001:db8::%x:%x", f.Number(1, 65535), f.Number(1, 65535))
	},
	"uri":                   func(f *gofakeit.Faker) string { return ownFuncs["url"](f).(string) },
	"url":                   func(f *gofakeit.Faker) string { return ownFuncs["url"](f).(string) },
	"uri-reference":         func(f *gofakeit.Faker) string { return "/" + slug(f.Noun()) + "/" + f.DigitN(4) },
	"iri":                   func(f *gofakeit.Faker) string { return "https://" + host(f) + "/straße/" + f.DigitN(3) },
	"iri-reference":         func(f *gofakeit.Faker) string { return "/straße/" + f.DigitN(3) },
	"uri-template":          func(f *gofakeit.Faker) string { return "https://" + host(f) + "/" + slug(f.Noun()) + "/{id}" },
	"uuid":                  func(f *gofakeit.Faker) string { return string(appendUUID(nil, f.Uint64(), f.Uint64())) },
	"json-pointer":          func(f *gofakeit.Faker) string { return "/" + slug(f.Noun()) + "/" + f.DigitN(1) },
	"relative-json-pointer": func(f *gofakeit.Faker) string { return f.Numerify("1") + "/" + slug(f.Noun()) },
	"regex":                 func(f *gofakeit.Faker) string { return "^" + slug(f.Noun()) + "-[0-9]+$" },
	"byte":                  func(f *gofakeit.Faker) string { return base64.StdEncoding.EncodeToString([]byte(f.Word())) },
	"binary":                func(f *gofakeit.Faker) string { return f.Word() },
	"password":              func(f *gofakeit.Faker) string { return f.LetterN(8) + f.DigitN(4) },
	"decimal":               func(f *gofakeit.Faker) string { return fmt.Sprintf("%d.%02d", f.Number(0, 999), f.Number(0, 99)) },
	"char":                  func(f *gofakeit.Faker) string { return f.Letter() },
	"http-date": func(f *gofakeit.Faker) string {
		return strings.Replace(someTime(f).Format(time.RFC1123), "UTC", "GMT", 1)
	},
	"semver":      (*gofakeit.Faker).AppVersion,
	"period":      func(f *gofakeit.Faker) string { return someTime(f).Format(time.RFC3339) + "/P" + f.DigitN(1) + "D" },
	"media-range": func(*gofakeit.Faker) string { return "application/json" },
}

func host(f *gofakeit.Faker) string { return slug(f.Noun()) + ".example.com" }

// documentationIP lies in a block that RFC 5737 keeps for documentation.
func documentationIP(f *gofakeit.Faker) string {
	nets := []string{"192.0.2.", "198.51.100.", "203.0.113."}
	return fmt.Sprintf("%s%d", nets[f.IntN(len(nets))], f.Number(1, 254))
}

// someTime lies in 2025, for text that no annotation ties to the event's clock.
func someTime(f *gofakeit.Faker) time.Time {
	return time.Date(2025, 1, 1, 0, 0, f.Number(0, 365*24*3600-1), 0, time.UTC)
}
