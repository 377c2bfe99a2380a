package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/mocksender/load"
)

// searched is what a search found, as JSON.
type searched struct {
	Max   load.Rate  `json:"max"` // 0: no rate holds
	Tries []load.Try `json:"tries"`
}

// search finds the highest rate that holds the thresholds.
func (l *loading) search(ctx context.Context) error {
	from, err := load.ParseRate(l.flags.rate)
	if err != nil {
		return usage(err)
	}
	s := load.Search{From: from, Run: l.try}
	found, tries, err := s.Find(ctx)
	none := errors.Is(err, load.ErrNoRate)
	if err != nil && !none && ctx.Err() == nil {
		return err
	}
	if err := l.showSearch(searched{found, tries}, ctx.Err() != nil); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		return ended(exitInterrupted)
	case none:
		return ended(exitThreshold)
	}
	return nil
}

// try makes one run at a rate.
func (l *loading) try(ctx context.Context, r load.Rate) (held bool, why string, err error) {
	l.trying = r
	c := l.config
	c.Arrivals = l.arrivalsOf(load.Constant(r, l.flags.duration))
	result, err := l.measure(ctx, c)
	if err != nil {
		return false, "", err
	}
	var missed []string
	for _, j := range l.judge(result) {
		if !j.Held {
			missed = append(missed, j.Threshold+" is "+j.Got)
		}
	}
	for _, trouble := range []string{result.Limited(), result.Unreached()} {
		if trouble != "" {
			missed = append(missed, trouble)
		}
	}
	why = strings.Join(missed, ", ")
	l.say("%s: %s (p99 %s, %.1f/s reached)", r, first(why, "held"), load.Milliseconds(result.Latency.P99), float64(result.Rate()))
	return len(missed) == 0, why, nil
}

// barLength is that of the longest bar of the picture.
const barLength = 40

// showSearch prints the answer, and each rate that was tried with a bar.
func (l *loading) showSearch(s searched, interrupted bool) error {
	if l.json() {
		return l.encode(s)
	}
	switch {
	case interrupted:
		l.print("%s\n", l.paint(yellow, "interrupted: the search has not ended"))
	case s.Max == 0:
		l.print("%s\n", l.paint(red, "NO RATE HOLDS the thresholds"))
	default:
		l.print("%s\n", l.paint(green, fmt.Sprintf("MAX %s holds the thresholds", s.Max)))
	}
	highest := load.Rate(1)
	for _, t := range s.Tries {
		highest = max(highest, t.Rate)
	}
	for _, t := range s.Tries {
		text, color := "held", green
		switch {
		case !t.Held:
			text, color = t.Why, red
		case t.Confirms:
			text = "held again"
		}
		bar := strings.Repeat("█", max(1, int(barLength*t.Rate/highest)))
		l.print("%10s  %s%s  %s\n", t.Rate, l.paint(color, bar), strings.Repeat(" ", barLength-len([]rune(bar))), text)
	}
	l.print("\nrepeat it: %s\n", l.repeated)
	return nil
}
