package payload_test

import (
	"flag"
	"hash/maphash"
	"math"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

var population = flag.Uint64("payloads", 0, "how many nightly payloads are compared with each other; 0 is a few, 1000000 is thorough")

func populationOf() uint64 {
	switch {
	case *population > 0:
		return *population
	case testing.Short():
		return 1_000
	}
	return 20_000
}

// Everything that names a customer, a contact or a payment page is theirs alone, in all payloads of a run.
var unique = []string{
	"data.customer.customer_id", "data.customer.token", "data.user.user_id", "data.user.token", "data.user.email", "data.user.username",
}

// shares are the weights that the contract gives to values, and one value of each.
var shares = []struct {
	path, value string
	share       float64
}{
	{"data.customer.invoice_delivery", "print", 0.1},
	{"data.customer.no_taxes", "true", 0.1},
	{"data.customer.default_paymethod", "ach", 0.2},
	{"data.customer.custom_1", null, 0.9},
	{"data.customer.parent_customer_id", null, 0.9},
}

// census is what one worker saw of the population.
type census struct {
	seed     maphash.Seed
	names    map[string]map[uint64]bool
	broken   map[string]int
	counts   []int
	states   map[string]int
	payloads int
}

func newCensus(seed maphash.Seed) *census {
	c := &census{seed: seed, names: map[string]map[uint64]bool{}, broken: map[string]int{}, counts: make([]int, len(shares)), states: map[string]int{}}
	for _, path := range unique {
		c.names[path] = map[uint64]bool{}
	}
	return c
}

func (c *census) count(data []byte) {
	b := body{}
	b.flatten("", gjson.ParseBytes(data))
	c.payloads++
	for _, path := range unique {
		c.names[path][maphash.String(c.seed, b[path])] = true
	}
	for _, r := range chargeoverRelations {
		if !r.holds(b) {
			c.broken[r.name]++
		}
	}
	for i, s := range shares {
		if b[s.path] == s.value {
			c.counts[i]++
		}
	}
	c.states[b["data.customer.bill_state"]]++
}

func (c *census) add(other *census) {
	c.payloads += other.payloads
	for path, names := range other.names {
		for name := range names {
			c.names[path][name] = true
		}
	}
	for name, n := range other.broken {
		c.broken[name] += n
	}
	for i, n := range other.counts {
		c.counts[i] += n
	}
	for state, n := range other.states {
		c.states[state] += n
	}
}

// TestPopulation makes the nightly payloads of one long run and looks at all of them
// together: no name is used twice, no relation is broken, values have the shares that
// the contract gives them, and addresses are spread.
func TestPopulation(t *testing.T) {
	g := relationsOf(t, "chargeover")
	total := populationOf()
	seen := newCensus(maphash.MakeSeed())
	for _, part := range countAll(t, g, seen.seed, total) {
		seen.add(part)
	}
	for _, path := range unique {
		if n := len(seen.names[path]); n != int(total) { //nolint:gosec // a flag of this test
			t.Errorf("%s: %d different ones in %d payloads", path, n, total)
		}
	}
	for name, n := range seen.broken {
		t.Errorf("%s: broken in %d of %d payloads", name, n, total)
	}
	for i, s := range shares {
		got := float64(seen.counts[i]) / float64(total)
		if off := 6 * math.Sqrt(s.share*(1-s.share)/float64(min(total, poolValues))); math.Abs(got-s.share) > off {
			t.Errorf("%s is %q in %.4f of the payloads, not in %.4f ± %.4f", s.path, s.value, got, s.share, off)
		}
	}
	if len(seen.states) < 20 {
		t.Errorf("all customers live in %d states", len(seen.states))
	}
	for state, n := range seen.states {
		if float64(n) > 0.2*float64(total) {
			t.Errorf("%d of %d customers live in %q", n, total, state)
		}
	}
}

// poolValues is of how many values the payloads of a run are a mixture: a share cannot be nearer than they are.
const poolValues = 256

func countAll(t *testing.T, g *payload.Generator, seed maphash.Seed, total uint64) []*census {
	t.Helper()
	workers := uint64(runtime.GOMAXPROCS(0)) //nolint:gosec // a few
	parts := make([]*census, workers)
	var wg sync.WaitGroup
	for w := range workers {
		parts[w] = newCensus(seed)
		wg.Go(func() {
			for n := w; n < total; n += workers {
				m, err := g.Message("customer.nightly", n)
				if err != nil {
					t.Errorf("payload %s: %v", strconv.FormatUint(n, 10), err)
					return
				}
				parts[w].count(m.Body)
			}
		})
	}
	wg.Wait()
	return parts
}
