package contract

import (
	"regexp"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// patternTimeout bounds one match of a pattern that needs backtracking.
const patternTimeout = 250 * time.Millisecond

// ecmaPattern is a pattern that only a backtracking engine can match.
type ecmaPattern struct{ *regexp2.Regexp }

// MatchString reports whether s contains a match. A match that takes too long counts as none.
func (p ecmaPattern) MatchString(s string) bool {
	ok, err := p.Regexp.MatchString(s)
	return ok && err == nil
}

// compilePattern compiles an ECMA-262 pattern: with RE2 when it can, which takes linear time, and else (look-ahead,
// \u escapes, back references) with a backtracking engine.
func compilePattern(pattern string) (jsonschema.Regexp, error) {
	if re, err := regexp.Compile(pattern); err == nil {
		return re, nil
	}
	re, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = patternTimeout
	return ecmaPattern{re}, nil
}
