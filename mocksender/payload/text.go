package payload

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maxText bounds the length of text that a schema may ask for.
const maxText = 1 << 20

// textPlan is what the rules say about a text.
type textPlan struct {
	low, high       int // in code points; high is -1 for no bound
	patterns, avoid []string
	formats         []string
	encoding, media string
	content         []*contract.Schema // of the document in the text
}

func (gl *goal) textPlan() textPlan {
	p := textPlan{high: -1}
	note := func(list *[]string, text string) {
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	gl.each(func(s *contract.Schema) {
		if s.MinLength != nil {
			p.low = max(p.low, *s.MinLength)
		}
		if s.MaxLength != nil && (p.high < 0 || *s.MaxLength < p.high) {
			p.high = *s.MaxLength
		}
		note(&p.patterns, s.Pattern)
		if formats[s.Format] != nil {
			note(&p.formats, s.Format)
		}
		if s.Not != nil {
			note(&p.avoid, s.Not.Pattern)
		}
		p.encoding, p.media = first(p.encoding, s.ContentEncoding), first(p.media, s.ContentMediaType)
		if s.ContentSchema != nil {
			p.content = append(p.content, s.ContentSchema)
		}
	})
	return p
}

// String says what the text must be, to be read after "that".
func (p textPlan) String() string {
	var wants []string
	for _, pattern := range p.patterns {
		wants = append(wants, fmt.Sprintf("matches %q", pattern))
	}
	for _, pattern := range p.avoid {
		wants = append(wants, fmt.Sprintf("does not match %q", pattern))
	}
	for _, format := range p.formats {
		wants = append(wants, fmt.Sprintf("is of format %s", format))
	}
	if p.low > 0 || p.high >= 0 {
		wants = append(wants, "is "+lengthText(p.low, p.high)+" long")
	}
	return strings.Join(wants, " and ")
}

// text makes a string for the rules: by its pattern, its format, its name, or any words.
func (g *solver) text(gl *goal, name string, try int) (any, error) {
	p := gl.textPlan()
	if p.high >= 0 && p.low > p.high {
		return nil, impossible(gl.place(), "minLength %d is above maxLength %d", p.low, p.high)
	}
	if p.low > maxText {
		return nil, unsolved(gl.place(), "it wants text of %d characters, more than the %d that are made", p.low, maxText)
	}
	switch {
	case len(p.patterns) > 0 || len(p.formats) > 1:
		return g.patterned(gl, p, name, try)
	case len(p.formats) > 0:
		return g.formatted(gl, p, name)
	case p.encoding != "" || p.media != "":
		return g.content(gl, p, name)
	case try > 4:
		return g.oddText(gl, p, try)
	}
	for range 8 {
		if v, ok := g.guessed(name); ok && fits(v, p.low, p.high) {
			return v, nil
		}
	}
	return g.words(p.low, p.high), nil
}

// oddText is text of another kind, for rules that refused words.
func (g *solver) oddText(gl *goal, p textPlan, try int) (any, error) {
	if len(p.avoid) > 0 {
		return g.woven(gl, p, nil)
	}
	switch n := p.low + g.f.IntN(12); {
	case try%4 == 0 && p.low == 0:
		return "", nil
	case p.high >= 0 && n > p.high:
		return g.words(p.low, p.high), nil
	case try%2 == 0:
		return g.f.DigitN(uint(max(1, n))), nil //nolint:gosec // n is not negative
	default:
		return g.f.LetterN(uint(max(1, n))), nil //nolint:gosec // n is not negative
	}
}

// fits counts Unicode code points, as JSON Schema does. A negative high is no bound.
func fits(v string, low, high int) bool {
	n := utf8.RuneCountInString(v)
	return n >= low && (high < 0 || n <= high)
}

// longWords is how much text is made of different words before they repeat.
const longWords = 2000

// words makes text of an exact range of lengths.
func (g *solver) words(low, high int) string {
	var b strings.Builder
	b.WriteString(g.f.Noun())
	for b.Len() < min(low, longWords) {
		b.WriteString(" " + g.f.Noun())
	}
	v := b.String()
	if len(v) < low {
		v = strings.Repeat(v+" ", low/len(v)+1)[:low]
	}
	if high >= 0 && len(v) > high {
		v = strings.TrimRight(v[:high], " ")
	}
	return v + strings.Repeat("x", max(0, low-len(v))) // where a blank was cut off
}

// formatted makes text of one format: as people write it, or else as short or long as it must be.
func (g *solver) formatted(gl *goal, p textPlan, name string) (any, error) {
	for range 24 {
		if v := g.ofFormat(p.formats[0], name); fits(v, p.low, p.high) {
			return v, nil
		}
	}
	return g.woven(gl, p, patternsOf(p.formats[0]))
}

// ofFormat makes text of a format, by what the name tells of its kind: a picture's address, a day of birth, a moment of last year.
func (g *solver) ofFormat(format, name string) string {
	switch at := g.field(name); format {
	case "uri", "url":
		if v, ok := guessText(g.f, at); ok && strings.HasPrefix(v, "https://") {
			return v
		}
	case "date":
		if at.isIn(birthWords) {
			return birthDate(g.f)
		}
		return g.recent(name).Format(time.DateOnly)
	case "date-time":
		return g.recent(name).Format(time.RFC3339)
	}
	return formats[format](g.f)
}

// recent is a moment of the weeks before the run, or of the year before it for what was created then.
func (g *solver) recent(name string) time.Time {
	if g.clock.IsZero() {
		return someTime(g.f)
	}
	days := 20
	if slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(createdWords, w) }) {
		days = 365
	}
	return g.clock.Add(-time.Duration(g.f.Number(60, days*24*3600)) * time.Second).UTC()
}

