package payload_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

const records = `
x-faker-records:
  who: {kind: person}
  firm: {kind: company}
  home: {kind: address, countries: [CA]}
  row: {scope: event, choose: [{weight: 3, id: 1, name: one}, {weight: 1, id: 2, name: two}]}
  cash:
    columns:
      total: {decimal: {min: 10, max: 900, places: 2, whole: 0.3}}
      paid: {decimal: {min: 0, max: total, places: 2}}
      open: {expr: "total - paid"}
      label: {template: "T{total}"}
`

// Every maker and modifier, told by what it promises of the field a.
func TestMakersAndModifiers(t *testing.T) {
	matches := func(pattern string) func(map[string]any) bool {
		re := regexp.MustCompile(pattern)
		return func(p map[string]any) bool { s, ok := p["a"].(string); return ok && re.MatchString(s) }
	}
	is := func(want any) func(map[string]any) bool { return func(p map[string]any) bool { return p["a"] == want } }
	for name, test := range map[string]struct {
		properties string
		holds      func(map[string]any) bool
	}{
		"func":         {`a: {type: integer, x-faker: {func: number, min: 3, max: 5}}`, func(p map[string]any) bool { n := p["a"].(float64); return n >= 3 && n <= 5 }},
		"bare func":    {`a: {type: string, x-faker: email}`, matches(`^[a-z.-]+@[a-z0-9-]+\.example\.com$`)},
		"url is safe":  {`a: {type: string, x-faker: {func: url}}`, matches(`^https://[a-z0-9-]+\.example\.com/`)},
		"imei":         {`a: {type: string, x-faker: imei}`, func(p map[string]any) bool { return len(p["a"].(string)) == 15 && checked(p["a"].(string)) }},
		"iban":         {`a: {type: string, x-faker: iban}`, matches(`^DE[0-9]{20}$`)},
		"value":        {`a: {x-faker: {value: {deep: [1, "x", null, true]}}}`, func(p map[string]any) bool { return fmt.Sprint(p["a"]) == "map[deep:[1 x <nil> true]]" }},
		"pool":         {`a: {type: string, x-faker: {pool: [x, y], weight: [1, 0]}}`, is("x")},
		"same sibling": {"b: {type: integer, x-faker: {integer: {min: 1, max: 99}}}\na: {type: integer, x-faker: {same: b}}", func(p map[string]any) bool { return p["a"] == p["b"] }},
		"same as text": {"b: {type: integer, x-faker: {sequence: {start: 5}}}\na: {type: string, x-faker: {same: b}}", func(p map[string]any) bool { return p["a"] == fmt.Sprint(p["b"]) }},
		"same column":  {"b: {type: string, x-faker: {same: who.first_name}}\na: {type: string, x-faker: {same: who.name}}", func(p map[string]any) bool { return strings.HasPrefix(p["a"].(string), p["b"].(string)+" ") }},
		"row together": {"b: {type: integer, x-faker: {same: row.id}}\na: {type: string, x-faker: {same: row.name}}", func(p map[string]any) bool {
			return p["b"] == 1.0 && p["a"] == "one" || p["b"] == 2.0 && p["a"] == "two"
		}},
		"country":        {`a: {type: string, x-faker: {same: home.country}}`, is("CA")},
		"event id":       {`a: {type: string, format: uuid, x-faker: {same: event.id}}`, matches(`^[0-9a-f]{8}-[0-9a-f]{4}-4`)},
		"event type":     {`a: {type: string, x-faker: {same: event.type}}`, is("thing.made")},
		"event secret":   {`a: {type: string, x-faker: {same: event.secret}}`, is("hush")},
		"expr pooled":    {"t: {type: number, x-faker: {same: cash.total}}\np: {type: number, x-faker: {same: cash.paid}}\na: {type: number, x-faker: {expr: t - p}}", func(p map[string]any) bool { return hundredths(p["a"]) == hundredths(p["t"])-hundredths(p["p"]) }},
		"expr column":    {"t: {type: number, x-faker: {same: cash.total}}\np: {type: number, x-faker: {same: cash.paid}}\na: {type: number, x-faker: {same: cash.open}}", func(p map[string]any) bool { return hundredths(p["a"]) == hundredths(p["t"])-hundredths(p["p"]) }},
		"expr places":    {`a: {type: number, x-faker: {expr: "10 / 3", places: 4}}`, is(3.3333)},
		"expr rounds":    {`a: {type: number, x-faker: {expr: "0.1 + 0.2"}}`, is(0.3)},
		"expr at":        {"o: {type: object, properties: {n: {type: integer, x-faker: {integer: {min: 1, max: 9}}}}}\na: {type: integer, x-faker: {expr: 'at(\"/o/n\") * 2'}}", func(p map[string]any) bool { return p["a"] == 2*p["o"].(map[string]any)["n"].(float64) }},
		"expr of unique": {"n: {type: integer, x-faker: {sequence: {start: 7, step: 3}}}\na: {type: integer, x-faker: {expr: n * 10}}", func(p map[string]any) bool { return p["a"] == 10*p["n"].(float64) }},
		"template":       {"n: {type: integer, x-faker: {sequence: {start: 7}}}\na: {type: string, x-faker: {template: 'r/{n}/{firm.slug}'}}", func(p map[string]any) bool { return strings.HasPrefix(p["a"].(string), fmt.Sprintf("r/%v/", p["n"])) }},
		"template row":   {`a: {type: string, x-faker: {same: cash.label}}`, matches(`^T[0-9.]+$`)},
		"token":          {`a: {type: string, x-faker: {token: {length: 12, alphabet: a-cX}}}`, matches(`^[abcX]{12}$`)},
		"uuid":           {`a: {type: string, format: uuid, x-faker: {uuid: true}}`, matches(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)},
		"digits":         {`a: {type: string, x-faker: {digits: {prefix: "+49", length: 9}}}`, matches(`^\+49[0-9]{7}$`)},
		"digits luhn":    {`a: {type: string, x-faker: {digits: {prefix: "35", length: 15, luhn: true}}}`, func(p map[string]any) bool { s := p["a"].(string); return len(s) == 15 && s[:2] == "35" && checked(s) }},
		"digits prefix": {"n: {type: integer, x-faker: {integer: {min: 10, max: 99}}}\na: {type: string, x-faker: {digits: {prefix: '8{n}', length: 7}}}", func(p map[string]any) bool {
			return strings.HasPrefix(p["a"].(string), fmt.Sprintf("8%v", p["n"])) && len(p["a"].(string)) == 7
		}},
		"integer": {`a: {type: integer, x-faker: {integer: {min: -2, max: 2}}}`, func(p map[string]any) bool { return math.Abs(p["a"].(float64)) <= 2 }},
		"decimal": {`a: {type: number, x-faker: {decimal: {min: 1, max: 2, places: 1}}}`, func(p map[string]any) bool {
			n := p["a"].(float64)
			return n >= 1 && n <= 2 && n*10 == math.Round(n*10)
		}},
		"decimal max":   {"t: {type: number, x-faker: {decimal: {min: 5, max: 9}}}\na: {type: number, x-faker: {decimal: {min: 0, max: 't / 2'}}}", func(p map[string]any) bool { return p["a"].(float64) <= p["t"].(float64)/2+0.005 }},
		"decimal whole": {`a: {type: number, x-faker: {decimal: {min: 0, max: 9, whole: 1}}}`, func(p map[string]any) bool { return p["a"] == math.Trunc(p["a"].(float64)) }},
		"time":          {`a: {type: string, format: date-time, x-faker: {time: event}}`, matches(`^2026-01-31T03:\d\d:00Z$`)},
		"time date":     {`a: {type: string, format: date, x-faker: {time: event}}`, is("2026-01-31")},
		"time layout":   {`a: {type: string, x-faker: {time: event, layout: "02.01.2006"}}`, is("31.01.2026")},
		"time ago":      {`a: {type: string, format: date, x-faker: {time: {ago: [1d, 2d]}}}`, matches(`^2026-01-(29|30)$`)},
		"time between": {"b: {type: string, format: date-time, x-faker: {time: {ago: [2h, 3h]}}}\na: {type: string, format: date-time, x-faker: {time: {between: [b, event.time]}}}", func(p map[string]any) bool {
			return p["a"].(string) >= p["b"].(string) && p["a"].(string) <= "2026-01-31T04"
		}},
		"calendar clamp": {`a: {type: string, format: date, x-faker: {time: {from: event.time, count: 1, unit: month}}}`, is("2026-02-28")},
		"calendar year":  {`a: {type: string, format: date, x-faker: {time: {from: event.time, count: -2, unit: year}}}`, is("2024-01-31")},
		"calendar ref":   {"n: {type: integer, x-faker: {integer: {min: 2, max: 2}}}\na: {type: string, format: date, x-faker: {time: {from: event.time, count: n, unit: week}}}", is("2026-02-14")},
		"format pooled":  {`a: {type: string, x-faker: {integer: {min: 5, max: 5}, format: "INV-%06d"}}`, is("INV-000005")},
		"format live":    {`a: {type: string, x-faker: {sequence: {start: 42}, format: "INV-%06d/x"}}`, matches(`^INV-0000\d\d/x$`)},
		"null rate":      {`a: {type: [string, "null"], x-faker: {func: word, null_rate: 1}}`, is(nil)},
		"null rate live": {`a: {type: [string, "null"], x-faker: {uuid: true, null_rate: 1}}`, is(nil)},
		"empty rate":     {`a: {type: string, x-faker: {func: word, empty_rate: 1}}`, is("")},
		"empty live":     {`a: {type: string, x-faker: {token: {length: 3}, empty_rate: 1}}`, is("")},
		"string rate":    {`a: {type: [integer, string], x-faker: {sequence: {start: 5}, string_rate: 1}}`, matches(`^\d+$`)},
		"string pooled":  {`a: {type: [integer, string], x-faker: {integer: {min: 5, max: 9}, string_rate: 1}}`, matches(`^[5-9]$`)},
		"omit rate":      {`a: {type: string, x-faker: {func: word, omit_rate: 1}}`, func(p map[string]any) bool { _, there := p["a"]; return !there }},
		"by index":       {`a: {type: array, items: {type: string, x-faker: {pool: [x, y], by: index}}, x-faker: {count: [3, 3]}}`, func(p map[string]any) bool { return fmt.Sprint(p["a"]) == "[x y y]" }},
		"index":          {`a: {type: array, items: {type: object, properties: {at: {type: integer, x-faker: {same: index}}}}, x-faker: {count: [2, 2]}}`, func(p map[string]any) bool { return fmt.Sprint(p["a"]) == "[map[at:0] map[at:1]]" }},
		"counts":         {`a: {type: array, items: {type: integer}, x-faker: {counts: {"1": 1, "3": 1}}}`, func(p map[string]any) bool { n := len(p["a"].([]any)); return n == 1 || n == 3 }},
		"count zero":     {`a: {type: array, items: {type: integer}, x-faker: {count: [0, 0]}}`, func(p map[string]any) bool { return len(p["a"].([]any)) == 0 }},
		"type follows":   {`a: {type: integer, x-faker: {pool: ["7"]}}`, is(7.0)},
		"cut to length":  {`a: {type: string, maxLength: 3, x-faker: {pool: [abcdef]}}`, is("abc")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, p := range made(t, document(records, test.properties), 40, payload.Options{Seed: 7, Secret: "hush", Interval: 60e9}) {
				if !test.holds(p) {
					t.Fatalf("payload %d: %v", i, p)
				}
			}
		})
	}
}

