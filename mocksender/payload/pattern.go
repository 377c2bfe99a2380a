package payload

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"

	"github.com/brianvoe/gofakeit/v7"
)

// pattern is a regular expression compiled for making text instead of matching it.
type pattern struct {
	root *syntax.Regexp
}

// newPattern parses an ECMA-262 pattern as far as RE2 can say the same; looks around are left out.
func newPattern(text string) (*pattern, error) {
	parts, _ := readPattern(text)
	last := parts[len(parts)-1].text
	if _, err := regexp.Compile(text); err != nil {
		parts, _ = takeApart(text, true)
		last, _ = sayable(parts[len(parts)-1].text)
	}
	root, err := syntax.Parse(last, syntax.Perl|syntax.UnicodeGroups)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", text, err)
	}
	return &pattern{root.Simplify()}, nil
}

// anchored tells whether the pattern fixes the text's start and end. Where it does
// not, other text may stand around a match.
func (p *pattern) anchored() (start, end bool) {
	return hasAnchor(p.root, syntax.OpBeginText, 0), hasAnchor(p.root, syntax.OpEndText, 1)
}

func hasAnchor(re *syntax.Regexp, op syntax.Op, side int) bool {
	switch re.Op {
	case op:
		return true
	case syntax.OpCapture:
		return hasAnchor(re.Sub[0], op, side)
	case syntax.OpConcat:
		return hasAnchor(re.Sub[side*(len(re.Sub)-1)], op, side)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !hasAnchor(sub, op, side) {
				return false
			}
		}
		return true
	}
	return false
}

// make returns a text that matches. extra is how often an unbounded repetition may
// go beyond its minimum.
func (p *pattern) make(f *gofakeit.Faker, extra int) string {
	b := &match{}
	writeMatch(b, p.root, f, extra)
	return b.String()
}

// match is a text that is being made, with what its groups captured last.
type match struct {
	strings.Builder
	captured [10]string
}

// literal writes code points; a [backReference] is what its group captured.
func (m *match) literal(runes []rune) {
	for _, r := range runes {
		if n := r - backReference; n >= 1 && n <= 9 {
			m.WriteString(m.captured[n])
			continue
		}
		m.WriteRune(r)
	}
}

func writeMatch(b *match, re *syntax.Regexp, f *gofakeit.Faker, extra int) {
	switch re.Op {
	case syntax.OpLiteral:
		b.literal(re.Rune)
	case syntax.OpCharClass:
		b.WriteRune(pickRune(re.Rune, f))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte(byte(f.Number('a', 'z')))
	case syntax.OpCapture:
		before := b.Len()
		writeMatch(b, re.Sub[0], f, extra)
		if re.Cap < len(b.captured) {
			b.captured[re.Cap] = b.String()[before:]
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writeMatch(b, sub, f, extra)
		}
	case syntax.OpAlternate:
		writeMatch(b, re.Sub[f.IntN(len(re.Sub))], f, extra)
	case syntax.OpStar:
		repeatMatch(b, re, f, 0, extra, extra)
	case syntax.OpPlus:
		repeatMatch(b, re, f, 1, 1+extra, extra)
	case syntax.OpQuest:
		repeatMatch(b, re, f, 0, min(1, extra), extra)
	case syntax.OpRepeat:
		high := re.Max
		if high < 0 || high > re.Min+extra {
			high = re.Min + extra
		}
		repeatMatch(b, re, f, re.Min, high, extra)
	}
}

func repeatMatch(b *match, re *syntax.Regexp, f *gofakeit.Faker, low, high, extra int) {
	for range low + f.IntN(high-low+1) {
		writeMatch(b, re.Sub[0], f, extra)
	}
}

// pickRune prefers letters and digits, then other printable ASCII, then what the class holds.
func pickRune(ranges []rune, f *gofakeit.Faker) rune {
	for _, likes := range []func(rune) bool{
		func(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) },
		func(r rune) bool { return r > 0x20 && r < 0x7f },
	} {
		if liked := runesOf(ranges, 0x80, likes); len(liked) > 0 {
			return liked[f.IntN(len(liked))]
		}
	}
	return anyRune(ranges, f)
}

func runesOf(ranges []rune, below rune, likes func(rune) bool) []rune {
	var out []rune
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r < below; r++ {
			if likes(r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// anyRune draws from a class without printable ASCII; surrogates cannot stand in a text.
func anyRune(ranges []rune, f *gofakeit.Faker) rune {
	for range 64 {
		at := f.IntN(len(ranges)/2) * 2
		r := ranges[at] + rune(f.IntN(int(min(ranges[at+1]-ranges[at]+1, 4096)))) //nolint:gosec // at most 4096
		if r < 0xd800 || r > 0xdfff {
			return r
		}
	}
	return ranges[0]
}
