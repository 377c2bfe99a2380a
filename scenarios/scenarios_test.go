package scenarios_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

// The flags of go test ./scenarios -args --to=URL and ginkgo ./scenarios -- --to=URL.
var (
	to         = flag.String("to", "", "the receiver's URL; without it, the reference receiver is verified")
	contracts  = flag.String("contract", "chargeover", "the name of the contract")
	token      = flag.String("secret", os.Getenv(harness.SecretVariable), "the endpoint's secret (better in $"+harness.SecretVariable+")")
	seed       = flag.Uint64("seed", 7, "determines the payloads")
	probeURL   = flag.String("probe-url", "", "where the receiver shows its effects")
	probeCount = flag.String("probe-count", "items.#", "where in the probe's answer the count is")
	strict     = flag.Bool("strict", false, "warnings fail")

	suite    types.SuiteConfig
	reporter types.ReporterConfig
)

// TestMain keeps what Ginkgo's flags say, since every run of specs in this process changes it.
func TestMain(m *testing.M) {
	flag.Parse()
	suite, reporter = ginkgo.GinkgoConfiguration()
	os.Exit(m.Run())
}

// TestScenarios is the suite: against --to, or else against the reference receiver.
func TestScenarios(t *testing.T) {
	treeUsed = true
	config := againstReference
	if *to != "" {
		config = againstTarget
	}
	c := config(t)
	if *to == "" && suite.LabelFilter == "" {
		c.Only = "quick" // the full set has a test of its own
	}
	c.Suite, c.Reporter, c.Strict = &suite, &reporter, *strict
	result, err := scenarios.Run(t.Context(), t, c)
	switch {
	case err != nil:
		t.Error(err)
	case result.Unreachable != nil:
		t.Error(result.Unreachable)
	case suite.ParallelTotal == 1 && !result.Run.Checked():
		t.Error("nothing was checked")
	}
}

func againstReference(t *testing.T) scenarios.Config {
	return newBench(t, nil, "chargeover", "zipit").config
}

func againstTarget(t *testing.T) scenarios.Config {
	c, err := contract.Load(fixtures.FS, "contracts/"+*contracts+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.ForContract(*contracts)
	if err != nil {
		t.Fatal(err)
	}
	var look *probe.Probe
	if *probeURL != "" {
		if look, err = probe.New(probe.Config{URL: *probeURL, Count: *probeCount, Transport: harness.Transport(mocksender.Guard{}, nil, nil)}); err != nil {
			t.Fatal(err)
		}
	}
	recorder := harness.NewRecorder(harness.Header{Command: "verify", Target: *to, Contracts: []string{*contracts}, Seed: *seed}, nil)
	rig, err := harness.New(harness.Config{
		Target: *to, Contract: c, Policy: p, Secret: mocksender.Secret(*token), Seed: *seed,
		Time: time.Now(), Probe: look, Recorder: recorder,
		Command: []string{"hookrig", "verify", "--contract", *contracts, "--to", *to},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rig.Close)
	return scenarios.Config{Rigs: []*harness.Rig{rig}, Recorder: recorder}
}

// alone skips a test that runs specs of its own while this process is Ginkgo's, or judges a foreign receiver.
func alone(t *testing.T) {
	t.Helper()
	treeUsed = true
	if *to != "" || suite.ParallelTotal > 1 {
		t.Skip("only the suite runs here")
	}
}

// treeUsed tells that the specs which were registered when the process began have been run, or dropped by a run of ours.
var treeUsed bool

// ownTree skips a test that runs the specs of files while another suite has this process: a target's, a worker's that is
// not told to run just this test, or one that came before it.
func ownTree(t *testing.T) {
	t.Helper()
	asked := strings.Contains(flag.Lookup("test.run").Value.String(), t.Name())
	if treeUsed || *to != "" || suite.ParallelTotal > 1 && !asked {
		t.Skip("another suite runs in this process")
	}
	treeUsed = true
}

// The README shows the beginning of the example as it is.
func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_custom_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```go\n")
	shown, _, found := strings.Cut(shown, "\n\t// …\n})\n```\n")
	if !found || !strings.Contains(string(example), shown) {
		t.Errorf("README.md shows what the example does not hold:\n%s", shown)
	}
}
