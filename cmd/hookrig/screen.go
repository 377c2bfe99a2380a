package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// span is text in one style, "" for none. Each of its characters takes one column.
type span struct {
	style style
	text  string
}

// row is one line of a screen.
type row []span

// columns is how wide the row is.
func (r row) columns() (n int) {
	for _, s := range r {
		n += utf8.RuneCountInString(s.text)
	}
	return n
}

// cut is the part of the row that fits.
func (r row) cut(columns int) row {
	var out row
	for _, s := range r {
		runes := []rune(s.text)
		if len(runes) > columns {
			runes = runes[:max(0, columns)]
		}
		columns -= len(runes)
		out = append(out, span{s.style, string(runes)})
	}
	return out
}

func (r row) render(color bool) string {
	var b strings.Builder
	for _, s := range r {
		if color && s.style != "" {
			fmt.Fprintf(&b, "\x1b[%sm%s\x1b[0m", string(s.style), s.text)
		} else {
			b.WriteString(s.text)
		}
	}
	return b.String()
}

// screen keeps some rows at the end of what a terminal shows and draws them anew in place. It is for one goroutine at a time.
type screen struct {
	w io.Writer
	// size is what the terminal has now; a number is 0 when it is not known.
	size  func() (columns, lines int)
	color bool
	drawn []int // how wide each row is that stands there
}

// draw puts rows in the place of those that stand there. What is too wide or too much for the terminal is left out.
func (s *screen) draw(rows []row) {
	columns, lines := s.size()
	if columns <= 1 {
		columns = defaultColumns
	}
	if lines > 1 {
		rows = rows[:min(len(rows), lines-1)]
	}
	var b strings.Builder
	b.WriteString(s.up(columns))
	s.drawn = s.drawn[:0]
	for _, r := range rows {
		r = r.cut(columns - 1) // a terminal moves on when its last column is written
		s.drawn = append(s.drawn, r.columns())
		b.WriteString(r.render(s.color) + "\x1b[K\n")
	}
	b.WriteString("\x1b[J")                // of what stood there and was longer, and of ^C
	_, _ = io.WriteString(s.w, b.String()) // nobody is left to tell
}

// defaultColumns is taken for a terminal that does not tell its size.
const defaultColumns = 80

// up moves to where the drawn rows begin. A terminal that became narrower has folded them.
func (s *screen) up(columns int) string {
	n := 0
	for _, wide := range s.drawn {
		n += max(1, (wide+columns-1)/columns)
	}
	if n == 0 {
		return "\r"
	}
	return fmt.Sprintf("\r\x1b[%dA", n)
}

// clear takes the rows away.
func (s *screen) clear() {
	if len(s.drawn) > 0 {
		s.draw(nil)
	}
}
