package scenarios_test

import (
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

const secret = mocksender.Secret("0123456789abcdefABCDEF0123456789")

// failures is what Run needs of a test: it counts, so that a flawed receiver does not fail this test.
type failures int

func (f *failures) Fail() { *f++ }

// bench is a receiver with everything around it.
type bench struct {
	server    *receiver.Server
	config    scenarios.Config
	providers []receiver.Provider
	policies  []*policy.Policy
	set       []payload.Setting // for rigs that are made later
	secret    mocksender.Secret
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
	return serve(t, config, policies)
}

// serve makes a bench of a receiver, with the policies of its providers.
func serve(t testing.TB, config receiver.Config, policies []*policy.Policy) *bench {
	t.Helper()
	return serveWith(t, config, policies, secret)
}

func serveWith(t testing.TB, config receiver.Config, policies []*policy.Policy, key mocksender.Secret) *bench {
	t.Helper()
	server, err := receiver.Start("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{server: server, secret: key}
	b.config.Recorder = harness.NewRecorder(harness.Header{Command: "verify", Target: server.URL}, nil)
	look, err := probe.New(probe.Config{URL: server.ProbeURL(), Count: "items.#", State: probe.State{Path: "digest", Equals: "@sha256"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range policies {
		b.providers = append(b.providers, config.Providers[i])
		b.policies = append(b.policies, policies[i])
		b.config.Rigs = append(b.config.Rigs, b.rig(t, i, server.URL, look))
	}
	return b
}

// rig makes a rig for provider i, at a target and with a probe of the caller's choice.
func (b *bench) rig(t testing.TB, i int, target string, look *probe.Probe) *harness.Rig {
	t.Helper()
	name := b.providers[i].Contract.Name()
	rig, err := harness.New(harness.Config{
		Target: target + "/" + name, Contract: b.providers[i].Contract, Policy: b.policies[i], Secret: b.secret, Seed: 7,
		Time: start, Set: b.set, Probe: look, RestartURL: b.server.RestartURL(), Recorder: b.config.Recorder,
		Command: []string{"hookrig", "verify", "--contract", name, "--to", target, "--seed", "7"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rig.Close)
	return rig
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
