package reports

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// htmlTimeline is the picture of the whole run, to scale: a lane for each event, a bar for each attempt, a line for
// each wait, and a band for each endpoint that changed its state.
type htmlTimeline struct {
	Width, Height int
	Ticks         []timelineTick
	Bands         []timelineBand
	Lanes         []timelineLane
	Waits         []timelineBar
	Bars          []timelineBar
	Changes       []timelineChange
	Says          string
}

type timelineTick struct {
	X    int
	Text string
}

// timelineBand is an endpoint, with the times at which it was not active.
type timelineBand struct {
	Y     int
	Label string
	Parts []timelinePart
}

type timelinePart struct {
	X, W        int
	Good        bool
	Text, Title string
}

type timelineLane struct {
	Y, H  int
	Label string
}

// timelineBar is an attempt, or the wait before one. D is the number of the delivery on the page.
type timelineBar struct {
	X, Y, W, D int
	Answer     mocksender.Answer
	Title      string
}

// timelineChange is a change of state in words.
type timelineChange struct{ At, Text string }

const (
	timelineLeft   = 190
	timelineWidth  = 1000 // of the lanes, without the labels
	timelineTop    = 24
	timelineRow    = 9
	timelineGap    = 8
	timelineBandH  = 22
	timelineLeast  = 3  // the narrowest bar
	maxLaneRows    = 8  // deliveries that are under way at once lie above each other
	maxHTMLLane    = 60 // events
	maxHTMLChanges = 200
	maxTicks       = 10
	maxHTMLTitles  = 1000 // bars that say what they are when a pointer rests on them
)

// scale maps wall time to the picture.
type scale struct{ from, to time.Time }

func (s scale) x(t time.Time) int {
	span := s.to.Sub(s.from)
	if span <= 0 {
		return timelineLeft
	}
	part := float64(t.Sub(s.from)) / float64(span)
	return timelineLeft + int(max(0, min(1, part))*timelineWidth)
}

// timeline draws the first n deliveries. It is nil when nothing was sent.
func (x *htmlIndex) timeline(n int) *htmlTimeline {
	s := x.span(n)
	if s.from.IsZero() {
		return nil
	}
	t := &htmlTimeline{Width: timelineLeft + timelineWidth + 16}
	y := t.bands(x.run.Changes, s)
	byEvent := map[int][]int{}
	var order []int
	for i := range n {
		e := x.events.of(first(x.run.Deliveries[i].Message.Event.Type, "(no event)"))
		if byEvent[e] == nil {
			order = append(order, e)
		}
		byEvent[e] = append(byEvent[e], i)
	}
	hidden := max(0, len(order)-maxHTMLLane)
	for _, e := range order[:len(order)-hidden] {
		rows := x.lane(t, byEvent[e], s, y)
		t.Lanes = append(t.Lanes, timelineLane{Y: y, H: rows*timelineRow + timelineGap - 2, Label: shorten(x.events.names[e], 40)})
		y += rows*timelineRow + timelineGap
	}
	t.Height = y + 4
	t.ticks(s)
	for i, c := range x.run.Changes {
		if i == maxHTMLChanges {
			t.Changes = append(t.Changes, timelineChange{Text: fmt.Sprintf("and %d more", len(x.run.Changes)-i)})
			break
		}
		t.Changes = append(t.Changes, timelineChange{At: offset(c.At.Sub(s.from)), Text: brief(changeText(&c))})
	}
	t.Says = fmt.Sprintf("%s in %s, by event, to scale.", plural(len(t.Bars), "attempt"), duration(s.to.Sub(s.from)))
	if hidden > 0 {
		t.Says += fmt.Sprintf(" %s more are not drawn.", plural(hidden, "event"))
	}
	return t
}

// span is the time from the first attempt to the end of the last.
func (x *htmlIndex) span(n int) scale {
	var s scale
	for i := range n {
		for k := range x.run.Deliveries[i].Attempts {
			a := &x.run.Deliveries[i].Attempts[k]
			if s.from.IsZero() || a.Sent.Before(s.from) {
				s.from = a.Sent
			}
			if a.Settled.After(s.to) {
				s.to = a.Settled
			}
		}
	}
	return s
}

