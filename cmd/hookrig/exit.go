package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// The exit codes.
const (
	exitHeld        = 0   // all held
	exitFindings    = 1   // a contract is broken, or a warning under --strict
	exitUsage       = 2   // usage or configuration
	exitUnreachable = 3   // the receiver could not be reached, or nothing could be checked
	exitFault       = 4   // hookrig's own fault
	exitThreshold   = 99  // a threshold was missed, as k6 says it
	exitInterrupted = 130 // stopped by the user; what was measured is reported
)

// codedError ends a command with an exit code. Silent ones have already said what there is to say.
type codedError struct {
	code   int
	err    error
	silent bool
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// usage is an error of the command line or the configuration.
func usage(err error) error { return &codedError{code: exitUsage, err: err} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// ended ends a command whose output has said everything.
func ended(code int) error {
	if code == exitHeld {
		return nil
	}
	return &codedError{code: code, err: fmt.Errorf("exit %d", code), silent: true}
}

// exitCode says err to the user, unless that was done, and returns the code for it.
func (a *app) exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitHeld
	}
	coded, ok := errors.AsType[*codedError](err)
	if !ok || !coded.silent {
		a.sayErr(err)
	}
	switch {
	case ok:
		return coded.code
	case ctx.Err() != nil:
		return exitInterrupted
	}
	return codeOf(err)
}

// codeOf maps the errors of the packages to exit codes: what the user gave is 2,
// a receiver that is not there is 3, and what is left is ours.
func codeOf(err error) int {
	if is[*contract.LoadError](err) || is[*contract.UnknownEventError](err) || is[*payload.SettingError](err) ||
		is[*policy.ParseError](err) || is[*mocksender.ForbiddenError](err) || errors.Is(err, policy.ErrNoPolicy) {
		return exitUsage
	}
	if is[*harness.UnreachableError](err) || is[*load.UnreachableError](err) {
		return exitUnreachable
	}
	return exitFault
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
