package load

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Stage is a part of a [Shape] in which the rate goes in a straight line.
type Stage struct {
	// From and To are the rates at its beginning and end; equal ones hold the rate.
	From, To Rate
	// For is how long it lasts.
	For time.Duration
}

// count is how many events the stage has.
func (s Stage) count() float64 { return float64(s.From+s.To) / 2 * s.For.Seconds() }

// after is the time at which x events of the stage have come, the inverse of From·t + (To-From)·t²/(2·For).
// This form of the root loses no digits where From and To are almost equal.
func (s Stage) after(x float64) time.Duration {
	if x <= 0 {
		return 0
	}
	from, slope := float64(s.From), float64(s.To-s.From)/s.For.Seconds()
	root := math.Sqrt(max(0, from*from+2*slope*x))
	return min(s.For, time.Duration(2*x/(from+root)*float64(time.Second)))
}

// Shape is the rate of a run over its time: stages one after the other.
type Shape []Stage

// Constant is one rate.
func Constant(r Rate, d time.Duration) Shape { return Shape{{r, r, d}} }

// ParseRamp reads rates of which each is reached from the one before, all stages being equally long in d:
// "0/s..2000/s", or "0/s..500/s..500/s..0/s".
func ParseRamp(text string, d time.Duration) (Shape, error) {
	words := strings.Split(text, "..")
	if len(words) < 2 {
		return nil, fmt.Errorf("ramp %q: want two rates or more, such as 0/s..2000/s", text)
	}
	rates, err := parseRates(words)
	if err != nil {
		return nil, fmt.Errorf("ramp: %w", err)
	}
	var shape Shape
	for i := range rates[1:] {
		shape = append(shape, Stage{rates[i], rates[i+1], d / time.Duration(len(rates)-1)})
	}
	return shape, shape.check()
}

// ParseSteps reads rates that are held one after the other, equally long in d: "100/s,200/s,400/s".
func ParseSteps(text string, d time.Duration) (Shape, error) {
	rates, err := parseRates(strings.Split(text, ","))
	if err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	var shape Shape
	for _, r := range rates {
		shape = append(shape, Stage{r, r, d / time.Duration(len(rates))})
	}
	return shape, shape.check()
}

func parseRates(words []string) ([]Rate, error) {
	rates := make([]Rate, len(words))
	problems := make([]error, len(words))
	for i, word := range words {
		rates[i], problems[i] = ParseRate(word)
	}
	return rates, errors.Join(problems...)
}

// check reports stages that no time passes in, and shapes without an event.
func (s Shape) check() error {
	for _, stage := range s {
		if stage.For <= 0 || stage.From < 0 || stage.To < 0 {
			return fmt.Errorf("stage %s to %s for %s: want a time above 0 and no negative rate", stage.From, stage.To, stage.For)
		}
	}
	if s.Count() == 0 {
		return errors.New("no event is due in the whole run: want a higher rate or a longer time")
	}
	return nil
}

// Duration is how long the shape lasts.
func (s Shape) Duration() (d time.Duration) {
	for _, stage := range s {
		d += stage.For
	}
	return d
}

// exact is how many events are due in the whole shape, with a fraction.
func (s Shape) exact() (n float64) {
	for _, stage := range s {
		n += stage.count()
	}
	return n
}

// almost absorbs what floating point adds to a whole number of events.
const almost = 1e-6

// Count is how many evenly spaced events are due.
func (s Shape) Count() uint64 { return uint64(math.Ceil(s.exact() - almost)) }

// Max is the highest rate.
func (s Shape) Max() (r Rate) {
	for _, stage := range s {
		r = max(r, stage.From, stage.To)
	}
	return r
}

// Mean is the rate on average, 0 for an empty shape.
func (s Shape) Mean() Rate {
	if d := s.Duration(); d > 0 {
		return Rate(s.exact() / d.Seconds())
	}
	return 0
}

// String says the shape in words: "500/s for 1m0s, then to 1000/s in 10s".
func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, stage := range s {
		switch {
		case stage.From == stage.To:
			parts[i] = fmt.Sprintf("%s for %s", stage.From, stage.For)
		case i > 0 && s[i-1].To == stage.From:
			parts[i] = fmt.Sprintf("to %s in %s", stage.To, stage.For)
		default:
			parts[i] = fmt.Sprintf("%s to %s in %s", stage.From, stage.To, stage.For)
		}
	}
	return strings.Join(parts, ", then ")
}

// cursor walks a shape. It only goes forward.
type cursor struct {
	whole  time.Duration
	rest   Shape
	before float64       // events of the stages that are over
	passed time.Duration // and their time
}

func walk(s Shape) cursor { return cursor{whole: s.Duration(), rest: s} }

// lasts is how long the whole shape does.
func (c *cursor) lasts() time.Duration { return c.whole }

// at is when x events have come, false beyond the end. x must not shrink.
func (c *cursor) at(x float64) (time.Duration, bool) {
	for len(c.rest) > 0 {
		stage := c.rest[0]
		if n := stage.count(); x-c.before >= n-almost {
			c.before, c.passed, c.rest = c.before+n, c.passed+stage.For, c.rest[1:]
			continue
		}
		return c.passed + stage.after(x-c.before), true
	}
	return 0, false
}
