package payload_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// Each mistake is reported at its line, with what was probably meant.
func TestAnnotationErrors(t *testing.T) {
	const people = "x-faker-records:\n  who: {kind: person}\n  cash: {columns: {total: {integer: {min: 1, max: 9}}}}\n"
	for name, test := range map[string]struct {
		head, properties string
		want             []string // each stands in the error; the first begins with the line within the properties
	}{
		"unknown function":     {"", `a: {type: string, x-faker: {func: firstnam}}`, []string{`unknown function "firstnam" (did you mean "firstname"?)`}},
		"bare function":        {"", `a: {type: string, x-faker: compani}`, []string{`unknown function "compani" (did you mean "company"?)`}},
		"unknown option":       {"", `a: {type: integer, x-faker: {integer: {min: 1}, nul_rate: 0.5}}`, []string{`unknown option "nul_rate" (did you mean "null_rate"?)`}},
		"unknown parameter":    {"", `a: {type: integer, x-faker: {func: number, mim: 1}}`, []string{`number has no parameter "mim" (did you mean "min"?)`}},
		"two makers":           {"", `a: {type: integer, x-faker: {integer: {min: 1}, value: 3}}`, []string{`value beside integer: want one of them`}},
		"not an annotation":    {"", `a: {type: string, x-faker: 3}`, []string{`want the name of a function or an object`}},
		"unknown sibling":      {"", "total: {type: integer}\na: {type: integer, x-faker: {same: totl}}", []string{`no field "totl" beside this one (did you mean "total"?)`}},
		"unknown pointer":      {"", "total: {type: integer}\na: {type: integer, x-faker: {same: /totl}}", []string{`the payload has no "/totl" (did you mean "/total"?)`}},
		"unknown record":       {people, `a: {type: string, x-faker: {same: whom.name}}`, []string{`unknown record "whom" (did you mean "who"?)`}},
		"unknown column":       {people, `a: {type: string, x-faker: {same: who.nane}}`, []string{`record who has no column "nane" (did you mean "name"?)`}},
		"unknown fact":         {"", `a: {type: string, x-faker: {same: event.tine}}`, []string{`unknown fact "event.tine" (did you mean "time"?)`}},
		"same as an object":    {"", "o: {type: object, properties: {b: {type: string}}}\na: {x-faker: {same: o}}", []string{`/o is no single value`}},
		"cycle of same":        {"", "a: {type: string, x-faker: {same: b}}\nb: {type: string, x-faker: {same: a}}", []string{`refers to itself`}},
		"cycle of expr":        {"", "a: {type: integer, x-faker: {expr: b + 1}}\nb: {type: integer, x-faker: {expr: a + 1}}", []string{`refers to itself`}},
		"cycle of template":    {"", `a: {type: string, x-faker: {template: "x{a}"}}`, []string{`/a refers to itself`}},
		"template's reference": {people, `a: {type: string, x-faker: {template: "x{who.nme}"}}`, []string{`record who has no column "nme"`}},
		"expr syntax":          {"", `a: {type: integer, x-faker: {expr: "1 +"}}`, []string{`expr "1 +"`}},
		"expr reference":       {"", "total: {type: integer}\na: {type: integer, x-faker: {expr: totl * 2}}", []string{`no field "totl" beside this one (did you mean "total"?)`}},
		"weights mismatch":     {"", `a: {type: string, x-faker: {pool: [x, y], weight: [1]}}`, []string{`pool has 2 values and weight 1`}},
		"weights zero":         {"", `a: {type: string, x-faker: {pool: [x, y], weight: [0, 0]}}`, []string{`every weight is zero`}},
		"weights negative":     {"", `a: {type: string, x-faker: {pool: [x, y], weight: [2, -1]}}`, []string{`want numbers that are not negative, found "-1"`}},
		"pool empty":           {"", `a: {type: string, x-faker: {pool: []}}`, []string{`pool: want a list of values`}},
		"integer bounds":       {"", `a: {type: integer, x-faker: {integer: {min: 9, max: 1}}}`, []string{`min 9 is above max 1`}},
		"integer text":         {"", `a: {type: integer, x-faker: {integer: {min: one}}}`, []string{`min: want a number, found a string`}},
		"decimal bounds":       {"", `a: {type: number, x-faker: {decimal: {min: 9, max: 1}}}`, []string{`min 9 is above max 1`}},
		"rate above one":       {"", `a: {type: [integer, "null"], x-faker: {integer: {min: 1}, null_rate: 1.5}}`, []string{`null_rate: want a share from 0 to 1, found 1.5`}},
		"scope":                {"", `a: {type: integer, x-faker: {integer: {min: 1}, scope: run}}`, []string{`scope: want subject or event, found "run"`}},
		"by":                   {"", `a: {type: string, x-faker: {pool: [x], by: number}}`, []string{`by: want index, found "number"`}},
		"counts":               {"", `a: {type: array, items: {type: string}, x-faker: {count: [3, 1]}}`, []string{`count: want [min, max] with 0 ≤ min ≤ max ≤ 16`}},
		"counts map":           {"", `a: {type: array, items: {type: string}, x-faker: {counts: {many: 1}}}`, []string{`counts: want {number from 0 to 16: weight}`}},
		"array without items":  {"", `a: {type: array, x-faker: {count: [2, 2]}}`, []string{`the array has no schema for element 0`}},
		"time form":            {"", `a: {type: string, format: date-time, x-faker: {time: {until: event.time}}}`, []string{`time: want event, {ago: [least, most]}`}},
		"time span":            {"", `a: {type: string, format: date-time, x-faker: {time: {ago: [1h, 3 days]}}}`, []string{`want a duration such as 90d or 12h, found "3 days"`}},
		"time span order":      {"", `a: {type: string, format: date-time, x-faker: {time: {ago: [3d, 1h]}}}`, []string{`want [least, most], the least first`}},
		"time of no time":      {"", "n: {type: integer}\na: {type: string, format: date-time, x-faker: {time: {between: [n, event.time]}}}", []string{`"n" is no time of an x-faker annotation`}},
		"calendar count":       {"", `a: {type: string, format: date-time, x-faker: {time: {from: event.time, unit: day}}}`, []string{`count is missing`}},
		"calendar text":        {"", "n: {type: string, x-faker: {pool: [x]}}\na: {type: string, format: date-time, x-faker: {time: {from: event.time, count: n}}}", []string{`"n" is no integer`}},
		"format of text":       {"", `a: {type: string, x-faker: {token: {length: 4}, format: "T-%d"}}`, []string{`want one %d and a value that is an integer`}},
		"unique number":        {"", `a: {type: integer, x-faker: {integer: {min: 1, max: 9}, unique: true}}`, []string{`makes no text; want sequence for numbers`}},
		"does not fit":         {"", `a: {type: integer, minimum: 100, x-faker: {integer: {min: 1, max: 9}}}`, []string{"/a"}},
		"record option":        {"x-faker-records:\n  who: {kind: person, row: 3}\n", `a: {type: string}`, []string{`unknown option "row" (did you mean "rows"?)`}},
		"record kind":          {"x-faker-records:\n  who: {kind: persn}\n", `a: {type: string}`, []string{`unknown kind "persn": want person, company or address`}},
		"record empty":         {"x-faker-records:\n  who: {rows: 3}\n", `a: {type: string}`, []string{`who has no columns`}},
		"record name":          {"x-faker-records:\n  event: {kind: person}\n", `a: {type: string}`, []string{`the name "event" is taken`}},
		"record rows":          {"x-faker-records:\n  who: {kind: person, rows: 0}\n", `a: {type: string}`, []string{`rows: want a number from 1 to`}},
		"record countries":     {"x-faker-records:\n  at: {kind: address, countries: [XX]}\n", `a: {type: string}`, []string{`no places known in "XX"`}},
		"choose columns":       {"x-faker-records:\n  c: {choose: [{id: 1, name: a}, {id: 2, nme: b}]}\n", `a: {type: string}`, []string{`the first row has no column "nme"`, `this row lacks the column "name"`}},
		"choose weight":        {"x-faker-records:\n  c: {choose: [{weight: -1, id: 1}]}\n", `a: {type: string}`, []string{`weight: want a number that is not negative`}},
		"column maker":         {"x-faker-records:\n  c: {columns: {n: {sequence: {start: 1}}}}\n", `a: {type: string}`, []string{`sequence needs the event and cannot stand here`}},
		"options":              {"x-faker-options: {escape_slash: true}\n", `a: {type: string}`, []string{`unknown option "escape_slash" (did you mean "escape_slashes"?)`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := compileError(t, document(test.head, test.properties))
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("want %q in\n%s", want, got)
				}
			}
			if !strings.HasPrefix(got, "thing.yaml:") {
				t.Errorf("no position in %s", got)
			}
		})
	}
}

