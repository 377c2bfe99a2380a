package payload_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

func TestSettings(t *testing.T) {
	doc := document("", `
company: {type: string, x-faker: {func: company}}
display_as: {type: string, x-faker: {same: company}}
greeting: {type: string, x-faker: {template: "dear {company}"}}
total: {type: integer, x-faker: {integer: {min: 1, max: 9}}}
double: {type: integer, x-faker: {expr: total * 2}}
code: {type: string}
list: {type: array, items: {type: object, properties: {n: {type: integer, x-faker: {integer: {min: 1, max: 9}}}}}, x-faker: {count: [1, 1]}}
deep: {type: object, properties: {x: {type: string}, y: {type: string}}}`)
	for name, test := range map[string]struct {
		set  []payload.Setting
		want map[string]string
	}{
		"dependents follow": {[]payload.Setting{{Path: "company", Value: "Ada's"}}, map[string]string{"company": "Ada's", "display_as": "Ada's", "greeting": "dear Ada's"}},
		"numbers":           {[]payload.Setting{{Path: "total", Value: "21"}}, map[string]string{"total": "21", "double": "42"}},
		"text stays text":   {[]payload.Setting{{Path: "code", Value: "007"}}, map[string]string{"code": "007"}},
		"text of JSON":      {[]payload.Setting{{Path: "code", Value: "7"}}, map[string]string{"code": "7"}},
		"pointer":           {[]payload.Setting{{Path: "/list/0/n", Value: "77"}}, map[string]string{"list": "[map[n:77]]"}},
		"dots":              {[]payload.Setting{{Path: "list.0.n", Value: "77"}}, map[string]string{"list": "[map[n:77]]"}},
		"whole object":      {[]payload.Setting{{Path: "deep", Value: `{"z":1}`}}, map[string]string{"deep": "map[z:1]"}},
		"invalid on demand": {[]payload.Setting{{Path: "total", Value: "null"}}, map[string]string{"total": "<nil>"}},
		"new member":        {[]payload.Setting{{Path: "deep.z", Value: "[1]", New: true}}, map[string]string{"deep": "z:[1]"}},
		"several":           {[]payload.Setting{{Path: "total", Value: "1"}, {Path: "code", Value: "x"}}, map[string]string{"total": "1", "code": "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range made(t, doc, 3, payload.Options{Set: test.set}) {
				for field, want := range test.want {
					if got := fmt.Sprint(p[field]); got != want && !(strings.HasPrefix(want, "z:") && strings.Contains(got, want)) {
						t.Errorf("%s is %s, want %s", field, got, want)
					}
				}
			}
		})
	}
}

func TestSettingErrors(t *testing.T) {
	c, err := contract.Load(fixtures.FS, "contracts/chargeover.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = payload.Compile(c, "customer.nightly", payload.Options{Time: clock, Set: []payload.Setting{
		{Path: "data.customer.compny", Value: "x"}, {Path: "user.email", Value: "x"}, {Path: "nowhere.at.all", Value: "x"},
		{Path: "no.such.place", Value: "1", New: true},
	}})
	wrong, ok := errors.AsType[*payload.SettingError](err)
	if !ok || len(wrong.Problems) != 4 {
		t.Fatalf("want four problems, got %v", err)
	}
	for i, want := range []string{
		`--set data.customer.compny: event customer.nightly has no such field (did you mean "data.customer.company"?)`,
		`--set user.email: event customer.nightly has no such field (did you mean "data.user.email"?)`,
		`--set nowhere.at.all: event customer.nightly has no such field`,
		`--set-new no.such.place: event customer.nightly has no object /no/such`,
	} {
		if wrong.Problems[i] != want {
			t.Errorf("got  %s\nwant %s", wrong.Problems[i], want)
		}
	}
}
