package payload

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// text makes a string for the schema: by its pattern, its format, its name, or any words.
func (g *solver) text(s *contract.Schema, name string) (string, error) {
	low, high := 0, -1
	if s.MinLength != nil {
		low = *s.MinLength
	}
	if s.MaxLength != nil {
		high = *s.MaxLength
	}
	if high >= 0 && low > high {
		return "", problem(s, "minLength %d is above maxLength %d", low, high)
	}
	if s.Pattern != "" {
		return g.patterned(s, low, high)
	}
	if make, ok := formats[s.Format]; ok {
		for range 64 {
			if v := make(g.f); fits(v, low, high) {
				return v, nil
			}
		}
		return "", problem(s, "no value of format %s found that is %d to %d characters long", s.Format, low, high)
	}
	for range 8 {
		if v, ok := guessText(g.f, name); ok && fits(v, low, high) {
			return v, nil
		}
	}
	return g.words(low, high), nil
}

// fits counts Unicode code points, as JSON Schema does. A negative high is no bound.
func fits(v string, low, high int) bool {
	n := utf8.RuneCountInString(v)
	return n >= low && (high < 0 || n <= high)
}

// words makes text of an exact range of lengths.
func (g *solver) words(low, high int) string {
	v := g.f.Noun()
	for len(v) < low {
		v += " " + g.f.Noun()
	}
	if high >= 0 && len(v) > high {
		v = strings.TrimRight(v[:high], " ")
	}
	return v + strings.Repeat("x", max(0, low-len(v))) // where a blank was cut off
}

// patterned makes text that matches the pattern, and checks it with the pattern itself.
func (g *solver) patterned(s *contract.Schema, low, high int) (string, error) {
	p, err := newPattern(s.Pattern)
	if err != nil {
		return "", problem(s, "%v", err)
	}
	match, err := regexp.Compile(translateECMA(s.Pattern))
	if err != nil {
		return "", problem(s, "pattern %q: %v", s.Pattern, err)
	}
	openStart, openEnd := p.anchored()
	for try := range 256 {
		v := p.make(g.f, []int{3, 8, 0, 1, 24, low}[try%6])
		if n := low - utf8.RuneCountInString(v); n > 0 && (!openEnd || !openStart) {
			if openEnd {
				v = strings.Repeat("a", n) + v
			} else {
				v += strings.Repeat("a", n)
			}
		}
		if fits(v, low, high) && match.MatchString(v) {
			return v, nil
		}
	}
	return "", problem(s, "no text found that matches %q and is %d to %d characters long", s.Pattern, low, high)
}
