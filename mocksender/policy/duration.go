package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var durationForm = regexp.MustCompile(`^(?:\d+(?:\.\d+)?(?:d|h|m|s|ms))+$`)

const day = 24 * time.Hour

// ParseDuration reads durations such as 500ms, 14s, 1h30m and 2d (of 24 hours).
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	if !durationForm.MatchString(text) {
		return 0, fmt.Errorf("%q is not a duration (write 14s, 5m, 2h or 1d)", text)
	}
	var days time.Duration
	if head, rest, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseFloat(head, 64)
		if err != nil || n > 36500 {
			return 0, fmt.Errorf("%q is not a duration (days come first, and not more than 36500)", text)
		}
		days, text = time.Duration(n*float64(day)), rest
	}
	if text == "" {
		return days, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration (write 14s, 5m, 2h or 1d)", text)
	}
	return days + d, nil
}

// FormatDuration writes a duration in the form of [ParseDuration], without zero parts.
func FormatDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
		d = -d
	}
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := d / unit.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit.name)
			d -= n * unit.size
		}
	}
	if d > 0 {
		b.WriteString(d.String())
	}
	return b.String()
}
