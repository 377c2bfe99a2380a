package endpoint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// lines writes the rows of a table that leave their state.
func lines(rows []endpoint.Transition) []string {
	var out []string
	for _, r := range rows {
		if r.From != r.To {
			out = append(out, strings.Trim(string(r.From)+" > "+string(r.To)+": "+r.When, ": "))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestTransitionsOfReadings(t *testing.T) {
	for _, row := range []struct {
		name     string
		settings endpoint.Settings
		want     []string
	}{
		{"never stops", endpoint.Settings{}, []string{"active > disabled", "disabled > active"}},
		{"by count, per event and in a row", endpoint.Settings{FailAfter: 1000, Failures: endpoint.Counting{PerEvent: true, InARow: true}},
			[]string{"active > disabled", "active > failed: 1000 failed events in a row", "disabled > active", "failed > active", "failed > disabled"}},
		{"by the first failure", endpoint.Settings{FailAfter: 1, FailTo: endpoint.Deleted},
			[]string{"active > deleted: 1 failed attempt in total", "active > disabled", "disabled > active"}},
		{"by time", endpoint.Settings{FailAfterTime: 5 * 24 * time.Hour, FailTo: endpoint.Disabled},
			[]string{"active > disabled", "active > disabled: every attempt failed for 5d", "disabled > active"}},
		{"by rate", endpoint.Settings{FailRate: 0.5, FailRateOf: 20},
			[]string{"active > disabled", "active > failed: 50 % of the last 20 attempts failed", "disabled > active", "failed > active", "failed > disabled"}},
	} {
		if got := lines(endpoint.Transitions(row.settings)); !slices.Equal(got, row.want) {
			t.Errorf("%s:\n%s", row.name, strings.Join(got, "\n"))
		}
	}
}

// Whatever the settings, no row leads outside the states that they allow, and the table is the same each time.
func TestTransitionsStayInside(t *testing.T) {
	for _, name := range policy.Names() {
		p, err := policy.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		settings := endpoint.SettingsOf(p)
		settings.Parallel = 2
		rows := endpoint.Transitions(settings)
		states := []endpoint.Status{endpoint.Active, endpoint.Disabled, settings.FailTo}
		for _, r := range rows {
			if !slices.Contains(states, r.From) || !slices.Contains(states, r.To) || r.On == "" {
				t.Errorf("%s: %+v", name, r)
			}
			if slices.Contains(r.Effects, "posts") && r.To != endpoint.Active {
				t.Errorf("%s: posts to an endpoint that is not active: %+v", name, r)
			}
		}
		again := endpoint.Transitions(settings)
		if !slices.EqualFunc(rows, again, func(a, b endpoint.Transition) bool {
			return a.From == b.From && a.On == b.On && a.When == b.When && a.To == b.To && slices.Equal(a.Effects, b.Effects)
		}) {
			t.Errorf("%s: another table the second time", name)
		}
	}
}

func TestTransitionsNameEffects(t *testing.T) {
	p, err := policy.Named("zipit")
	if err != nil {
		t.Fatal(err)
	}
	rows := endpoint.Transitions(endpoint.SettingsOf(p))
	for _, want := range []endpoint.Transition{
		{From: endpoint.Active, On: "an attempt is acknowledged", When: "successes reach 5", To: endpoint.Active, Effects: []string{"failures = 0", "successes + 1", "posts"}},
		{From: endpoint.Failed, On: "an event arrives", To: endpoint.Failed, Effects: []string{"holds"}},
		{From: endpoint.Failed, On: "a person restarts it", To: endpoint.Active, Effects: []string{"failures = 0", "posts"}},
		{From: endpoint.Active, On: "an attempt is acknowledged", To: endpoint.Active, Effects: []string{"successes + 1", "posts"}},
	} {
		if !slices.ContainsFunc(rows, func(r endpoint.Transition) bool {
			return r.From == want.From && r.On == want.On && r.When == want.When && r.To == want.To && slices.Equal(r.Effects, want.Effects)
		}) {
			t.Errorf("no row %+v in\n%+v", want, rows)
		}
	}
}
