package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
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
func (l *loading) try(ctx context.Context, r load.Rate) (load.Try, error) {
	l.trying = r
	c := l.config
	c.Arrivals = l.arrivalsOf(load.Constant(r, l.flags.duration))
	result, err := l.measure(ctx, c)
	if err != nil {
		return load.Try{}, err
	}
	var missed []string
	for _, j := range l.judge(result) {
		if !j.Held {
			missed = append(missed, j.Threshold+" is "+j.Got)
		}
	}
	for _, trouble := range []string{result.Limited(), result.Unreached(), notKeptUp(result)} {
		if trouble != "" {
			missed = append(missed, trouble)
		}
	}
	try := load.Try{Held: len(missed) == 0, Why: strings.Join(missed, ", "), Limited: result.Limited() != "",
		Reached: result.Rate(), P99: result.Latency.P99, Success: result.Success()}
	if ctx.Err() == nil {
		l.say("%s: %s (p99 %s, %.1f/s reached)", r, first(try.Why, "held"), load.Milliseconds(try.P99), float64(try.Reached))
	}
	return try, nil
}

// notKeptUp says that the receiver worked off afterwards what it did not take in time, or "". Such a rate does not hold, whatever is
// asked of the times: they would only be longer in a longer run.
func notKeptUp(r *load.Result) string {
	if !r.Behind() {
		return ""
	}
	return fmt.Sprintf("only %.1f/s answered", float64(r.Rate()))
}

// showSearch prints the answer, then each rate that was tried as a row of a table, and as a bar in the order of rates.
func (l *loading) showSearch(s searched, interrupted bool) error {
	if l.json() {
		return l.encode(s)
	}
	switch {
	case interrupted:
		l.print("%s\n", l.paint(yellow, "interrupted: the search has not ended"))
	case s.Max == 0:
		l.print("%s\n", l.paint(red, "NO RATE HOLDS the thresholds"))
	case s.limited():
		l.print("%s\n", l.paint(yellow, fmt.Sprintf("AT LEAST %s holds the thresholds: hookrig itself cannot send faster here", s.Max)))
	default:
		l.print("%s\n", l.paint(green, fmt.Sprintf("MAX %s holds the thresholds", s.Max)))
	}
	l.print("%s\n", l.paint(dim, fmt.Sprintf("\n%10s  %11s  %9s  %9s", "rate", "reached", "p99", "taken")))
	for _, t := range s.Tries {
		text, color := outcomeOf(&t)
		l.print("%10s  %9.1f/s  %9s  %9s  %s\n", t.Rate, float64(t.Reached), load.Milliseconds(t.P99), load.Percent(t.Success), l.paint(color, text))
	}
	l.print("\n")
	for _, b := range s.bars() {
		block, color := "█", green
		if !b.held {
			block, color = "░", red
		}
		l.print("%10s  %s\n", b.rate, l.paint(color, strings.Repeat(block, b.long)))
	}
	l.print("\nrepeat it: %s\n", l.repeated)
	return nil
}

func outcomeOf(t *load.Try) (text string, color style) {
	switch {
	case !t.Held:
		return t.Why, red
	case t.Confirms:
		return "held again", green
	}
	return "held", green
}

// limited tells that what kept a higher rate from holding was hookrig.
func (s *searched) limited() bool {
	lowest := load.Rate(math.Inf(1))
	var by load.Try
	for _, t := range s.Tries {
		if !t.Held && t.Rate > s.Max && t.Rate < lowest {
			lowest, by = t.Rate, t
		}
	}
	return by.Limited
}

// barLength is that of the longest bar of the picture.
const barLength = 60

// rateBar is a rate in the picture of a search. It held if it held when it was tried last.
type rateBar struct {
	rate load.Rate
	held bool
	long int
}

// bars are the rates of a search, the lowest first, each once.
func (s *searched) bars() []rateBar {
	held, highest := map[load.Rate]bool{}, load.Rate(0)
	for _, t := range s.Tries {
		held[t.Rate] = t.Held
		highest = max(highest, t.Rate)
	}
	var all []rateBar
	for _, r := range slices.Sorted(maps.Keys(held)) {
		all = append(all, rateBar{r, held[r], max(1, int(barLength*r/highest))})
	}
	return all
}
