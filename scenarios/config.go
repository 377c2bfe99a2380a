package scenarios

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/hookrig/hookrig/harness"
)

// Config says what is verified, and how the specs run.
type Config struct {
	// Rigs are the providers, one for each contract, all with Recorder as theirs. At least one is needed.
	Rigs []*harness.Rig
	// Recorder collects the run. Required.
	Recorder *harness.Recorder
	// Only and Skip are label filters in Ginkgo's language ("theme:retries && event:customer.nightly"). Empty: all, none.
	Only, Skip string
	// Strict makes warnings fail their spec.
	Strict bool
	// Patience is how long an effect may take to show after its event was acknowledged. 0: five seconds.
	Patience time.Duration
	// Wait is how long the receiver may take to answer at all before the first spec. 0: one knock.
	Wait time.Duration
	// JUnit and JSON are files for Ginkgo's own reports. Empty: none.
	JUnit, JSON string
	// Output gets Ginkgo's own progress. Nil: it is not shown, or goes to stdout when Reporter is set.
	Output io.Writer
	// NoColor keeps Output free of escape codes, Verbose shows every spec.
	NoColor, Verbose bool
	// Suite and Reporter are what Ginkgo's own flags say, for go test, ginkgo, and the workers of a
	// parallel run (see [WorkerConfig]); Only, Skip, JUnit and JSON win where they are set. Nil: Ginkgo's
	// defaults, with NoColor and Verbose.
	Suite    *types.SuiteConfig
	Reporter *types.ReporterConfig
}

// DefaultPatience is how long an effect may take to show.
const DefaultPatience = 5 * time.Second

func (c *Config) check() error {
	var problems []error
	if len(c.Rigs) == 0 {
		problems = append(problems, errors.New("rigs: none, at least one is needed"))
	}
	if c.Recorder == nil {
		problems = append(problems, errors.New("recorder: missing"))
	}
	for _, filter := range [][2]string{{"only", c.Only}, {"skip", c.Skip}} {
		if _, err := types.ParseLabelFilter(filter[1]); err != nil {
			problems = append(problems, fmt.Errorf("%s: %q is no label filter, such as theme:retries && !slow", filter[0], filter[1]))
		}
	}
	if c.Patience < 0 || c.Wait < 0 {
		problems = append(problems, errors.New("patience and wait: must not be negative"))
	}
	return errors.Join(problems...)
}

// filter joins Only and Skip.
func (c *Config) filter() string {
	var parts []string
	if c.Only != "" {
		parts = append(parts, "("+c.Only+")")
	}
	if c.Skip != "" {
		parts = append(parts, "!("+c.Skip+")")
	}
	return strings.Join(parts, " && ")
}
