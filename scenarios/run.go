package scenarios

import (
	"cmp"
	"context"
	"flag"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/hookrig/hookrig/harness"
)

// Result is what a run came to.
type Result struct {
	// Run holds the records. Its verdict distinguishes a run that judged nothing.
	Run harness.Run
	// Selected is how many scenarios the filters chose.
	Selected int
	// Passed tells that no spec failed. A run that checked nothing has passed too: ask Run.Checked.
	Passed bool
	// Interrupted tells that the run was stopped from outside.
	Interrupted bool
	// Unreachable says that nobody answered at a target, before or during the specs; nil when somebody did.
	Unreachable *harness.UnreachableError
}

// Listing is a scenario that a run would have.
type Listing struct {
	Text   string   `json:"text"`
	Labels []string `json:"labels"`
}

// suiteName is what Ginkgo's reports call the run.
const suiteName = "hookrig verify"

// verifier runs the specs once.
type verifier struct {
	config Config
	book   *book
}

// Run runs the specs and ends the record. T needs only Fail, which is called when
// a spec failed; a *testing.T will do. The error is a fault of the configuration
// or of ours, never of the receiver. One Run at a time: Ginkgo's tree is one for
// the process. A run starts with an empty tree, so specs of other packages that
// were registered in the process are dropped.
func Run(ctx context.Context, t ginkgo.GinkgoTestingT, config Config) (Result, error) {
	if err := config.check(); err != nil {
		return Result{}, err
	}
	v := newVerifier(config)
	var result Result
	if err := v.ready(ctx, &result); err != nil {
		result.Run = config.Recorder.Close(time.Now(), ctx.Err() != nil)
		result.Interrupted = ctx.Err() != nil
		return result, err
	}
	if result.Unreachable != nil {
		result.Run = config.Recorder.Close(time.Now(), false)
		return result, nil
	}
	v.run(t, &result)
	return result, v.book.fault()
}

// List returns the scenarios that the configuration selects, in the order of the
// tree. Nothing is sent.
func List(config Config) ([]Listing, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	v := newVerifier(config)
	suite, reporter := v.ginkgoConfig()
	globals.Reset()
	defer globals.Reset()
	v.book.register()
	var all []Listing
	for _, spec := range ginkgo.PreviewSpecs(suiteName, suite, reporter).SpecReports {
		if spec.LeafNodeType == types.NodeTypeIt && spec.State != types.SpecStateSkipped {
			all = append(all, Listing{Text: spec.FullText(), Labels: spec.Labels()})
		}
	}
	return all, nil
}

func newVerifier(config Config) *verifier {
	config.Patience = cmp.Or(config.Patience, DefaultPatience)
	return &verifier{config: config, book: newBook(&config)}
}

// ready waits for every target once.
func (v *verifier) ready(ctx context.Context, result *Result) error {
	known := map[string]bool{}
	for _, rig := range v.config.Rigs {
		if known[rig.Target()] {
			continue
		}
		known[rig.Target()] = true
		err := rig.WaitReady(ctx, v.config.Wait)
		if u, ok := unreachable(err); ok {
			result.Unreachable = u
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) run(t ginkgo.GinkgoTestingT, result *Result) {
	suite, reporter := v.ginkgoConfig()
	globals.Reset()
	defer globals.Reset()
	v.book.register()
	var interrupted atomic.Bool
	ginkgo.ReportAfterSuite("the end", func(report types.Report) {
		for i := range report.SpecReports {
			if report.SpecReports[i].State.Is(types.SpecStateInterrupted) {
				interrupted.Store(true)
			}
		}
		result.Selected = report.PreRunStats.SpecsThatWillRun
	})
	defer v.redirect()()
	result.Passed = ginkgo.RunSpecs(t, suiteName, suite, reporter)
	result.Interrupted = interrupted.Load()
	result.Unreachable = v.book.gone()
	result.Run = v.config.Recorder.Close(time.Now(), result.Interrupted || result.Unreachable != nil)
}

// redirect sends Ginkgo's progress where the configuration wants it, until the
// function that it returns is called. Ginkgo has one place for it in the process.
func (v *verifier) redirect() func() {
	before := formatter.ColorableStdOut
	switch {
	case v.config.Output != nil:
		formatter.ColorableStdOut = v.config.Output
	case v.config.Reporter == nil:
		formatter.ColorableStdOut = io.Discard
	}
	return func() { formatter.ColorableStdOut = before }
}

// WorkerConfig parses the arguments that Ginkgo's runner gives a test binary, so
// that another binary can be one: its own flags are read, those of package testing
// passed over, and the rest is returned.
func WorkerConfig(args []string) (types.SuiteConfig, types.ReporterConfig, []string, error) {
	kept := slices.DeleteFunc(slices.Clone(args), func(arg string) bool {
		return strings.HasPrefix(strings.TrimLeft(arg, "-"), "test.")
	})
	flag.CommandLine.Init("worker", flag.ContinueOnError)
	err := flag.CommandLine.Parse(kept)
	suite, reporter := ginkgo.GinkgoConfiguration()
	return suite, reporter, flag.CommandLine.Args(), err
}

// ginkgoConfig starts from Ginkgo's flags or from its defaults.
func (v *verifier) ginkgoConfig() (types.SuiteConfig, types.ReporterConfig) {
	c := &v.config
	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	suite.RandomSeed = 1 // the order of the specs is the same in every run
	reporter.NoColor, reporter.Verbose = c.NoColor, c.Verbose
	if c.Suite != nil {
		suite = *c.Suite
	}
	if c.Reporter != nil {
		reporter = *c.Reporter
	}
	suite.LabelFilter = cmp.Or(c.filter(), suite.LabelFilter)
	reporter.JUnitReport = cmp.Or(c.JUnit, reporter.JUnitReport)
	reporter.JSONReport = cmp.Or(c.JSON, reporter.JSONReport)
	return suite, reporter
}
