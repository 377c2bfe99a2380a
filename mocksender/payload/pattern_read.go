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
	parts, exact = takeApart(text, false)
	for i := range parts {
		said, same := sayable(parts[i].text)
		parts[i].text, exact = said, exact && same
	}
	return parts, exact
}

// takeApart is readPattern for a pattern that RE2 does not take; with marks, back references become [backReference]s.
func takeApart(text string, marks bool) (parts []patternPart, exact bool) {
	exact = true
	rest, anchored := strings.CutPrefix(text, "^")
	for anchored {
		look, after, ok := cutLook(rest)
		if !ok {
			break
		}
		inner, _, clean := withoutLooks(look[3:len(look)-1], false)
		exact = exact && clean
		if clean || look[2] == '=' { // a negative look that was cut short would exclude too much
			parts = append(parts, patternPart{"^(?:" + translateECMA(inner) + ")", look[2] == '!'})
		}
		rest = after
	}
	if anchored {
		rest = "^" + rest
	}
	rest, looks, clean := withoutLooks(rest, marks)
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
	marks  bool // write back references as [backReference]s
}

// withoutLooks drops what looks ahead or behind, and back references. What looks behind from the front, or ahead from the
// end, of a pattern that does not fix the text's start or end there is kept as text to be made.
func withoutLooks(text string, marks bool) (out string, looks []patternPart, clean bool) {
	l := &lookless{clean: true, marks: marks}
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
		return l.escape(text, rest)
	case l.class:
		l.class = rest[0] != ']'
	case rest[0] == '[':
		l.class = true
	case isLook(rest):
		if end := groupEnd(rest); end > 0 {
			l.look(text, i, end)
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

// look drops what looks ahead or behind at i, or keeps what it looks for.
func (l *lookless) look(text string, i, end int) {
	rest := text[i:]
	l.clean = false
	if l.depth == 0 && strings.HasPrefix(text, "^") && rest[2] != '<' {
		l.looks = append(l.looks, patternPart{l.out.String() + "(?:" + rest[3:end], rest[2] == '!'})
		return
	}
	if behind := strings.HasPrefix(rest, "(?<="); behind && i == 0 || rest[2] == '=' && end == len(rest) {
		inner, _, _ := withoutLooks(rest[strings.IndexByte(rest, '=')+1:end-1], false)
		l.out.WriteString("(?:" + inner + ")")
	}
}

// escape copies an escape, and tells how long it is. A back reference becomes what it refers to.
func (l *lookless) escape(text, rest string) int {
	n, size := l.referred(text, rest)
	if n == 0 {
		l.out.WriteString(rest[:2])
		return 2
	}
	l.clean = false
	switch {
	case n > len(l.groups): // nothing was captured yet: the reference matches the empty text
	case l.marks:
		l.out.WriteRune(backReference + rune(n))
	default:
		group := text[l.groups[n-1]:]
		inner, _, _ := withoutLooks(group[1:max(groupEnd(group), 2)-1], false)
		l.out.WriteString("(?:" + groupName.ReplaceAllString(inner, "") + ")")
	}
	return size
}

var groupName = regexp.MustCompile(`^\?<[^>]*>`)

// referred is the number of the group that a back reference means, 0 for another escape, and how long the reference is.
func (l *lookless) referred(text, rest string) (n, size int) {
	if l.class {
		return 0, 2
	}
	if n := int(rest[1] - '0'); n >= 1 && n <= 9 {
		return n, 2
	}
	name, _, found := strings.Cut(rest, ">")
	if name, ok := strings.CutPrefix(name, `\k<`); ok && found {
		for i, at := range l.groups {
			if strings.HasPrefix(text[at:], "(?<"+name+">") {
				return i + 1, len(name) + 4
			}
		}
	}
	return 0, 2
}

// backReference is, with the group's number added, the code point that stands for a reference to what a group matched
// (of a plane for private use).
const backReference = rune(0xf0000)

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
