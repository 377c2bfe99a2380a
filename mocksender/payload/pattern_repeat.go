package payload

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// maxRepeat is the highest count that RE2 takes in a repetition.
const maxRepeat = 1000

// maxNested is the highest count beyond the lowest that is left to repetitions inside each other, which RE2 multiplies.
const maxNested = 3

var quantifier = regexp.MustCompile(`^\{(\d{1,7})(,(\d{0,7}))?\}`)

// sayable rewrites repetitions that count higher than RE2 takes: as several in a row, or else, when they stand inside each
// other, with fewer rounds, which says less than the pattern; exact tells that it says the same.
func sayable(text string) (out string, exact bool) {
	if _, err := syntax.Parse(text, syntax.Perl|syntax.UnicodeGroups); err == nil {
		return text, true
	}
	split := rewriteRepeats(text, inARow)
	if _, err := syntax.Parse(split, syntax.Perl|syntax.UnicodeGroups); err == nil {
		return split, true
	}
	return rewriteRepeats(text, fewer), false
}

// rewriteRepeats replaces each repetition of an atom from low to high times, high is -1 for no bound, by what say returns.
func rewriteRepeats(text string, say func(atom string, low, high int) string) string {
	var out []byte
	var open []int // where in out each group that is not closed begins
	atom := 0      // where in out what a quantifier is about begins
	for i := 0; i < len(text); {
		size := 1
		switch m := quantifier.FindStringSubmatch(text[i:]); {
		case m != nil && len(out) > atom:
			low, _ := strconv.Atoi(m[1])
			high := low
			if m[2] != "" {
				high = -1
			}
			if m[3] != "" {
				high, _ = strconv.Atoi(m[3])
			}
			out = append(out[:atom], say(string(out[atom:]), low, high)...)
			if i += len(m[0]); strings.HasPrefix(text[i:], "?") {
				i++ // the least rounds first, which changes nothing of what matches
			}
			continue
		case text[i] == '(':
			open = append(open, len(out))
		case text[i] == ')' && len(open) > 0:
			atom, open = open[len(open)-1], open[:len(open)-1]
		case strings.IndexByte("*+?", text[i]) >= 0:
		default:
			size, atom = atomSize(text[i:]), len(out)
		}
		out = append(out, text[i:i+size]...)
		i += size
	}
	return string(out)
}

var escaped = regexp.MustCompile(`^\\(?:[xpPu]\{[^}]*\}|x[0-9A-Fa-f]{2}|[\s\S])`)

// atomSize is the length of the character, escape or class that begins text.
func atomSize(text string) int {
	if m := escaped.FindString(text); m != "" {
		return len(m)
	}
	if text[0] != '[' {
		return 1
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ']':
			return i + 1
		}
	}
	return len(text)
}

// inARow says a repetition as several that RE2 takes.
func inARow(atom string, low, high int) string {
	if low <= maxRepeat && high <= maxRepeat {
		return atom + repetition(low, high)
	}
	var b strings.Builder
	rest := high - low
	for ; low > maxRepeat; low -= maxRepeat {
		b.WriteString(atom + repetition(maxRepeat, maxRepeat))
	}
	b.WriteString(atom + repetition(low, low))
	for ; high >= 0 && rest > maxRepeat; rest -= maxRepeat {
		b.WriteString(atom + repetition(0, maxRepeat))
	}
	if high < 0 {
		b.WriteString(atom + "*")
	} else {
		b.WriteString(atom + repetition(0, rest))
	}
	return "(?:" + b.String() + ")"
}

// fewer says a repetition with fewer rounds.
func fewer(atom string, low, high int) string {
	if high > low+maxNested {
		high = low + maxNested
	}
	return inARow(atom, low, high)
}

func repetition(low, high int) string {
	if high < 0 {
		return "{" + strconv.Itoa(low) + ",}"
	}
	return "{" + strconv.Itoa(low) + "," + strconv.Itoa(high) + "}"
}
