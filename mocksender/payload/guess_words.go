package payload

import (
	"fmt"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// oneOf makes one of the texts.
func oneOf(list ...string) func(*gofakeit.Faker) string {
	return func(f *gofakeit.Faker) string { return f.RandomString(list) }
}

// shaped makes text of a shape: # is a digit, ? a letter, ~ a hexadecimal digit, and all else stands for itself.
func shaped(shape string) func(*gofakeit.Faker) string {
	return func(f *gofakeit.Faker) string {
		out := []byte(shape)
		for i, c := range out {
			switch c {
			case '#':
				out[i] = byte('0' + f.IntN(10)) //nolint:gosec // below 10
			case '?':
				out[i] = byte('A' + f.IntN(26)) //nolint:gosec // below 26
			case '~':
				out[i] = hexDigits[f.IntN(16)]
			}
		}
		return string(out)
	}
}

func hexText(n int) func(*gofakeit.Faker) string { return shaped(strings.Repeat("~", n)) }

// ownText is one of the functions that the annotation language knows by name.
func ownText(name string) func(*gofakeit.Faker) string {
	return func(f *gofakeit.Faker) string { return ownFuncs[name](f).(string) } // its functions make text
}

var peopleGuesses = []guess{
	{words: []string{"firstname", "givenname", "forename"}, text: (*gofakeit.Faker).FirstName},
	{words: []string{"lastname", "surname", "familyname"}, text: (*gofakeit.Faker).LastName},
	{words: []string{"middlename"}, text: (*gofakeit.Faker).MiddleName},
	{words: []string{"username", "login", "nickname", "handle", "screenname"}, text: userName},
	{words: []string{"email", "emailaddress", "mail"}, text: ownText("email")},
	{words: []string{"phone", "phonenumber", "mobile", "telephone", "fax", "mobilenumber", "cell"}, text: phoneNumber},
	{words: []string{"msisdn"}, text: ownText("msisdn")},
	{words: []string{"gender", "sex"}, text: oneOf("female", "male", "other")},
	{words: []string{"birthdate", "birthday", "dateofbirth", "dob", "birth"}, text: birthDate},
	{words: []string{"jobtitle", "position", "occupation"}, text: (*gofakeit.Faker).JobTitle},
	{words: []string{"title"}, in: []string{"employee", "contact", "lead"}, text: (*gofakeit.Faker).JobTitle},
	{words: []string{"prefix", "salutation"}, in: peopleWords, text: oneOf("Ms", "Mr", "Mx", "Dr")},
	{words: []string{"role"}, text: oneOf("owner", "admin", "member", "viewer", "billing")},
	{words: []string{"permission", "scope"}, text: oneOf("read", "write", "admin", "orders:read", "orders:write")},
	{words: []string{"name", "fullname", "displayname"}, in: peopleWords, text: fullName},
	{words: []string{"fullname", "displayname", "contactname", "customername", "cardholdername"}, text: fullName},
	{words: append([]string{"person"}, peopleWords...), text: fullName},
}

// userName has a number behind it, since many are taken.
func userName(f *gofakeit.Faker) string { return slug(f.FirstName()) + f.DigitN(2) }

func fullName(f *gofakeit.Faker) string { return f.FirstName() + " " + f.LastName() }

// birthDate is that of an adult.
func birthDate(f *gofakeit.Faker) string {
	return time.Date(f.Number(1950, 2006), time.Month(f.Number(1, 12)), f.Number(1, 28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func somePlace(f *gofakeit.Faker) place { return places[f.IntN(len(places))] }

var addressGuesses = []guess{
	{words: []string{"city", "town", "locality"}, text: func(f *gofakeit.Faker) string { return somePlace(f).city }},
	{words: []string{"countrycode"}, text: func(f *gofakeit.Faker) string { return somePlace(f).country }},
	{words: []string{"country", "countryname", "nationality"}, text: func(f *gofakeit.Faker) string { return countryNames[somePlace(f).country] }},
	{words: []string{"state", "province", "region", "statecode", "provincecode"}, text: func(f *gofakeit.Faker) string { return somePlace(f).state }},
	{words: []string{"postcode", "postalcode", "zip", "zipcode"}, text: func(f *gofakeit.Faker) string { return f.DigitN(5) }},
	{words: []string{"street", "address", "addressline1", "addressline", "line1", "addr1", "address1", "street1", "streetaddress"}, text: street},
	{words: []string{"line2", "addr2", "addressline2", "address2", "street2"}, text: func(f *gofakeit.Faker) string { return fmt.Sprint("Suite ", f.Number(100, 899)) }},
	{words: []string{"line3", "address3", "street3"}, text: func(f *gofakeit.Faker) string { return fmt.Sprint("Floor ", f.Number(2, 30)) }},
	{words: []string{"housenumber", "streetnumber"}, text: func(f *gofakeit.Faker) string { return fmt.Sprint(f.Number(1, 980)) }},
	{words: []string{"location", "place", "venue"}, text: func(f *gofakeit.Faker) string { p := somePlace(f); return p.city + ", " + p.state }},
	{words: []string{"timezone", "tz"}, text: oneOf("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Australia/Sydney", "UTC")},
	{words: []string{"locale"}, text: oneOf("en-US", "en-GB", "de-DE", "fr-CA", "es-US")},
	{words: []string{"language"}, in: []string{"repository", "repo", "snippet", "code"}, text: oneOf("Go", "Python", "TypeScript", "Java", "Rust", "Ruby")},
	{words: []string{"language", "lang", "languagecode"}, text: oneOf("en", "de", "fr", "es")},
}

var machineGuesses = []guess{
	{words: []string{"url", "uri", "link", "href", "website", "homepage"}, text: ownText("url")},
	{words: []string{"avatar", "avatarurl", "picture", "pictureurl", "photo", "photourl", "image", "imageurl", "logo", "logourl", "thumbnail", "thumbnailurl", "icon", "iconurl"}, text: fileURL("png")},
	{words: []string{"pdf", "pdfurl", "invoicepdf", "receiptpdf", "documenturl", "labelurl"}, text: fileURL("pdf")},
	{words: []string{"downloadurl", "fileurl", "exporturl", "reporturl"}, text: fileURL("csv")},
	{words: []string{"compare"}, text: ownText("url")},
	{words: []string{"domain", "host", "hostname"}, text: host},
	{words: []string{"ip", "ipaddress", "ipaddr", "remoteaddr", "clientip"}, text: documentationIP},
	{words: []string{"macaddress", "mac", "bssid"}, text: shaped("02:00:5e:~~:~~:~~")},
	{words: []string{"imei"}, text: ownText("imei")},
	{words: []string{"iccid"}, text: ownText("iccid")},
	{words: []string{"imsi"}, text: ownText("imsi")},
	{words: []string{"uuid", "guid"}, text: formats["uuid"]},
	{words: []string{"icaluid"}, text: func(f *gofakeit.Faker) string { return hexText(16)(f) + "@calendar.example.com" }},
	{words: []string{"id", "sha", "ref", "oid"}, in: []string{"commit", "tree", "blob", "head", "parent"}, text: hexText(40)},
	{words: []string{"before", "after", "sha", "sha1", "commit", "checksum", "commitid", "treeid", "head"}, text: hexText(40)},
	{words: []string{"ref"}, in: gitWords, text: oneOf("refs/heads/main", "refs/heads/develop", "refs/heads/feature/export", "refs/tags/v1.4.0")},
	{words: []string{"branch", "defaultbranch", "basebranch", "targetbranch"}, text: oneOf("main", "develop", "release/2.4", "feature/export")},
	{words: []string{"added", "removed", "modified", "filename", "filepath", "path"}, in: gitWords,
		text: oneOf("README.md", "cmd/server/main.go", "internal/orders/total.go", "web/src/checkout.ts", "docs/webhooks.md", "Makefile", "go.sum")},
	{words: []string{"filename", "file", "attachment"}, text: oneOf("invoice-2025-11.pdf", "packing-list.csv", "contract-signed.pdf", "photo-front.jpg", "export.xlsx")},
	{words: []string{"name"}, in: []string{"file", "attachment", "document"}, text: oneOf("invoice-2025-11.pdf", "packing-list.csv", "contract-signed.pdf", "photo-front.jpg", "export.xlsx")},
	{words: []string{"path", "endpoint", "route"}, text: oneOf("/v1/orders", "/v1/customers/1042", "/checkout", "/account/settings")},
	{words: []string{"mimetype", "contenttype", "mediatype"}, text: oneOf("application/pdf", "image/png", "text/csv")},
	{words: []string{"etag"}, text: func(f *gofakeit.Faker) string { return `"` + hexText(16)(f) + `"` }},
	{words: []string{"md5"}, text: hexText(32)},
	{words: []string{"sha256", "digest", "hash", "signature", "hmac", "sig", "signatures"}, text: hexText(64)},
	{words: []string{"fingerprint"}, text: hexText(20)},
	{words: []string{"token", "secret", "key", "apikey", "nonce"}, text: func(f *gofakeit.Faker) string { return strings.ToLower(f.LetterN(6)) + hexText(18)(f) }},
	{words: []string{"authorization"}, text: func(f *gofakeit.Faker) string { return "Bearer " + hexText(40)(f) }},
	{words: []string{"password"}, text: formats["password"]},
	{words: []string{"serial", "serialnumber"}, text: shaped("SN??######")},
	{words: []string{"model", "modelname", "modelnumber"}, text: shaped("?X-##0")},
	{words: []string{"version", "firmware", "firmwareversion", "appversion", "sdkversion", "release"}, text: (*gofakeit.Faker).AppVersion},
	{words: []string{"apiversion"}, text: oneOf("2025-06-01", "2025-11-15", "v1", "v2")},
	{words: []string{"useragent"}, text: oneOf("Mozilla/5.0 (X11; Linux x86_64) Example/1.0")},
	{words: []string{"os", "operatingsystem", "platform"}, text: oneOf("ios", "android", "web")},
	{words: []string{"browser"}, text: oneOf("Chrome", "Firefox", "Safari")},
	{words: []string{"environment", "env", "stage"}, text: oneOf("production", "staging")},
	{words: []string{"loglevel", "level"}, text: oneOf("info", "warning", "error")},
	{words: []string{"recurrence", "rrule"}, text: oneOf("RRULE:FREQ=WEEKLY;COUNT=10", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1", "RRULE:FREQ=DAILY;COUNT=5")},
	{words: []string{"color", "colour"}, in: []string{"label", "calendar", "event", "tag", "theme", "background"}, text: func(f *gofakeit.Faker) string { return "#" + hexText(6)(f) }},
	{words: []string{"color", "colour"}, text: (*gofakeit.Faker).Color},
}

var gitWords = []string{"commit", "push", "repository", "repo", "branch", "git", "pull", "merge", "diff"}

// fileURL names a file at a host that nobody has.
func fileURL(extension string) func(*gofakeit.Faker) string {
	return func(f *gofakeit.Faker) string {
		return "https://files.example.com/" + slug(f.Noun()) + "-" + f.DigitN(4) + "." + extension
	}
}