func hundredths(v any) int { return int(math.Round(v.(float64) * 100)) }

// checked tells whether the last digit checks the others (ISO/IEC 7812-1).
func checked(number string) bool {
	sum := 0
	for i := range number {
		n := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// unique: true makes text that no other event has, and keeps mailboxes harmless.
func TestUnique(t *testing.T) {
	seen := map[any]bool{}
	const n = 2000
	for _, p := range made(t, document("", "a: {type: string, format: email, x-faker: {func: email, unique: true}}\nb: {type: string, x-faker: {func: noun, unique: true}}"), n, payload.Options{}) {
		seen[p["a"]], seen[p["b"]] = true, true
		if !strings.HasSuffix(p["a"].(string), ".example.com") {
			t.Fatal(p["a"])
		}
	}
	if len(seen) != 2*n {
		t.Errorf("%d different texts, want %d", len(seen), 2*n)
	}
}

// Shares come out as annotated, within five standard deviations.
func TestRates(t *testing.T) {
	const n = 4000
	nulls, omitted, twos, ones := 0, 0, 0, 0
	doc := document("", `
a: {type: [string, "null"], x-faker: {uuid: true, null_rate: 0.3}}
b: {type: string, x-faker: {uuid: true, omit_rate: 0.6}}
c: {type: integer, x-faker: {pool: [1, 2], weight: [3, 1]}}
d: {type: array, items: {type: integer}, x-faker: {counts: {"1": 3, "2": 1}}}`)
	for _, p := range made(t, doc, n, payload.Options{Seed: 3}) {
		if p["a"] == nil {
			nulls++
		}
		if _, there := p["b"]; !there {
			omitted++
		}
		if p["c"] == 2.0 {
			twos++
		}
		if len(p["d"].([]any)) == 1 {
			ones++
		}
	}
	for name, share := range map[string]struct {
		got  int
		want float64
		rows float64 // what the share is drawn from: pools are samples themselves
	}{"null": {nulls, 0.3, n}, "omit": {omitted, 0.6, n}, "weight": {twos, 0.25, 256}, "counts": {ones, 0.75, 256}} {
		if got := float64(share.got) / n; math.Abs(got-share.want) > 5*math.Sqrt(share.want*(1-share.want)/share.rows) {
			t.Errorf("%s: %.3f, want about %.3f", name, got, share.want)
		}
	}
}

// Whatever is left out, what remains is JSON: the commas are the members', not the object's.
func TestOmittedMembers(t *testing.T) {
	doc := document("", `
a: {type: string, x-faker: {value: x, omit_rate: 0.5}}
b: {type: object, properties: {c: {type: integer, x-faker: {value: 1, omit_rate: 0.5}}, d: {type: integer, x-faker: {value: 2, omit_rate: 0.5}}}, x-faker: {omit_rate: 0.5}}
e: {type: array, items: {type: integer}, x-faker: {count: [0, 2], omit_rate: 0.5}}
f: {type: string, x-faker: {value: y, omit_rate: 0.5}}`)
	shapes := map[string]bool{}
	for _, p := range made(t, doc, 2000, payload.Options{}) {
		key := ""
		for _, name := range []string{"a", "b", "e", "f"} {
			if _, there := p[name]; there {
				key += name
			}
		}
		shapes[key] = true
	}
	if len(shapes) != 16 {
		t.Errorf("%d of 16 subsets seen: %v", len(shapes), shapes)
	}
}
