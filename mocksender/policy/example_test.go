package policy_test

import (
	"fmt"

	"github.com/hookrig/hookrig/mocksender/policy"
)

func ExampleForContract() {
	p, err := policy.ForContract("chargeover")
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Summary())
	for _, fact := range p.Facts()[:2] {
		fmt.Printf("%s is %s (%s)\n", fact.Name, fact.Value, fact.Grade)
	}
	// Output:
	// ChargeOver webhooks: timeout 14s, success 200; undocumented: 2xx, retries after 1m, 5m, 30m, 2h, 6h, disabling never
	// connect_timeout is 5s (assumption)
	// timeout is 14s (documented)
}

// A policy of one's own: the retries are exponential, a dead connection is tried again at once, and 410 is final.
func ExampleParse() {
	p, err := policy.Parse("mine.yaml", []byte(`
policy: mine
title: My sender
connect_timeout: {value: 2s, grade: assumption, reason: our own choice}
timeout: {value: 10s, grade: assumption, reason: our own choice}
first_attempt: {value: {timeout: 3s}, grade: assumption, reason: most receivers are quick}
success: {value: {statuses: [2xx]}, grade: assumption, reason: our own choice}
retry:
  value:
    exponential: {first: 30s, factor: 2, max: 10m, retries: 6}
    jitter: {kind: additive, share: 0.2}
    final: [410]
    immediate: 1
  grade: assumption
  reason: our own choice
disable: {value: {rate: {share: 0.5, of: 100}, count: total, scope: event, action: disabled}, grade: assumption, reason: our own choice}
headers: {value: {Content-Type: application/json, X-Try: "{attempt}"}, grade: assumption, reason: our own choice}
authentication: {value: {scheme: none}, grade: assumption, reason: our own choice}
`))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Retry.Value.Schedule(10))
	fmt.Println(p.Disable.Value)
	// Output:
	// [30s 1m0s 2m0s 4m0s 8m0s 10m0s]
	// disabled after 50 % of the last 100 events failed
}