// bands draws the endpoints that changed their state, and returns where the lanes begin.
func (t *htmlTimeline) bands(changes []harness.Change, s scale) int {
	y := timelineTop
	byName := map[string][]harness.Change{}
	var order []string
	for _, c := range changes {
		if byName[c.Endpoint] == nil {
			order = append(order, c.Endpoint)
		}
		byName[c.Endpoint] = append(byName[c.Endpoint], c)
	}
	for _, name := range order[:min(len(order), maxHTMLLanes)] {
		band := timelineBand{Y: y, Label: shorten(brief("endpoint "+name), 30)}
		for i, c := range byName[name] {
			end := s.to
			if i+1 < len(byName[name]) {
				end = byName[name][i+1].At
			}
			from := s.x(c.At)
			band.Parts = append(band.Parts, timelinePart{X: from, W: max(s.x(end)-from, timelineLeast), Good: c.To == "active",
				Text: brief(string(c.To)), Title: brief(changeText(&c))})
		}
		t.Bands = append(t.Bands, band)
		y += timelineBandH
	}
	return y + timelineGap
}

// lane draws the deliveries of one event, and returns how many rows they took.
func (x *htmlIndex) lane(t *htmlTimeline, deliveries []int, s scale, y int) int {
	var busy []int // where each row is free again
	slices.SortStableFunc(deliveries, func(a, b int) int {
		return cmp.Compare(x.begin(a).UnixNano(), x.begin(b).UnixNano())
	})
	for _, i := range deliveries {
		d := &x.run.Deliveries[i]
		if len(d.Attempts) == 0 {
			continue
		}
		from, to := s.x(d.Attempts[0].Sent), s.x(d.Attempts[len(d.Attempts)-1].Settled)
		row := 0
		for row < len(busy) && busy[row] > from {
			row++
		}
		switch {
		case row == maxLaneRows:
			row = i % maxLaneRows // more than can be told apart: they overlap
		case row == len(busy):
			busy = append(busy, 0)
		}
		busy[row] = max(busy[row], to, from+timelineLeast) + 1
		x.bars(t, i, s, y+3+row*timelineRow)
	}
	return max(1, len(busy))
}

func (x *htmlIndex) begin(i int) time.Time {
	if a := x.run.Deliveries[i].Attempts; len(a) > 0 {
		return a[0].Sent
	}
	return time.Time{}
}

// bars draws one delivery.
func (x *htmlIndex) bars(t *htmlTimeline, i int, s scale, y int) {
	d := x.sent(i)
	end := 0
	for k := range d.Attempts {
		a := &d.Attempts[k]
		from := s.x(a.Sent)
		if k > 0 && from > end {
			t.Waits = append(t.Waits, timelineBar{X: end, Y: y + 3, W: from - end, D: i})
		}
		bar := timelineBar{X: from, Y: y, W: max(s.x(a.Settled)-from, timelineLeast), D: i, Answer: a.Acknowledged}
		if len(t.Bars) < maxHTMLTitles {
			bar.Title = shorten(fmt.Sprintf("%s · attempt %d · %s", sentence(d.Message.Event.Type), a.Number, sentence(exchange(a))), 200)
		}
		t.Bars = append(t.Bars, bar)
		end = from + bar.W
	}
}

// ticks puts about eight round times below the picture.
func (t *htmlTimeline) ticks(s scale) {
	span := s.to.Sub(s.from)
	step := time.Microsecond
	for factors := []time.Duration{2, 5, 10}; span/step > maxTicks; {
		for _, f := range factors {
			if span/(step*f) <= maxTicks || f == 10 {
				step *= f
				break
			}
		}
	}
	for at := time.Duration(0); at <= span; at += step {
		t.Ticks = append(t.Ticks, timelineTick{X: s.x(s.from.Add(at)), Text: duration(at)})
	}
}

// offset is a time since the first attempt.
func offset(d time.Duration) string { return "+" + d.Round(100*time.Microsecond).String() }

// The places of texts, for the template, which cannot add.

// Base is the base line of a band's label.
func (b timelineBand) Base() int { return b.Y + 12 }

// Base is the base line of a lane's label.
func (l timelineLane) Base() int { return l.Y + 11 }

// In is where a part's text begins.
func (p timelinePart) In() int { return p.X + 6 }
