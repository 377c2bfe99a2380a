package scenarios_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// paidContract has an event that says when it is sent, and which one it is where IDENTITY is filled in.
const paidContract = `
openapi: 3.1.0
info: {title: Paid, version: "1"}
webhooks:
  paid:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, order, sent_at]
              properties:
                id: IDENTITY
                order: {type: integer, x-faker: {sequence: {start: 1001}, scope: subject}}
                sent_at: {type: string, format: date-time, x-faker: {time: event}}
      responses:
        "200": {description: taken}
`

// refreshedBench is a bench for a provider that makes the body of each attempt anew.
func refreshedBench(t *testing.T, identity string, flaw func(*receiver.Steps)) *bench {
	t.Helper()
	text := strings.Replace(paidContract, "IDENTITY", identity, 1)
	c, err := contract.Load(fstest.MapFS{"paid.yaml": {Data: []byte(text)}}, "paid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules := "policy: renewing\ntitle: Renewing\n"
	for _, fact := range []string{"connect_timeout: {value: 5s", "timeout: {value: 10s", "success: {value: {statuses: [200]}",
		"retry: {value: {delays: [1m, 1h]}", "disable: {value: null", "headers: {value: {}", "authentication: {value: {scheme: none}",
		"identity: {value: {body: refreshed, delivery_id: same}"} {
		rules += fact + ", grade: assumption, reason: r}\n"
	}
	p, err := policy.Parse("renewing.yaml", []byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	b := serve(t, receiver.Config{Flaw: flaw, Providers: []receiver.Provider{{Contract: c}}}, []*policy.Policy{p})
	b.config.Only, b.config.Patience = "theme:idempotency || theme:retries", time.Second
	return b
}

// verdicts are those of the rules about events that come again.
func verdicts(run harness.Run) map[string]harness.Verdict {
	all := map[string]harness.Verdict{}
	for _, s := range run.Scenarios {
		all[s.Text] = s.Verdict
	}
	return all
}

// oneEffect are the rules that ask for one effect of an event that came twice.
var oneEffect = []string{"lost-ack", "repeat-at-once", "repeat-one-effect"}

// A receiver that knows an event by its identity takes a body that was made anew for the same event, and one that counts it
// twice is found although the second effect is seen under another digest.
func TestRefreshedBodiesAreJudgedByTheEvent(t *testing.T) {
	alone(t)
	const identity = "{type: string, format: uuid, x-faker: {same: event.id}}"
	result, _ := refreshedBench(t, identity, nil).run(t)
	for text, verdict := range verdicts(result.Run) {
		if verdict != harness.Pass {
			t.Errorf("%s: %s", text, verdict)
		}
	}
	if len(result.Run.Findings) > 0 || len(result.Run.Scenarios) < 6 {
		t.Errorf("%d scenarios, findings %+v", len(result.Run.Scenarios), result.Run.Findings)
	}
	twice, err := receiver.FlawNamed("counts-twice")
	if err != nil {
		t.Fatal(err)
	}
	flawed, _ := refreshedBench(t, identity, twice.Apply).run(t)
	var rules []string
	for _, found := range finding(flawed.Run) {
		rules = append(rules, found...)
	}
	if slices.Sort(rules); !slices.Equal(rules, oneEffect) {
		t.Errorf("found by %v, want %v", rules, oneEffect)
	}
}

// Nobody can know an event again that comes with another body and without an identity.
func TestRefreshedBodiesWithoutIdentityAreInconclusive(t *testing.T) {
	alone(t)
	result, _ := refreshedBench(t, "{type: string, const: fixed}", nil).run(t)
	var rules []string
	for _, f := range result.Run.Findings {
		if f.Verdict != harness.Inconclusive || !strings.Contains(f.Summary, "x-faker: {same: event.id}") {
			t.Errorf("%s: %s: %s", f.Rule, f.Verdict, f.Summary)
		}
		rules = append(rules, f.Rule)
	}
	if slices.Sort(rules); !slices.Equal(rules, oneEffect) {
		t.Errorf("inconclusive: %v, want %v", rules, oneEffect)
	}
}
