package reports

import (
	"strings"
	"unicode/utf8"

	"github.com/hookrig/hookrig/harness"
)

const (
	defaultWidth = 80
	minWidth     = 40
)

// page lays out the text report. It expects text that is already escaped.
type page struct {
	b     strings.Builder
	width int
	color bool
}

func newPage(opts TextOptions) *page {
	width := opts.Width
	switch {
	case width <= 0:
		width = defaultWidth
	case width < minWidth:
		width = minWidth
	}
	return &page{width: width, color: opts.Color}
}

// style is an SGR sequence's parameter.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "1;32"
	yellow style = "1;33"
)

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func verdictStyle(v harness.Verdict) style {
	switch v {
	case harness.Pass:
		return green
	case harness.Fail:
		return red
	case harness.Skipped:
		return dim
	default:
		return yellow
	}
}

func (p *page) line(text string) {
	p.b.WriteString(strings.TrimRight(text, " "))
	p.b.WriteByte('\n')
}

// hang prints lines behind a label of the given width; lines after the first are indented to it.
func (p *page) hang(indent int, label string, labelStyle style, labelWidth int, lines []string, s style) {
	margin := strings.Repeat(" ", indent)
	pad := strings.Repeat(" ", max(0, labelWidth-utf8.RuneCountInString(label)))
	for i, text := range lines {
		head := margin + p.paint(labelStyle, label) + pad
		if i > 0 {
			head = margin + strings.Repeat(" ", labelWidth)
		}
		p.line(head + p.paint(s, text))
	}
}

// wrap breaks prose at spaces so that no line is longer than width; a longer word is cut.
func wrap(text string, width int) []string {
	var lines []string
	var current strings.Builder
	used := 0
	for _, w := range strings.Fields(text) {
		for _, piece := range cut(w, width) {
			n := utf8.RuneCountInString(piece)
			if used > 0 && used+1+n > width {
				lines = append(lines, current.String())
				current.Reset()
				used = 0
			}
			if used > 0 {
				current.WriteByte(' ')
				used++
			}
			current.WriteString(piece)
			used += n
		}
	}
	if used > 0 {
		lines = append(lines, current.String())
	}
	return lines
}

// wrapParts joins parts with a middle dot and breaks only between parts where it can.
func wrapParts(parts []string, width int) []string {
	var lines []string
	for _, part := range parts {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+3+utf8.RuneCountInString(part) <= width {
			lines[last] += " · " + part
			continue
		}
		lines = append(lines, wrap(part, width)...)
	}
	return lines
}

// cut slices a line that must keep its spaces into pieces of at most width characters.
func cut(line string, width int) []string {
	var pieces []string
	for utf8.RuneCountInString(line) > width {
		end := 0
		for range width {
			_, size := utf8.DecodeRuneInString(line[end:])
			end += size
		}
		pieces = append(pieces, line[:end])
		line = line[end:]
	}
	return append(pieces, line)
}

// wrapCommand breaks a shell command before its options and arguments, with a
// backslash at each line's end, so that it can be pasted as it stands. What is too
// long by itself stays whole.
func wrapCommand(command string, width int) []string {
	var lines []string
	current := ""
	arguments := shellArguments(command)
	for i, argument := range arguments {
		room := width - len(` \`)
		if i == len(arguments)-1 {
			room = width
		}
		switch {
		case current == "":
			current = argument
		case utf8.RuneCountInString(current)+1+utf8.RuneCountInString(argument) > room:
			lines = append(lines, current+` \`)
			current = "  " + argument
		default:
			current += " " + argument
		}
	}
	if current == "" {
		return lines
	}
	return append(lines, current)
}

// shellArguments are the command's words, an option with its value as one.
func shellArguments(command string) []string {
	var list []string
	option := false
	for _, w := range shellWords(command) {
		dashed := strings.HasPrefix(w, "-")
		if option && !dashed {
			list[len(list)-1] += " " + w
		} else {
			list = append(list, w)
		}
		option = dashed && !strings.Contains(w, "=")
	}
	return list
}

// shellWords splits a POSIX shell command at unquoted spaces and keeps the quotes.
func shellWords(command string) []string {
	var quote rune
	escaped := false
	return strings.FieldsFunc(command, func(r rune) bool {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		default:
			return r == ' ' && quote == 0
		}
		return false
	})
}
