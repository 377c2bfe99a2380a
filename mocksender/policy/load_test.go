package policy_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hookrig/hookrig/mocksender/policy"
)

const broken = `policy: broken
titel: Broken
connect_timeout: {value: 5q, grade: assumption, reason: r}
timeout: {value: 14s, grade: documented}
success: {value: {statuses: [2xy, 200]}, grade: documented, source: s}
retry: {value: {delays: [1m, [2m]], jitter: {kind: equall}, repeat: {every: 0, until: 1h}}, grade: seen, source: s}
disable: {value: {after: 0, count: total, scope: attempt, action: failed}, grade: seen, source: s}
headers: {value: {"X A": b, X-B: "{event.idd}"}, grade: seen, source: s}
authentication: {value: {scheme: token}, grade: guess}
`

func TestParseReportsAllFaultsWithTheirPlaces(t *testing.T) {
	_, err := policy.Parse("broken.yaml", []byte(broken))
	want := []string{
		`broken.yaml:1:1: title: missing`,
		`broken.yaml:2:1: unknown key "titel" (did you mean "title"?)`,
		`broken.yaml:3:26: connect_timeout.value: "5q" is not a duration (write 14s, 5m, 2h or 1d)`,
		`broken.yaml:4:10: timeout: a documented value needs its source`,
		`broken.yaml:5:30: success.value.statuses[0]: "2xy" is not a status (write 200 or 2xx)`,
		`broken.yaml:6:30: retry.value.delays[1]: want a duration such as 14s, found a list`,
		`broken.yaml:6:52: retry.value.jitter.kind: want one of none, full, equal, decorrelated, proportional, additive, found "equall" (did you mean "equal"?)`,
		`broken.yaml:6:69: retry.value.repeat: every must be more than zero`,
		`broken.yaml:7:18: disable.value: want after (a number of failures), after_time (a duration) or rate`,
		`broken.yaml:7:26: disable.value.after: want a whole number from 1, found "0"`,
		`broken.yaml:8:19: headers.value: "X A" is not a header name`,
		`broken.yaml:8:34: headers.value.X-B: unknown placeholder {event.idd} (did you mean "{event.id}"?); there are {event.id}, {event.type}, {delivery.id}, {attempt}`,
		`broken.yaml:9:25: authentication.value: scheme token needs the name of its header`,
		`broken.yaml:9:49: authentication.grade: want one of documented, seen, assumption, found "guess"`,
	}
	var parse *policy.ParseError
	if !errors.As(err, &parse) {
		t.Fatalf("error is %v", err)
	}
	if got := strings.Join(parse.Problems, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestParseRefusesWhatIsNoPolicy(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"", "p.yaml:1:1: an empty policy"},
		{"- a\n", "p.yaml:1:1: want a mapping, found a list"},
		{"policy: [\n", "p.yaml:2:1: not YAML: "},
		{"policy: a\npolicy: b\n", `p.yaml:2:1: "policy" is there twice`},
	} {
		_, err := policy.Parse("p.yaml", []byte(row.text))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error is %v, want %q", row.text, err, row.want)
		}
	}
}

func formula(value string) string {
	return strings.Replace(`policy: f
title: F
connect_timeout: {value: 5s, grade: assumption, reason: r}
timeout: {value: 14s, grade: assumption, reason: r}
success: {value: {statuses: [200]}, grade: seen, source: s}
retry: {value: VALUE, grade: seen, source: s}
disable: {value: null, grade: assumption, reason: r}
headers: {value: {}, grade: seen, source: s}
authentication: {value: {scheme: none}, grade: seen, source: s}
`, "VALUE", value, 1)
}

func TestFormulaIsCheckedWhenLoaded(t *testing.T) {
	for _, row := range []struct{ value, want string }{
		{"{attempts: 2, expr: 'x +', x_min: 0, x_max: 1}", `expression "x +": `},
		{"{attempts: 2, expr: 'y', x_min: 0, x_max: 1}", `expression "y": unknown name y`},
		{"{attempts: 2, expr: '-x', x_min: 0, x_max: 1}", "is no wait"},
		{"{attempts: 2, expr: '1/(x-1)', x_min: 0, x_max: 1}", "is no wait"},
		{"{attempts: 3, expr: 'x', x_min: 0, x_max: 1}", "makes 2 retries, but attempts is 3"},
		{"{attempts: 3}", "attempts without expr"},
		{"{attempts: 2, expr: 'x', x_min: 0, x_max: 1, delays: [1s]}", "exclude each other"},
	} {
		_, err := policy.Parse("f.yaml", []byte(formula(row.value)))
		if err == nil || !strings.Contains(err.Error(), "f.yaml:6:16: retry.value: ") || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %q", row.value, err, row.want)
		}
	}
	p, err := policy.Parse("f.yaml", []byte(formula("{attempts: 2, expr: 'x * 30', x_min: 1, x_max: 2, unit: m}")))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Retry.Value.Schedule(10); len(got) != 2 || got[0] != 30*time.Minute || got[1] != time.Hour {
		t.Errorf("schedule %v", got)
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	fsys := fstest.MapFS{"mine.yaml": {Data: []byte("policy: {}\n")}}
	if _, err := policy.Load(fsys, "mine.yaml"); err == nil || !strings.Contains(err.Error(), "mine.yaml:1:9: policy: want text, found a mapping") {
		t.Errorf("error is %v", err)
	}
	if _, err := policy.Load(fsys, "yours.yaml"); err == nil || !strings.Contains(err.Error(), "yours.yaml") {
		t.Errorf("error is %v", err)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"14s": 14 * time.Second, "2h": 2 * time.Hour, "1d": 24 * time.Hour, "1d12h": 36 * time.Hour, "500ms": 500 * time.Millisecond,
		"1h30m": 90 * time.Minute, "0": 0, "0.5d": 12 * time.Hour,
	} {
		got, err := policy.ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		back, err := policy.ParseDuration(policy.FormatDuration(got))
		if err != nil || back != want {
			t.Errorf("%s is written %s, which is %v, %v", text, policy.FormatDuration(got), back, err)
		}
	}
	for _, text := range []string{"", "5", "-5s", "5q", "s", "1h1d", "99999999d", "1.5.5s", "9999999999999999h"} {
		if got, err := policy.ParseDuration(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(broken))
	f.Add([]byte(formula("{delays: [1s]}")))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := policy.Parse("f.yaml", data); err == nil && (p.Name == "" && p.Title == "" || len(p.Facts()) < 7) {
			t.Errorf("accepted %q as %+v", data, p)
		}
	})
}
