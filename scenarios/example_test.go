package scenarios_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

func ExampleRun() {
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
	recorder := harness.NewRecorder(harness.Header{Command: "verify", Target: receiver.URL}, nil)
	rig, err := harness.New(harness.Config{Target: receiver.URL, Contract: c, Policy: p, Time: start, Recorder: recorder})
	if err != nil {
		panic(err)
	}
	defer rig.Close()

	var t failures // a *testing.T in a test
	result, err := scenarios.Run(context.Background(), &t, scenarios.Config{
		Rigs: []*harness.Rig{rig}, Recorder: recorder,
		Only: "event:billing:purchase && (theme:responses || rule:malformed-empty)",
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("selected:", result.Selected, "verdict:", result.Run.Verdict())
	for _, f := range result.Run.Findings {
		fmt.Println(f.Rule+":", f.Got)
	}
	// Output:
	// selected: 3 verdict: fail
	// malformed-empty: 200 OK
}
