package harness

import (
	"context"
	"errors"
	"fmt"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
)

// Delivery is a settled delivery, with the rig that made it, so that matchers can
// judge it without being told where it belongs.
type Delivery struct {
	mocksender.Delivery
	rig *Rig
	// line has the faults that it met.
	line *fault.Line
}

// Rig returns the rig that made the delivery, nil for a Delivery that was made by hand.
func (d *Delivery) Rig() *Rig { return d.rig }

// Last returns the last attempt, nil when there is none.
func (d *Delivery) Last() *mocksender.Attempt {
	if len(d.Attempts) == 0 {
		return nil
	}
	return &d.Attempts[len(d.Attempts)-1]
}

// Acknowledged tells how the policy reads the last attempt; "" when there is none.
func (d *Delivery) Acknowledged() mocksender.Answer {
	if a := d.Last(); a != nil {
		return a.Acknowledged
	}
	return ""
}

// Effects counts what the delivery's event did at the receiver so far. Without a
// probe the error is [ErrNoProbe].
func (d *Delivery) Effects(ctx context.Context) (int, error) {
	if d.rig == nil {
		return 0, errors.New("delivery " + d.ID + ": made by hand, no rig to look with")
	}
	return d.rig.Effects(ctx, *d)
}

// UnreachableError says that nothing answered at the target: no connection could be made.
type UnreachableError struct {
	Target string
	// Tries is how many attempts were made.
	Tries int
	// Last is what happened to the last of them.
	Last mocksender.Failure
}

// Error says what was tried.
func (e *UnreachableError) Error() string {
	tries := "1 try"
	if e.Tries != 1 {
		tries = fmt.Sprintf("%d tries", e.Tries)
	}
	return fmt.Sprintf("%s: no answer in %s: %s", e.Target, tries, e.Last.Text)
}

// Unreachable returns the error of a delivery in which no attempt found anyone at
// the other end, nil for any other.
func (d *Delivery) Unreachable() *UnreachableError {
	if len(d.Attempts) == 0 {
		return nil
	}
	for i := range d.Attempts {
		if f := d.Attempts[i].Failure; f == nil || !absent(f.Kind) {
			return nil
		}
	}
	return &UnreachableError{Target: d.URL, Tries: len(d.Attempts), Last: *d.Last().Failure}
}

func absent(kind mocksender.FailureKind) bool {
	switch kind {
	case mocksender.FailureResolve, mocksender.FailureRefused, mocksender.FailureConnect, mocksender.FailureTLS:
		return true
	default:
		return false
	}
}
