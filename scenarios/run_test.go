package scenarios_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

const secret = mocksender.Secret("0123456789abcdefABCDEF0123456789")

// failures is what Run needs of a test: it counts, so that a flawed receiver does not fail this test.
type failures int

func (f *failures) Fail() { *f++ }

// bench is a receiver with everything around it.
type bench struct {
	server *receiver.Server
	config scenarios.Config
}

func load(t testing.TB, name string) *contract.Contract {
	t.Helper()
	c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newBench(t testing.TB, flaw func(*receiver.Steps), names ...string) *bench {
	t.Helper()
	config := receiver.Config{Flaw: flaw}
	var policies []*policy.Policy
	for _, name := range names {
		p, err := policy.ForContract(name)
		if err != nil {
			t.Fatal(err)
		}
		provider, err := receiver.ProviderOf(load(t, name), p, secret)
		if err != nil {
			t.Fatal(err)
		}
		config.Providers = append(config.Providers, provider)
		policies = append(policies, p)
	}
	server, err := receiver.Start("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{server: server}
	b.config.Recorder = harness.NewRecorder(harness.Header{Command: "verify", Target: server.URL, Contracts: names}, nil)
	look, err := probe.New(probe.Config{URL: server.ProbeURL(), Count: "items.#"})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range policies {
		rig, err := harness.New(harness.Config{
			Target: server.URL + "/" + names[i], Contract: config.Providers[i].Contract, Policy: p, Secret: secret, Seed: 7,
			Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Probe: look, Recorder: b.config.Recorder,
			Command: []string{"hookrig", "verify", "--contract", names[i], "--to", server.URL, "--seed", "7"},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(rig.Close)
		b.config.Rigs = append(b.config.Rigs, rig)
	}
	return b
}

func (b *bench) run(t testing.TB) (scenarios.Result, failures) {
	t.Helper()
	var f failures
	result, err := scenarios.Run(t.Context(), &f, b.config)
	if err != nil {
		t.Fatal(err)
	}
	return result, f
}

func TestTheReferenceReceiverPassesAll(t *testing.T) {
	result, failed := newBench(t, nil, "chargeover", "zipit").run(t)
	for _, f := range result.Run.Findings {
		t.Errorf("%s: %s: %s", f.Verdict, f.Scenario, f.Got)
	}
	counts := result.Run.Counts()
	if failed != 0 || !result.Passed || result.Run.Verdict() != harness.Pass || counts[harness.Pass] != result.Selected || result.Selected == 0 {
		t.Errorf("failed %d, passed %t, verdict %s, counts %v of %d", failed, result.Passed, result.Run.Verdict(), counts, result.Selected)
	}
	fmt.Println(counts, len(result.Run.Deliveries))
}
