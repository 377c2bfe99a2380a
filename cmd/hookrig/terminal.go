package main

import (
	"fmt"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// style is an ANSI style.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// print writes to stdout. A reader that went away ends the command by SIGPIPE or
// at the next flush, so the error is of no use here.
func (a *app) print(format string, args ...any) { _, _ = fmt.Fprintf(a.stdout, format, args...) }

func (a *app) paint(s style, text string) string {
	if !a.colored(a.stdout) {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func answerColor(answer mocksender.Answer) style {
	switch answer {
	case mocksender.Acknowledged:
		return green
	case mocksender.Undocumented:
		return yellow
	}
	return red
}

func outcomeColor(o mocksender.Outcome) style {
	switch o {
	case mocksender.Delivered:
		return green
	case mocksender.Exhausted:
		return red
	}
	return yellow
}

func verdictColor(v harness.Verdict) style {
	switch v {
	case harness.Pass:
		return green
	case harness.Fail:
		return red
	}
	return yellow
}

// shortDuration keeps three digits or so.
func shortDuration(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
