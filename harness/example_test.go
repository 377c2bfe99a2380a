package harness_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func ExampleRig_Deliver() {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	c, err := contract.Load(fixtures.FS, "contracts/zipit.yaml")
	if err != nil {
		panic(err)
	}
	p, err := policy.ForContract("zipit")
	if err != nil {
		panic(err)
	}
	rig, err := harness.New(harness.Config{
		Target: receiver.URL, Contract: c, Policy: p,
		Time:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		TimeScale: mocksender.Scale{From: time.Hour, To: time.Second},
	})
	if err != nil {
		panic(err)
	}
	defer rig.Close()
	d, err := rig.Deliver(context.Background(), "billing:subscriptionStart")
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Outcome, len(d.Attempts), rig.JudgeReply(d))
	// Output: delivered 1 []
}
