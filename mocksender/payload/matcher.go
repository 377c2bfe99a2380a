package payload

import (
	"fmt"
	"regexp"
	"time"

	"github.com/dlclark/regexp2"
)

// matcher is a compiled pattern of a schema.
type matcher interface {
	MatchString(text string) bool
}

// backtracker is a pattern that only a backtracking engine can match.
type backtracker struct{ *regexp2.Regexp }

// MatchString counts a match that takes too long as none.
func (b backtracker) MatchString(text string) bool {
	ok, err := b.Regexp.MatchString(text)
	return ok && err == nil
}

// newMatcher chooses the engine as the contract's validator does: RE2 where it
// takes the pattern as it is written, and else ECMA-262 with backtracking.
func newMatcher(pattern string) (matcher, error) {
	if re, err := regexp.Compile(pattern); err == nil {
		return re, nil
	}
	re, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	re.MatchTimeout = 50 * time.Millisecond
	return backtracker{re}, nil
}
