package payload

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

func (b *builder) fail(pos contract.Position, format string, args ...any) {
	b.problems = append(b.problems, contract.Problem{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// failErr records an error that already knows its place, or gives it one.
func (b *builder) failErr(pos contract.Position, err error) {
	if why, ok := errors.AsType[*unsolvedError](err); ok {
		b.fail(why.at.Pos, "%s: %s", why.at.Pointer, why.message)
		return
	}
	if load, ok := errors.AsType[*contract.LoadError](err); ok {
		b.problems = append(b.problems, load.Problems...)
		return
	}
	b.fail(pos, "%v", err)
}

func (b *builder) err() error {
	if len(b.problems) == 0 {
		return nil
	}
	return &contract.LoadError{Problems: inOrder(b.problems)}
}

// inOrder sorts problems as they stand in a file, each once.
func inOrder(problems []contract.Problem) []contract.Problem {
	slices.SortStableFunc(problems, func(a, z contract.Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, z.Pos.File), cmp.Compare(a.Pos.Line, z.Pos.Line), cmp.Compare(a.Pos.Column, z.Pos.Column))
	})
	return slices.Compact(problems)
}

// Together returns the errors of several events, or of parts of one, as one, each once: what is wrong with contracts is listed in
// the order of the files. Nil if there is none.
func Together(errs ...error) error {
	var all contract.LoadError
	var others []error
	for _, err := range errs {
		if load, ok := errors.AsType[*contract.LoadError](err); ok {
			all.Problems = append(all.Problems, load.Problems...)
		} else if err != nil && !slices.ContainsFunc(others, func(o error) bool { return o.Error() == err.Error() }) {
			others = append(others, err)
		}
	}
	if all.Problems = inOrder(all.Problems); len(all.Problems) > 0 {
		others = append([]error{&all}, others...)
	}
	return errors.Join(others...)
}