// Mistakes of every kind come at once: those of options, records and words do not hide those of functions and references, and a
// reference to a record with a mistake is no second one.
func TestAnnotationErrorsOfEveryKindTogether(t *testing.T) {
	got := compileError(t, document("x-faker-options: {subjct: /a}\nx-faker-records:\n  who: {kind: person, row: 3}\n  odd: {columns: {n: {func: nam}}}\n",
		`
a: {type: string, x-faker: {token: {length: 4}, uniqe: true}}
b: {type: string, x-faker: {func: firstnam}}
c: {type: integer, x-faker: {func: number, mim: 1}}
d: {type: string, x-faker: {same: bb}}
e: {type: string, x-faker: {same: odd.n}}
f: {type: string, x-faker: {same: who.first_name}, null_rate: 1}
g: {oneOf: [{type: string, x-faker: {func: lastnam}}]}`))
	for _, want := range []string{
		`3:19: x-faker-options: unknown option "subjct" (did you mean "subject"?)`, `x-faker-records: unknown option "row" (did you mean "rows"?)`,
		`unknown function "nam"`, `unknown option "uniqe" (did you mean "unique"?)`, `unknown function "firstnam" (did you mean "firstname"?)`,
		`number has no parameter "mim" (did you mean "min"?)`, `no field "bb" beside this one (did you mean "b"?)`, `unknown function "lastnam" (did you mean "lastname"?)`,
	} {
		if strings.Count(got, want) != 1 {
			t.Errorf("want %q once in\n%s", want, got)
		}
	}
	if n := len(strings.Split(got, "\n")); n != 8 {
		t.Errorf("%d problems, want 8:\n%s", n, got)
	}
}

// What is wrong with headers comes along with what is wrong in the payload.
func TestAnnotationErrorsOfHeadersTogether(t *testing.T) {
	text := strings.Replace(document("", "a: {type: string, x-faker: {func: firstnam}}"), "    post:\n", `    post:
      parameters:
        - {in: header, name: X-One, required: true, schema: {type: string, x-faker: {func: lastnam}}}
        - {in: header, name: X-Two, required: true, schema: {type: string, x-faker: {uuuid: true}}}
`, 1)
	c := parse(t, text)
	g, err := payload.New(c, payload.Options{Time: clock})
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Message(c.Events()[0].Name, 0)
	for _, want := range []string{`"firstnam" (did`, `"lastnam" (did`, `"uuuid" (did`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s in %v", want, err)
		}
	}
}

// All mistakes come at once, each at its own line.
func TestAnnotationErrorsTogether(t *testing.T) {
	got := compileError(t, document("", "a: {type: string, x-faker: {func: firstnam}}\nb: {type: string, x-faker: {same: c}}"))
	lines := strings.Split(got, "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "thing.yaml:13:") || !strings.HasPrefix(lines[1], "thing.yaml:14:") {
		t.Errorf("want two problems at lines 13 and 14, got\n%s", got)
	}
}
