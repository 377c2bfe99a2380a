package reports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const tabWidth = 4

// Escape replaces every character that could move the cursor, change colours,
// reorder or hide text by its escape: control characters (line ends and tabs
// too), ANSI escapes, bidi and other format characters, odd spaces, and bytes
// that are not UTF-8. The result is one line.
func Escape(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			escapeByte(&b, s[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			escapeByte(&b, byte(r))
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		s = s[size:]
	}
	return b.String()
}

func escapeByte(b *strings.Builder, c byte) {
	const digits = "0123456789abcdef"
	b.WriteString(`\x`)
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visibleLines is [visible] for a text of several lines: line ends (LF and CRLF)
// end a line, tabs become spaces. Empty lines at the end are dropped.
func visibleLines(s string) []string {
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Escape(strings.ReplaceAll(line, "\t", strings.Repeat(" ", tabWidth)))
	}
	return lines
}

// sentence is [visible] for prose: runs of white space become one space.
func sentence(s string) string { return Escape(strings.Join(strings.Fields(s), " ")) }
