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
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

var (
	update = flag.Bool("update", false, "write README.md anew from the matrix")
	matrix = flag.Bool("matrix", false, "try every flaw against every theme, as make matrix does; a minute's work")
)

// shortTimeout replaces the provider's where a flaw keeps it waiting.
const shortTimeout = time.Second

// flawedBench is a flawed receiver that listens to both providers, or to the one that shows the flaw.
func flawedBench(t *testing.T, flaw receiver.Flaw) *bench {
	t.Helper()
	config := receiver.Config{Flaw: flaw.Apply}
	names, key := []string{"chargeover", "zipit"}, secret
	var policies []*policy.Policy
	if other := otherPolicy(t, flaw); other != nil {
		names, policies = []string{"orders"}, []*policy.Policy{other}
		if other.Name == "standard-webhooks" {
			key = signingSecret
		}
	} else {
		policies = ownPolicies(t, flaw, names)
	}
	for i, name := range names {
		provider, err := receiver.ProviderOf(contractFor(t, flaw, name), policies[i], key)
		if err != nil {
			t.Fatal(err)
		}
		config.Providers = append(config.Providers, provider)
	}
	return serveWith(t, config, policies, key)
}

// signingSecret has the form that Standard Webhooks asks for.
const signingSecret = mocksender.Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

// otherPolicy is that of another provider, for the flaws that the built-in contracts do not show: one that signs, or one
// whose retries have delivery ids of their own.
func otherPolicy(t *testing.T, flaw receiver.Flaw) *policy.Policy {
	t.Helper()
	name := ""
	switch flaw.Name {
	case "accepts-stale-signature", "accepts-future-signature", "accepts-tampered-body", "first-signature-only", "verifies-reserialized-body",
		"crashes-on-string-id": // the built-in contracts have no id that is always a number
		name = "standard-webhooks"
	case "dedupes-by-delivery-id":
		name = "shopify"
	default:
		return nil
	}
	p, err := policy.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := *p
	changed.Identity.Value.NewDeliveryID = name == "shopify"
	return &changed
}

func ownPolicies(t *testing.T, flaw receiver.Flaw, names []string) (policies []*policy.Policy) {
	t.Helper()
	for _, name := range names {
		p, err := policy.ForContract(name)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains([]string{"acknowledges-late", "hangs-on-malformed", "stalls-together"}, flaw.Name) {
			p = p.WithTimeout(shortTimeout)
		}
		policies = append(policies, p)
	}
	return policies
}

// loadedContracts are loaded once: a contract that was read is not changed by those who use it.
var loadedContracts = struct {
	sync.Mutex
	byName map[string]*contract.Contract
}{byName: map[string]*contract.Contract{}}

// contractFor loads a contract; for the flaw of an answer's form, with one that describes it.
func contractFor(t *testing.T, flaw receiver.Flaw, name string) *contract.Contract {
	t.Helper()
	if flaw.Name == "answers-a-page" {
		c, err := contract.Load(os.DirFS(".."), "fixtures/contracts/"+name+".yaml", "scenarios/testdata/described-answer.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if name == "orders" {
		c, err := contract.Load(os.DirFS("testdata"), "orders.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	loadedContracts.Lock()
	defer loadedContracts.Unlock()
	if loadedContracts.byName[name] == nil {
		loadedContracts.byName[name] = load(t, name)
	}
	return loadedContracts.byName[name]
}

// eventFor is the event that shows a flaw: the one with tokens and large payloads,
// or the one that can be put in order.
func eventFor(t *testing.T, flaw receiver.Flaw) string {
	t.Helper()
	if otherPolicy(t, flaw) != nil {
		return "order.paid"
	}
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
			set := "quick"
			if flaw.Name == "loses-on-restart" || flaw.Name == "crashes-on-idle-connection" {
				set = "(quick || slow)"
			}
			b.config.Only, b.config.Patience = set+" && event:"+eventFor(t, flaw), time.Second
			result, _ := b.run(t)
			found := finding(result.Run)
			var rules []string
			for theme, names := range found {
				if slices.Contains(flaw.Sometimes, theme) {
					continue
				}
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
