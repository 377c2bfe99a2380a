package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

// LoadJUnit writes a run under load as JUnit XML, in the form of [JUnit]: a test case for each threshold, and one that says whether
// the numbers are the receiver's at all. The error is w's, or says that the run has no result.
func LoadJUnit(w io.Writer, run harness.Run) error {
	run = runWithoutSecrets(run)
	if run.Load == nil {
		return fmt.Errorf("the run did not come to its result: it holds its seconds only")
	}
	r := run.Load
	suite := junitSuite{Name: "thresholds", Timestamp: junitTime(&run)}
	for _, j := range r.Thresholds {
		c := junitCase{Name: sentence(j.Threshold), Class: "load.thresholds", Output: "is " + j.Got}
		if !j.Held {
			c.Failure = &junitNote{Message: fmt.Sprintf("%s is %s", sentence(j.Threshold), j.Got), Type: "threshold"}
		}
		suite.add(c, 0)
	}
	sound := junitCase{Name: "the numbers are the receiver's", Class: "load.run"}
	switch limited := r.Limited(); {
	case r.Checked.Invalid > 0:
		sound.Error = &junitNote{Message: misfits(r), Type: "invalid"}
	case limited != "":
		sound.Error = &junitNote{Message: limited, Type: "limited"}
	case r.Unreached() != "":
		sound.Error = &junitNote{Message: r.Unreached(), Type: "unreached"}
	case r.Interrupted:
		sound.Error = &junitNote{Message: "the run was interrupted", Type: "interrupted"}
	case r.Attempts == 0:
		sound.Error = &junitNote{Message: "nothing was sent", Type: "inconclusive"}
	}
	suite.add(sound, r.Sending)
	for _, given := range givenUp(r) {
		suite.add(junitCase{Name: "the provider goes on sending", Class: "load.run", Failure: &junitNote{Message: given, Type: "given up"}}, 0)
	}
	if c := r.Completion; c != nil {
		processed := junitCase{Name: "what was acknowledged was processed", Class: "load.run", Output: CompletionText(c)}
		switch {
		case c.Problem != "":
			processed.Error = &junitNote{Message: sentence(c.Problem), Type: "inconclusive"}
		case c.Lost() > 0:
			processed.Failure = &junitNote{Message: CompletionText(c), Type: "lost", Text: sentence(strings.Join(c.Missing, " "))}
		}
		suite.add(processed, 0)
	}
	root := junitRoot{Name: "hookrig load", Suites: []junitSuite{suite}}
	root.sum()
	return root.write(w)
}
