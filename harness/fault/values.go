package fault

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// values are the parameters of one fault. Its methods read one each, and collect what is wrong.
type values struct {
	kind     string
	texts    map[string]string
	problems []error
}

// readValues takes the parameters that were written over the defaults.
func readValues(k *Kind, words []string) (*values, error) {
	v := &values{kind: k.Name, texts: map[string]string{}}
	var names []string
	for _, p := range k.Params {
		v.texts[p.Name] = p.Default
		names = append(names, p.Name)
	}
	var given []string
	for _, word := range words {
		name, value, ok := strings.Cut(strings.TrimSpace(word), "=")
		switch {
		case !ok || value == "":
			v.fail("%q: want parameter=value", word)
		case !slices.Contains(names, name) && len(names) == 0:
			v.fail("unknown parameter %q: it has none", name)
		case !slices.Contains(names, name):
			v.fail("unknown parameter %q%s: want %s", name, contract.DidYouMean(name, names), strings.Join(names, ", "))
		case slices.Contains(given, name):
			v.fail("%s: given twice", name)
		default:
			v.texts[name] = value
			given = append(given, name)
		}
	}
	return v, errors.Join(v.problems...)
}

func (v *values) fail(format string, args ...any) {
	v.problems = append(v.problems, fmt.Errorf("fault "+v.kind+": "+format, args...))
}

func (v *values) has(name string) bool { return v.texts[name] != "" }

func (v *values) duration(name string) time.Duration {
	d, err := time.ParseDuration(v.texts[name])
	if err != nil || d < 0 {
		v.fail("%s=%s: want a duration, such as 200ms or 2s", name, v.texts[name])
	}
	return d
}

func (v *values) word(name string, words ...string) string {
	text := v.texts[name]
	if !slices.Contains(words, text) {
		v.fail("%s=%s: want %s%s", name, text, strings.Join(words, ", "), contract.DidYouMean(text, words))
	}
	return text
}

func (v *values) count(name string, least int) int {
	n, err := strconv.Atoi(v.texts[name])
	if err != nil || n < least || n > maxCount {
		v.fail("%s=%s: want a number from %d to %d", name, v.texts[name], least, maxCount)
		return least
	}
	return n
}

// maxCount keeps a slip of the finger from flooding a receiver.
const maxCount = 1000

// rate reads bytes per second: 500, 64k, 2M.
func (v *values) rate(name string) int {
	text, factor := strings.TrimSuffix(v.texts[name], "/s"), 1
	switch {
	case strings.HasSuffix(text, "k"):
		text, factor = text[:len(text)-1], 1000
	case strings.HasSuffix(text, "M"):
		text, factor = text[:len(text)-1], 1000_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		v.fail("%s=%s: want bytes per second, such as 500, 64k or 2M", name, v.texts[name])
		return 1
	}
	return n * factor
}

// share reads a number from least to 1.
func (v *values) share(name string, least float64) float64 {
	f, err := strconv.ParseFloat(v.texts[name], 64)
	if err != nil || !(f >= least && f <= 1) {
		v.fail("%s=%s: want a number from %g to 1", name, v.texts[name], least)
	}
	return f
}

// span is a range of attempts; to is 0 when it has no end.
type span struct{ from, to int }

const everyAttempt = "all"

// attempts reads 1, 1-3, 2- or all.
func (v *values) attempts(name string) span {
	text := v.texts[name]
	if text == everyAttempt {
		return span{1, 0}
	}
	first, last, ranged := strings.Cut(text, "-")
	from, err := strconv.Atoi(first)
	to := from
	if ranged && last == "" {
		to = 0
	} else if ranged && err == nil {
		to, err = strconv.Atoi(last)
	}
	if err != nil || from < 1 || to != 0 && to < from {
		v.fail("%s=%s: want 1, 1-3, 2- or all", name, text)
	}
	return span{from, to}
}

func (s span) holds(attempt int) bool { return attempt >= s.from && (s.to == 0 || attempt <= s.to) }
