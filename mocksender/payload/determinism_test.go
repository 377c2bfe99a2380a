package payload_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

var update = flag.Bool("update", false, "write the golden files anew")

func builtIn(t testing.TB, name string, o payload.Options) *payload.Generator {
	t.Helper()
	c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	o.Time, o.Interval, o.Secret = clock, time.Minute, "hush"
	return newGenerator(t, c, o)
}

// shared are generators of seed 7 for the built-in contracts, by contract and profile. They are made once for all tests that ask
// only what they make: compiling is most of their work.
var shared sync.Map

func sharedBuiltIn(t testing.TB, name string, profile payload.Profile) *payload.Generator {
	t.Helper()
	if g, ok := shared.Load(name + "/" + string(profile)); ok {
		return g.(*payload.Generator)
	}
	g, _ := shared.LoadOrStore(name+"/"+string(profile), builtIn(t, name, payload.Options{Seed: 7, Profile: profile}))
	return g.(*payload.Generator)
}

func bodyOf(t testing.TB, g *payload.Generator, event string, n uint64) []byte {
	t.Helper()
	m, err := g.Message(event, n)
	if err != nil {
		t.Fatal(err)
	}
	return m.Body
}

// The bytes of each event, under each profile, are those of the golden file. They
// change with gofakeit (whose version is pinned), with the contract, and with how
// values are drawn: -update, and say so in the change.
func TestGolden(t *testing.T) {
	const golden = "testdata/payloads.sha256"
	got := goldenHashes(t)
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("payloads changed (go test -run Golden -update):\n%s", line)
		}
	}
	if len(got) != len(want) && !testing.Short() {
		t.Errorf("%d hashes, the golden file has %d", len(got), len(want))
	}
}

func goldenHashes(t *testing.T) (lines []string) {
	t.Helper()
	profiles := payload.Profiles()
	if testing.Short() {
		profiles = []payload.Profile{payload.Typical}
	}
	for _, name := range fixtures.ContractNames() {
		for _, profile := range profiles {
			g := sharedBuiltIn(t, name, profile)
			for _, e := range g.Contract().Events() {
				sum := sha256.New()
				for n := range uint64(20) {
					sum.Write(bodyOf(t, g, e.Name, n))
				}
				lines = append(lines, fmt.Sprintf("%x  %s %s %s", sum.Sum(nil), name, e.Name, profile))
			}
		}
	}
	return lines
}

// Event n has the same bytes whenever it is made: in any order, by any number of
// goroutines, from a plan that others use at the same time.
func TestSameBytesInAnyOrder(t *testing.T) {
	g := builtIn(t, "zipit", payload.Options{Seed: 11, Subjects: 5})
	events := g.Contract().Events()
	const each = 50
	want := map[string][]byte{}
	for n := range uint64(each) {
		for _, e := range events {
			want[fmt.Sprint(e.Name, n)] = bodyOf(t, g, e.Name, n)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	fresh := builtIn(t, "zipit", payload.Options{Seed: 11, Subjects: 5})
	var wg sync.WaitGroup
	for worker := range uint64(4) {
		wg.Go(func() {
			order := rand.New(rand.NewPCG(worker, 1))
			for range each * 2 {
				e, n := events[order.IntN(len(events))], order.Uint64N(each)
				if m, err := fresh.Message(e.Name, n); err != nil || !bytes.Equal(m.Body, want[fmt.Sprint(e.Name, n)]) {
					t.Errorf("%s %d differs (%v)", e.Name, n, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A Subject that was used for other plans and events leaves no trace.
func TestSubjectIsScratch(t *testing.T) {
	g := sharedBuiltIn(t, "chargeover", payload.Typical)
	var scratch payload.Subject
	for _, e := range g.Contract().Events() {
		p, err := g.Plan(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range uint64(20) {
			fresh := g.Subject(n)
			scratch.Number, scratch.Event, scratch.Time = fresh.Number, fresh.Event, fresh.Time
			if a, b := p.Append(nil, &fresh), p.Append([]byte("kept"), &scratch); string(b) != "kept"+string(a) {
				t.Fatalf("%s %d differs", e.Name, n)
			}
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	one, two := builtIn(t, "chargeover", payload.Options{Seed: 1}), builtIn(t, "chargeover", payload.Options{Seed: 2})
	for n := range uint64(20) {
		if bytes.Equal(bodyOf(t, one, "customer.nightly", n), bodyOf(t, two, "customer.nightly", n)) {
			t.Fatalf("event %d is the same under two seeds", n)
		}
	}
}

// What is drawn for a subject is the same in all its events, also of another type; what is drawn for an event is not.
func TestScopes(t *testing.T) {
	const event = `
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                who: {type: string, x-faker: {same: who.name}}
                id: {type: integer, x-faker: {sequence: {start: 10}, scope: subject}}
                token: {type: string, x-faker: {token: {length: 16}, scope: subject}}
                born: {type: string, format: date, x-faker: {time: {ago: [1d, 900d]}, scope: subject}}
                nonce: {type: string, x-faker: {token: {length: 16}}}
                number: {type: integer, x-faker: {same: event.number}}
`
	text := "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nx-faker-records: {who: {kind: person}}\nwebhooks:\n  a.one:" + event + "  a.two:" + event
	c := parse(t, text)
	g := newGenerator(t, c, payload.Options{Interval: 24 * time.Hour, Subjects: 3})
	field := func(event string, n uint64, name string) string {
		return membersOf(t, g, event, n)[name]
	}
	for _, name := range []string{"who", "id", "token", "born"} {
		first := field("a.one", 1, name)
		if again, other := field("a.one", 4, name), field("a.two", 7, name); again != first || other != first {
			t.Errorf("%s of one subject: %s, %s, %s", name, first, again, other)
		}
		if name != "who" && field("a.one", 2, name) == first {
			t.Errorf("%s of two subjects: %s", name, first)
		}
	}
	if field("a.one", 1, "nonce") == field("a.one", 4, "nonce") || field("a.one", 1, "nonce") == field("a.two", 1, "nonce") {
		t.Error("two events share a nonce")
	}
	if field("a.one", 4, "number") != "4" {
		t.Errorf("number is %s", field("a.one", 4, "number"))
	}
}
