package contract

import (
	"fmt"
	"strings"
)

const tooDeepMessage = "nested more than 1000 levels deep"

// Error lists the problems, one per line, each with its position first.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the file system's error, or nil.
func (e *LoadError) Unwrap() error { return e.cause }

// String returns "file:line:column: message", with "warning: " before the message of a warning.
func (p Problem) String() string {
	if p.Warning {
		return p.Pos.String() + ": warning: " + p.Message
	}
	return p.Pos.String() + ": " + p.Message
}

func fault(pos Position, format string, args ...any) Problem {
	return Problem{Pos: pos, Message: fmt.Sprintf(format, args...)}
}

func warning(pos Position, format string, args ...any) Problem {
	return Problem{Pos: pos, Message: fmt.Sprintf(format, args...), Warning: true}
}

func problem(pos Position, format string, args ...any) *LoadError {
	return &LoadError{Problems: []Problem{fault(pos, format, args...)}}
}

func tooDeep(pos Position) *LoadError { return problem(pos, tooDeepMessage) }
