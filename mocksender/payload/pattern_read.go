package payload

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// patternPart is a pattern that RE2 can say; all parts of a pattern hold together.
type patternPart struct {
	text  string
	avoid bool // it must not match
}

// readPattern takes an ECMA-262 pattern apart into patterns for RE2. What looks
// ahead from the text's start becomes a pattern of its own; looks from elsewhere
// and back references are dropped, and exact tells that nothing was.
func readPattern(text string) (parts []patternPart, exact bool) {
	if _, err := regexp.Compile(text); err == nil {
		return []patternPart{{text: text}}, true
	}
	exact = true
	rest, anchored := strings.CutPrefix(text, "^")
	for anchored {
		look, after, ok := cutLook(rest)
		if !ok {
			break
		}
		inner, _, clean := withoutLooks(look[3 : len(look)-1])
		exact = exact && clean
		if clean || look[2] == '=' { // a negative look that was cut short would exclude too much
			parts = append(parts, patternPart{"^(?:" + translateECMA(inner) + ")", look[2] == '!'})
		}
		rest = after
	}
	if anchored {
		rest = "^" + rest
	}
	rest, looks, clean := withoutLooks(rest)
	for _, l := range looks {
		parts = append(parts, patternPart{translateECMA(l.text), l.avoid})
	}
	return append(parts, patternPart{text: translateECMA(rest)}), exact && clean
}

// cutLook cuts a look-ahead from the front of a pattern.
func cutLook(text string) (look, after string, ok bool) {
	if !strings.HasPrefix(text, "(?=") && !strings.HasPrefix(text, "(?!") {
		return "", text, false
	}
	end := groupEnd(text)
	return text[:end], text[end:], end > 0
}

// groupEnd is where the group that begins the text ends, or 0.
func groupEnd(text string) int {
	depth, class := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// lookless is a pattern without what looks ahead or behind, and with back references
// replaced by what they refer to.
type lookless struct {
	out    strings.Builder
	clean  bool
	looks  []patternPart // what looked ahead at the top level, behind what stood before it
	groups []int         // where in the pattern each capturing group begins
	depth  int
	class  bool
}

// withoutLooks drops what looks ahead or behind, and back references.
func withoutLooks(text string) (out string, looks []patternPart, clean bool) {
	l := &lookless{clean: true}
	for i := 0; i < len(text); {
		i += l.next(text, i)
	}
	return l.out.String(), l.looks, l.clean
}

// next copies or drops what stands at i, and returns its length.
func (l *lookless) next(text string, i int) int {
	rest := text[i:]
	switch {
	case rest[0] == '\\' && len(rest) > 1:
		l.escape(text, rest)
		return 2
	case l.class:
		l.class = rest[0] != ']'
	case rest[0] == '[':
		l.class = true
	case isLook(rest):
		if end := groupEnd(rest); end > 0 {
			l.clean = false
			if l.depth == 0 && strings.HasPrefix(text, "^") && rest[2] != '<' {
				l.looks = append(l.looks, patternPart{l.out.String() + "(?:" + rest[3:end], rest[2] == '!'})
			}
			return end
		}
	case rest[0] == '(':
		l.depth++
		if !strings.HasPrefix(rest, "(?") || strings.HasPrefix(rest, "(?<") {
			l.groups = append(l.groups, i)
		}
	case rest[0] == ')':
		l.depth--
	}
	l.out.WriteByte(rest[0])
	return 1
}

func (l *lookless) escape(text, rest string) {
	n := int(rest[1] - '0')
	if l.class || n < 1 || n > 9 {
		l.out.WriteString(rest[:2])
		return
	}
	l.clean = false
	if n <= len(l.groups) {
		group := text[l.groups[n-1]:]
		inner, _, _ := withoutLooks(group[1 : max(groupEnd(group), 2)-1])
		l.out.WriteString("(?:" + inner + ")")
	}
}

func isLook(text string) bool {
	return strings.HasPrefix(text, "(?=") || strings.HasPrefix(text, "(?!") || strings.HasPrefix(text, "(?<=") || strings.HasPrefix(text, "(?<!")
}

// translateECMA rewrites the escapes that ECMA-262 has and RE2 lacks.
func translateECMA(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if strings.HasPrefix(text[i:], "[^]") {
			b.WriteString(`(?s:.)`)
			i += 3
			continue
		}
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		escaped, size := translateEscape(text[i:])
		b.WriteString(escaped)
		i += size
	}
	return b.String()
}

var codePoint = regexp.MustCompile(`^\\u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})`)

// translateEscape rewrites the escape that begins text, and tells how long it is.
func translateEscape(text string) (escaped string, size int) {
	if m := codePoint.FindStringSubmatch(text); m != nil {
		return `\x{` + m[1] + m[2] + `}`, len(m[0])
	}
	switch c := text[1]; {
	case c == 'c' && len(text) > 2:
		return fmt.Sprintf(`\x{%x}`, text[2]%32), 3
	case c == '0':
		return `\x00`, 2
	case c < utf8.RuneSelf && strings.IndexByte("dDsSwWbBnrtfvpPxu", c) < 0 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'):
		return string(c), 2 // an escape that ECMA-262 takes for the letter itself
	}
	return text[:2], 2
}

// leastLength is the length of the shortest text that a pattern matches.
func leastLength(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return leastLength(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * leastLength(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, sub := range re.Sub {
			n += leastLength(sub)
		}
		return n
	case syntax.OpAlternate:
		n := leastLength(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			n = min(n, leastLength(sub))
		}
		return n
	}
	return 0
}

func lengthText(low, high int) string {
	switch {
	case high < 0:
		return fmt.Sprintf("at least %d characters", low)
	case low == high:
		return fmt.Sprintf("%d characters", low)
	}
	return fmt.Sprintf("%d to %d characters", low, high)
}
