package payload_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

var profileTime = time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)

// optionalDoc has three required and five optional members, one of them nested.
const optionalDoc = `
openapi: 3.1.0
info: {title: Optional, version: "1"}
webhooks:
  thing:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, kind, name]
              properties:
                id: {type: integer, minimum: 1, maximum: 9}
                kind: {const: thing}
                name: {type: string, minLength: 2, maxLength: 40}
                a: {type: string, x-faker: {func: noun, omit_rate: 0.5}}
                b: {type: [string, "null"], x-faker: {func: noun, null_rate: 0.9}}
                c: {type: number, minimum: -1, exclusiveMaximum: 1}
                d: {type: array, items: {type: string}, maxItems: 3, uniqueItems: true}
                e:
                  type: object
                  properties: {f: {type: boolean}, g_id: {type: integer}, h: {enum: [x, y]}}
      responses: {"200": {description: ok}}
`

func generatorOf(t *testing.T, c *contract.Contract, p payload.Profile) *payload.Generator {
	t.Helper()
	return newGenerator(t, c, payload.Options{Seed: 7, Time: profileTime, Profile: p, Secret: "0123456789abcdef"})
}

// bodies makes n payloads and checks each against the contract.
func bodies(t *testing.T, c *contract.Contract, event string, p payload.Profile, n uint64) []map[string]any {
	t.Helper()
	return bodiesOf(t, generatorOf(t, c, p), event, n)
}

func bodiesOf(t *testing.T, g *payload.Generator, event string, n uint64) []map[string]any {
	t.Helper()
	var all []map[string]any
	for i := range n {
		m, err := g.Message(event, i)
		if err != nil {
			t.Fatal(err)
		}
		if v := g.Contract().CheckPayload(event, nil, m.Body); len(v) > 0 {
			t.Fatalf("%s %d: %v\n%s", event, i, v, m.Body)
		}
		var body map[string]any
		if err := json.Unmarshal(m.Body, &body); err != nil {
			t.Fatal(err)
		}
		all = append(all, body)
	}
	return all
}

func TestProfilesAreValidForBuiltInEvents(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures.ContractNames() {
		for _, p := range []payload.Profile{payload.Minimal, payload.Full, payload.Boundary, payload.Sparse} {
			g := sharedBuiltIn(t, name, p)
			for _, e := range g.Contract().Events()[:2] {
				bodiesOf(t, g, e.Name, 20)
			}
		}
	}
}

func TestMinimalHoldsOnlyWhatIsRequired(t *testing.T) {
	t.Parallel()
	for _, body := range bodies(t, parse(t, optionalDoc), "thing", payload.Minimal, 20) {
		if names := slices.Sorted(maps.Keys(body)); !slices.Equal(names, []string{"id", "kind", "name"}) {
			t.Fatalf("got %v", names)
		}
	}
}

func TestFullHoldsEverythingAndNoNull(t *testing.T) {
	t.Parallel()
	for _, body := range bodies(t, parse(t, optionalDoc), "thing", payload.Full, 50) {
		if len(body) != 8 || body["b"] == nil || len(body["e"].(map[string]any)) != 3 {
			t.Fatalf("got %v", body)
		}
	}
}

func TestSparseShowsEveryPairOfMembersInEveryCombination(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	optional := []string{"a", "b", "c", "d", "e"}
	all := bodies(t, parse(t, optionalDoc), "thing", payload.Sparse, 12)
	for _, body := range all {
		for i, x := range optional {
			for _, y := range optional[:i] {
				_, hasX := body[x]
				_, hasY := body[y]
				seen[fmt.Sprint(x, hasX, y, hasY)] = true
			}
		}
	}
	if want := 10 * 4; len(seen) != want {
		t.Errorf("%d combinations of pairs in %d payloads, want %d", len(seen), len(all), want)
	}
}

func TestBoundaryReachesTheLimits(t *testing.T) {
	t.Parallel()
	reached := map[string]bool{}
	for _, body := range bodies(t, parse(t, optionalDoc), "thing", payload.Boundary, 400) {
		name, id, c := body["name"].(string), body["id"].(float64), body["c"].(float64)
		reached["shortest"] = reached["shortest"] || len([]rune(name)) == 2
		reached["longest"] = reached["longest"] || len([]rune(name)) == 40
		reached["astral"] = reached["astral"] || strings.ContainsRune(name, '𝒳')
		reached["right to left"] = reached["right to left"] || strings.ContainsRune(name, 'ש')
		reached["lowest"] = reached["lowest"] || id == 1
		reached["highest"] = reached["highest"] || id == 9
		reached["minimum"] = reached["minimum"] || c == -1
		reached["exponent"] = reached["exponent"] || c == 1e-7
		reached["empty list"] = reached["empty list"] || len(body["d"].([]any)) == 0
	}
	for what, ok := range reached {
		if !ok {
			t.Errorf("never: %s", what)
		}
	}
}

func TestInvalidBreaksExactlyTheRuleThatItNames(t *testing.T) {
	t.Parallel()
	c := parse(t, optionalDoc)
	g := generatorOf(t, c, payload.Full)
	broken := map[string]bool{}
	for i := range uint64(60) {
		m, mutation, err := g.Invalid("thing", payload.Subject{Number: i, Event: i, Time: profileTime})
		if err != nil {
			t.Fatal(err)
		}
		violations := c.CheckPayload("thing", nil, m.Body)
		if len(violations) != 1 || violations[0].Rule != mutation.Keyword || violations[0].Instance != mutation.Pointer {
			t.Fatalf("%+v: the contract says %v\n%s", mutation, violations, m.Body)
		}
		broken[mutation.Keyword] = true
	}
	for _, keyword := range []string{"required", "type", "const", "enum", "minLength", "maxLength", "minimum", "exclusiveMaximum", "maxItems", "uniqueItems"} {
		if !broken[keyword] {
			t.Errorf("never broken: %s", keyword)
		}
	}
}

func TestDriftNamesWhatItChanged(t *testing.T) {
	t.Parallel()
	g := generatorOf(t, parse(t, optionalDoc), payload.Full)
	kinds := map[string]bool{}
	for i := range uint64(40) {
		m, mutation, err := g.Drifted("thing", payload.Subject{Number: i, Event: i, Time: profileTime})
		if err != nil {
			t.Fatal(err)
		}
		if mutation.Expect == "" || !json.Valid(m.Body) {
			t.Fatalf("%+v: %s", mutation, m.Body)
		}
		kinds[mutation.Keyword] = true
	}
	if want := []string{"new-enum-value", "new-event-type", "string-id", "unknown-field"}; !slices.Equal(slices.Sorted(maps.Keys(kinds)), want) {
		t.Errorf("got %v, want %v", slices.Sorted(maps.Keys(kinds)), want)
	}
}

func TestUnknownProfileIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := payload.ParseProfile("boundery"); err == nil || !strings.Contains(err.Error(), `did you mean "boundary"?`) {
		t.Errorf("got %v", err)
	}
}
