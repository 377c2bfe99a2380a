package scenarios_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/policy"
)

var (
	update = flag.Bool("update", false, "write README.md anew from the matrix")
	matrix = flag.Bool("matrix", false, "try every flaw against every theme, as make matrix does; a minute's work")
)

// shortTimeout replaces the provider's where a flaw keeps it waiting.
const shortTimeout = time.Second

// providersOf loads the contracts once: a contract that was read is not changed by those who use it.
var providersOf = sync.OnceValue(func() map[string]receiver.Provider { return map[string]receiver.Provider{} })

// flawedBench is a flawed receiver that listens to both providers.
func flawedBench(t *testing.T, flaw receiver.Flaw) *bench {
	t.Helper()
	config := receiver.Config{Flaw: flaw.Apply}
	var policies []*policy.Policy
	for _, name := range []string{"chargeover", "zipit"} {
		p, err := policy.ForContract(name)
		if err != nil {
			t.Fatal(err)
		}
		provider, known := providersOf()[name]
		if !known {
			if provider, err = receiver.ProviderOf(load(t, name), p, secret); err != nil {
				t.Fatal(err)
			}
			providersOf()[name] = provider
		}
		if slices.Contains([]string{"acknowledges-late", "hangs-on-malformed", "stalls-together"}, flaw.Name) {
			p = p.WithTimeout(shortTimeout)
		}
		config.Providers = append(config.Providers, provider)
		policies = append(policies, p)
	}
	return serve(t, config, policies)
}

// eventFor is the event that shows a flaw: the one with tokens and large payloads,
// or the one that can be put in order.
func eventFor(flaw receiver.Flaw) string {
	for _, theme := range []string{"authentication", "responses", "tolerance"} {
		if slices.Contains(flaw.Themes, theme) {
			return "customer.nightly"
		}
	}
	return "billing:chargeDispute"
}

// finding returns the rules by theme that failed, or warned.
func finding(run harness.Run) map[string][]string {
	rules := map[string][]string{}
	for _, f := range run.Findings {
		if f.Verdict != harness.Fail && f.Verdict != harness.Warning {
			continue
		}
		if !slices.Contains(rules[f.Theme], f.Rule) {
			rules[f.Theme] = append(rules[f.Theme], f.Rule)
			slices.Sort(rules[f.Theme])
		}
	}
	return rules
}

func TestEachFlawIsFoundByItsThemesAndByNoOther(t *testing.T) {
	if !*matrix && !*update {
		t.Skip("make matrix runs it")
	}
	alone(t)
	var table strings.Builder
	for _, flaw := range receiver.Flaws() {
		t.Run(flaw.Name, func(t *testing.T) {
			b := flawedBench(t, flaw)
			b.config.Only, b.config.Patience = "quick && event:"+eventFor(flaw), time.Second
			result, _ := b.run(t)
			found := finding(result.Run)
			var rules []string
			for theme, names := range found {
				if !slices.Contains(flaw.Themes, theme) {
					t.Errorf("theme %s is not meant to find it, and fails: %v", theme, names)
				}
				rules = append(rules, names...)
			}
			for _, theme := range flaw.Themes {
				if len(found[theme]) == 0 {
					t.Errorf("theme %s does not find it", theme)
				}
			}
			for _, f := range result.Run.Findings {
				checkFinding(t, f)
			}
			slices.Sort(rules)
			fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", flaw.Name, flaw.Summary, strings.Join(flaw.Themes, ", "), strings.Join(rules, ", "))
		})
	}
	if !t.Failed() {
		checkTable(t, table.String())
	}
}

const (
	tableBegins = "<!-- the matrix: written by go test ./scenarios -run Flaw -update -->\n"
	tableEnds   = "<!-- the end of the matrix -->\n"
)

// checkTable compares the table with the one in README.md.
func checkTable(t *testing.T, rows string) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), tableBegins)
	_, after, ended := strings.Cut(rest, tableEnds)
	if !begun || !ended {
		t.Fatal("README.md has no place for the matrix")
	}
	want := before + tableBegins + "\n| flaw | the receiver | found by theme | by rule |\n| --- | --- | --- | --- |\n" + rows + "\n" + tableEnds + after
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Error("the matrix in README.md is not what was found; go test ./scenarios -run Flaw -update writes it")
	}
}
