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