// guessed is text that the name calls for. All amounts of one value are in the same currency.
func (g *solver) guessed(name string) (string, bool) {
	v, ok := guessText(g.f, g.field(name))
	if !ok || !isCurrency(name) {
		return v, ok
	}
	g.currency = first(g.currency, v)
	return g.currency, true
}

func isCurrency(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && (words[len(words)-1] == "currency" || len(words) > 1 && words[len(words)-2] == "currency" && words[len(words)-1] == "code")
}

// field is what the names say about the value under way.
func (g *solver) field(name string) field { return field{name, g.around} }

// patterned makes text for patterns, alone or beside a format.
func (g *solver) patterned(gl *goal, p textPlan, name string, try int) (any, error) {
	accept, err := g.acceptor(gl, p)
	if err != nil {
		return nil, err
	}
	for range 24 {
		v, ok := g.guessed(name)
		if len(p.formats) > 0 {
			v, ok = g.ofFormat(p.formats[0], name), true
		}
		if ok && accept(v) {
			return v, nil
		}
		if !ok {
			break
		}
	}
	if v, ok := g.written(p, accept); ok && try < maxTries/2 {
		return g.safely(gl, p, v), nil
	}
	if len(p.formats) == 0 {
		return g.woven(gl, p, nil)
	}
	var alternatives []string
	for _, f := range p.formats {
		alternatives = append(alternatives, patternsOf(f)...)
	}
	return g.woven(gl, p, alternatives)
}

// acceptor tells whether a text satisfies the patterns, the lengths and the formats.
func (g *solver) acceptor(gl *goal, p textPlan) (func(string) bool, error) {
	for _, pattern := range p.patterns {
		if _, err := g.judge.matcher(pattern); err != nil {
			return nil, unsolved(gl.place(), "%v", err)
		}
	}
	asserted := len(p.formats) > 0
	mail := slices.Contains(p.formats, "email") || slices.Contains(p.formats, "idn-email")
	return func(v string) bool {
		if mail && strings.HasPrefix(v, "@") { // the validator lets it pass
			return false
		}
		if !fits(v, p.low, p.high) || slices.ContainsFunc(p.patterns, func(re string) bool { return !g.judge.matches(re, v) }) {
			return false
		}
		return !asserted || !slices.ContainsFunc(gl.rules, func(r rule) bool {
			return assertedFormats[r.s.Format] && !g.judge.fitsFormat(r.s, v)
		})
	}, nil
}

// written makes text from the pattern's own structure, which looks more natural than what [solver.woven] finds.
func (g *solver) written(p textPlan, accept func(string) bool) (string, bool) {
	for _, text := range p.patterns {
		re, known := g.patterns[text]
		if !known {
			re, _ = newPattern(text)
			g.patterns[text] = re
		}
		if re == nil { // not one that RE2 can say
			continue
		}
		start, end := re.anchored()
		for try := range 24 {
			v := re.make(g.f, []int{3, 8, 0, 1, 24, p.low}[try%6])
			if n := p.low - utf8.RuneCountInString(v); n > 0 && n < maxText && (!end || !start) {
				if end {
					v = strings.Repeat("a", n) + v
				} else {
					v += strings.Repeat("a", n)
				}
			}
			if accept(v) {
				return v, true
			}
		}
	}
	return "", false
}

// safely replaces text that could reach somebody's mailbox or host by text that
// cannot, where the patterns let it.
func (g *solver) safely(gl *goal, p textPlan, v string) string {
	kind := ""
	switch {
	case strings.Contains(v, "://"):
		kind = "uri"
	case strings.Contains(v, "@"):
		kind = "email"
	default:
		return v
	}
	if safe, err := g.woven(gl, p, patternsOf(kind)[:1]); err == nil {
		return safe.(string) // woven makes text
	}
	return v
}
