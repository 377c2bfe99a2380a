package payload_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// relationPayloads is over how many payloads of each event the relations that the providers' contracts promise are
// counted. None may be broken. The race detector, which make test runs with, sees nothing in more of them.
func relationPayloads() uint64 {
	if testing.Short() {
		return 300
	}
	return 10_000
}

const relationSecret = "Zk3vQ9sT1bXw7LmN5pRc8HyU2dFg6JaE"

// body is a payload as text by dotted path, strings without their quotes.
// Array elements have their index in the path.
type body map[string]string

func (b body) flatten(prefix string, v gjson.Result) {
	i := 0
	v.ForEach(func(key, value gjson.Result) bool {
		path := prefix + key.String()
		if v.IsArray() {
			path = prefix + string(rune('0'+i))
		}
		i++
		if value.IsObject() || value.IsArray() {
			b.flatten(path+".", value)
			return true
		}
		b[path] = value.String()
		if value.Type == gjson.Null {
			b[path] = null
		}
		return true
	})
}

// null stands for the JSON null, which is not the text "null".
const null = "\x00null"

// relation holds or does not, for every payload of an event.
type relation struct {
	name  string
	holds func(b body) bool
}

// relations are those of the contracts' pages, by contract.
var relations = map[string][]relation{
	"chargeover":           chargeoverRelations,
	"chargeover-published": chargeoverRelations,
	"zipit":                zipitRelations,
}

// generators are made once for all tests of relations: compiling is most of their work.
var generators = map[string]func() (*payload.Generator, error){
	"chargeover":           relationGenerator("chargeover"),
	"chargeover-published": relationGenerator("chargeover-published"),
	"zipit":                relationGenerator("zipit"),
}

func relationGenerator(name string) func() (*payload.Generator, error) {
	return sync.OnceValues(func() (*payload.Generator, error) {
		c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
		if err != nil {
			return nil, err
		}
		return payload.New(c, payload.Options{
			Seed:     7,
			Time:     time.Date(2026, 1, 29, 22, 15, 0, 0, time.UTC), // month ends are near
			Interval: 10 * time.Minute,
			Secret:   relationSecret,
		})
	})
}

func relationsOf(t *testing.T, name string) *payload.Generator {
	t.Helper()
	g, err := generators[name]()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestRelationsHold(t *testing.T) {
	names := fixtures.ContractNames()
	if !slices.Equal(names, slices.Sorted(maps.Keys(relations))) {
		t.Fatalf("contracts %v and relations %v", names, slices.Sorted(maps.Keys(relations)))
	}
	for _, name := range names {
		g := relationsOf(t, name)
		for _, event := range g.Contract().Events() {
			t.Run(name+"/"+event.Name, func(t *testing.T) {
				t.Parallel()
				countViolations(t, g, event.Name, relations[name])
			})
		}
	}
}

func countViolations(t *testing.T, g *payload.Generator, event string, relations []relation) {
	t.Helper()
	broken, first := make([]int, len(relations)), make([]string, len(relations))
	payloads := relationPayloads()
	for n := range payloads {
		m, err := g.Message(event, n)
		if err != nil {
			t.Fatal(err)
		}
		b := body{}
		b.flatten("", gjson.ParseBytes(m.Body))
		for i, r := range relations {
			if r.holds(b) {
				continue
			}
			if broken[i]++; first[i] == "" {
				first[i] = string(m.Body)
			}
		}
	}
	for i, r := range relations {
		if broken[i] > 0 {
			t.Errorf("%s: broken in %d of %d payloads, first in\n%s", r.name, broken[i], payloads, first[i])
		}
	}
}

// A relation that nothing can break would count nothing: for every one there must
// be a payload of which a single changed value breaks it.
func TestRelationsCanBreak(t *testing.T) {
	for name, list := range relations {
		g := relationsOf(t, name)
		noticed := map[string]bool{}
		for _, event := range g.Contract().Events() {
			for n := range uint64(12) {
				m, err := g.Message(event.Name, n)
				if err != nil {
					t.Fatal(err)
				}
				b := body{}
				b.flatten("", gjson.ParseBytes(m.Body))
				breakEach(b, list, noticed)
			}
		}
		for _, r := range list {
			if !noticed[r.name] {
				t.Errorf("%s: %s: no changed value breaks it", name, r.name)
			}
		}
	}
}

func breakEach(b body, relations []relation, noticed map[string]bool) {
	for path, old := range b {
		for _, wrong := range []string{"999999999999999", "someone@elsewhere.org", "2001-01-01 00:00:00", b["body.device.sims.0.iccid"]} {
			b[path] = wrong
			for _, r := range relations {
				if !noticed[r.name] && !r.holds(b) {
					noticed[r.name] = true
				}
			}
		}
		b[path] = old
	}
}

// Events of one subject agree: what a customer, or a device, is does not change
// between two events of a run, nor between two kinds of event.
func TestSubjectsAgree(t *testing.T) {
	shared := map[string][]string{
		"chargeover":           {"data.customer", "data.user"},
		"chargeover-published": {"data.customer", "data.user"},
		"zipit":                {"body.catalogItem", "body.organization", "body.device", "body.provisioningId"},
	}
	for name, paths := range shared {
		g := relationsOf(t, name)
		for number := range uint64(20) {
			want := map[string]string{}
			for i, event := range g.Contract().Events() {
				s := payload.Subject{Number: number, Event: number*100 + uint64(i), Time: time.Date(2026, 3, 1, i, 0, 0, 0, time.UTC)}
				m, err := g.MessageAbout(event.Name, s)
				if err != nil {
					t.Fatal(err)
				}
				for _, path := range paths {
					checkAgreement(t, want, path, withoutPassing(gjson.GetBytes(m.Body, path)), event.Name)
				}
			}
			if len(want) != len(paths) {
				t.Fatalf("%s: only %d of %v found", name, len(want), paths)
			}
		}
	}
}

// withoutPassing leaves out what the contracts let come and go.
func withoutPassing(v gjson.Result) string {
	text := v.Raw
	for _, key := range []string{"bill_notes", "ship_notes", "custtype_id"} {
		text = strings.ReplaceAll(text, `,"`+key+`":null`, "")
	}
	return text
}

func checkAgreement(t *testing.T, want map[string]string, path, got, event string) {
	t.Helper()
	if got == "" {
		return // this event has no such part
	}
	if want[path] == "" {
		want[path] = got
	} else if want[path] != got {
		t.Errorf("%s: %s is\n%s\nand in another event of the same subject\n%s", event, path, got, want[path])
	}
}
