package reports

import (
	"fmt"

	"github.com/hookrig/hookrig/harness"
)

// LoadOutcome is how a run under load ended, in a word.
type LoadOutcome string

// The outcomes. Where several are true, the first is told: what makes the numbers worthless comes before what they say.
const (
	LoadInvalid   LoadOutcome = "INVALID"          // bodies that do not fit the contract were sent
	LoadLimited   LoadOutcome = "NOT THE RECEIVER" // the numbers are hookrig's own
	LoadMissed    LoadOutcome = "MISSED"           // a threshold
	LoadGivenUp   LoadOutcome = "GIVEN UP"         // a provider stopped sending
	LoadUnreached LoadOutcome = "NOT REACHED"      // what was due was not sent
	LoadUnseen    LoadOutcome = "NOT SEEN"         // nobody knows what was processed
	LoadLost      LoadOutcome = "LOST"             // what was acknowledged had no effect
	LoadHeld      LoadOutcome = "HELD"
	LoadRegressed LoadOutcome = "REGRESSION" // held, and worse than the run that it is compared to
)

// OutcomeOf decides how a run ended, and says it in a sentence too, which is safe to show. That a run was stopped early is no outcome:
// it may be said of each.
func OutcomeOf(r *harness.Load) (outcome LoadOutcome, lead string) {
	missed := 0
	for _, j := range r.Thresholds {
		if !j.Held {
			missed++
		}
	}
	switch limited, unreached := r.Limited(), r.Unreached(); {
	case r.Checked.Invalid > 0:
		return LoadInvalid, misfits(r)
	case limited != "":
		return LoadLimited, limited + "; the numbers below are hookrig's"
	case missed > 0:
		return LoadMissed, fmt.Sprintf("%d of %s", missed, plural(len(r.Thresholds), "threshold"))
	case r.Recovery.GivenUp():
		return LoadGivenUp, "the receiver was in such trouble that its provider stopped sending"
	case unreached != "":
		return LoadUnreached, unreached
	case r.Completion != nil && r.Completion.Problem != "":
		return LoadUnseen, "the probe does not tell what was processed: " + sentence(r.Completion.Problem)
	case r.Completion != nil && r.Completion.Lost() > 0:
		return LoadLost, plural(int(r.Completion.Lost()), "event") + " that the receiver acknowledged had no effect" //nolint:gosec // far below the limit
	}
	return LoadHeld, plural(len(r.Thresholds), "threshold")
}

// misfits says how many bodies do not fit the contract.
func misfits(r *harness.Load) string {
	return fmt.Sprintf("%d of %d checked bodies do not fit the contract: %s", r.Checked.Invalid, r.Checked.Bodies, sentence(r.Checked.First))
}

// verdict is what the outcome says of the receiver.
func (o LoadOutcome) verdict() harness.Verdict {
	switch o {
	case LoadHeld:
		return harness.Pass
	case LoadLimited, LoadUnreached, LoadUnseen:
		return harness.Inconclusive
	default:
		return harness.Fail
	}
}

// paint is the outcome's colour on a terminal.
func (o LoadOutcome) paint() string {
	switch o {
	case LoadHeld:
		return loadGood
	case LoadUnseen:
		return loadWarn
	default:
		return loadBad
	}
}
