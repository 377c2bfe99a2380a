package reports

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// htmlSequence is the picture of a finding's deliveries: a line for each, its attempts in the order in which all were
// sent, the waits between them, and the endpoint's changes of state. It is not to scale.
type htmlSequence struct {
	Width, Height int
	Lanes         []sequenceLane
	Changes       []sequenceChange
	MoreLanes     int
	Says          string // the picture in words
}

type sequenceLane struct {
	Y        int
	Label    string
	Link     htmlLink
	Attempts []sequenceAttempt
	Waits    []sequenceWait
}

type sequenceAttempt struct {
	X, Y        int
	Answer      mocksender.Answer
	Text, Title string
}

type sequenceWait struct {
	X, W, Y int
	Text    string
}

// sequenceChange is a line across all lanes.
type sequenceChange struct {
	X, Height   int
	Text, Title string
	Good        bool
}

const (
	maxHTMLLanes   = 8
	maxHTMLColumns = 24

	sequenceLeft         = 104 // room for the labels
	sequenceTop          = 26  // room for the names of states
	sequenceRow          = 34
	sequenceColumn       = 66
	sequenceChangeColumn = 56
	sequenceBox          = 42
)

// moment is one thing that happened, to be put in order.
type moment struct {
	at      time.Time
	lane    int
	attempt *mocksender.Attempt
	change  *harness.Change
}

// sequence is nil when there is nothing to see: a single attempt says what the reply beside it says.
func (x *htmlIndex) sequence(f *harness.Finding) *htmlSequence {
	var list []int
	for _, id := range f.Deliveries {
		if i, known := x.delivery[id]; known && !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return x.begin(a).Compare(x.begin(b)) })
	s := &htmlSequence{}
	if len(list) > maxHTMLLanes {
		s.MoreLanes = len(list) - maxHTMLLanes
		list = list[:maxHTMLLanes]
	}
	var all []moment
	for lane, i := range list {
		d := x.sent(i)
		for n := range d.Attempts {
			all = append(all, moment{at: d.Attempts[n].Sent, lane: lane, attempt: &d.Attempts[n]})
		}
		s.Lanes = append(s.Lanes, sequenceLane{
			Y: sequenceTop + lane*sequenceRow, Link: htmlLink{N: i + 1, ID: brief(d.ID)}, Label: shorten(brief(lastPart(d.ID)), 14),
		})
	}
	if len(all) < 2 {
		return nil
	}
	for i := range x.run.Changes {
		if c := &x.run.Changes[i]; x.concerns(c, f) {
			all = append(all, moment{at: c.At, change: c})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	s.draw(all)
	return s
}

// lastPart is what tells deliveries of one event apart in their IDs.
func lastPart(id string) string {
	for i := len(id) - 1; i > 0; i-- {
		if id[i] == '/' {
			return id[i+1:]
		}
	}
	return id
}

// concerns tells that a change belongs to an endpoint of the finding's deliveries.
func (x *htmlIndex) concerns(c *harness.Change, f *harness.Finding) bool {
	for i := range x.run.Changes {
		o := &x.run.Changes[i]
		if o.Endpoint == c.Endpoint && o.Delivery != "" && slices.Contains(f.Deliveries, o.Delivery) {
			return true
		}
	}
	return false
}

// draw places the moments in columns. An endpoint's change takes a narrow one.
func (s *htmlSequence) draw(all []moment) {
	bottom := sequenceTop + len(s.Lanes)*sequenceRow
	x, drawn, left := sequenceLeft, 0, 0
	last := map[int]int{} // where a lane's last attempt ended
	for _, m := range all {
		if drawn == maxHTMLColumns {
			left++
			continue
		}
		drawn++
		if m.change != nil {
			s.Changes = append(s.Changes, sequenceChange{X: x + sequenceChangeColumn/2 - 8, Height: bottom, Good: m.change.To == "active",
				Text: brief(string(m.change.To)), Title: brief(changeText(m.change))})
			x += sequenceChangeColumn
			continue
		}
		s.attempt(&m, x, last)
		x += sequenceColumn
	}
	s.Width, s.Height = x, bottom+4
	s.Says = fmt.Sprintf("%s of %s in the order in which they were sent, not to scale.", plural(drawn-len(s.Changes), "attempt"), noun(len(s.Lanes), "delivery"))
	if len(s.Lanes) > 1 {
		s.Says = fmt.Sprintf("%s of %d deliveries in the order in which they were sent, not to scale.", plural(drawn-len(s.Changes), "attempt"), len(s.Lanes))
	}
	if left > 0 {
		s.Says += fmt.Sprintf(" %d later ones are not shown.", left)
	}
	if s.MoreLanes > 0 {
		s.Says += fmt.Sprintf(" %d more deliveries are not shown.", s.MoreLanes)
	}
}

func (s *htmlSequence) attempt(m *moment, x int, last map[int]int) {
	lane := &s.Lanes[m.lane]
	a := m.attempt
	if from, again := last[m.lane]; again {
		w := sequenceWait{X: from, W: x, Y: lane.Y + sequenceRow/2}
		if a.Wait > 0 {
			w.Text = duration(a.Wait)
		}
		lane.Waits = append(lane.Waits, w)
	}
	lane.Attempts = append(lane.Attempts, sequenceAttempt{
		X: x, Y: lane.Y + 6, Answer: a.Acknowledged, Text: attemptLabel(a),
		Title: fmt.Sprintf("attempt %d: %s", a.Number, sentence(exchange(a))),
	})
	last[m.lane] = x + sequenceBox
}

// attemptLabel is a status, or the kind of failure.
func attemptLabel(a *mocksender.Attempt) string {
	if a.Reply != nil {
		return strconv.Itoa(a.Reply.Status)
	}
	if a.Failure != nil {
		return sentence(string(a.Failure.Kind))
	}
	return "–"
}

// changeText says what happened to an endpoint.
func changeText(c *harness.Change) string {
	text := fmt.Sprintf("%s: %s → %s", c.Endpoint, c.From, c.To)
	switch {
	case c.Failures > 0:
		text += fmt.Sprintf(" after %s", plural(c.Failures, "failure"))
	case c.Delivery == "":
		text += fmt.Sprintf(", by a person (%s)", c.Cause)
	}
	if c.Queued > 0 {
		text += fmt.Sprintf(", %d queued", c.Queued)
	}
	return text
}

// The places of texts, for the template, which cannot add.

// Mid is the middle of a lane.
func (l sequenceLane) Mid() int { return l.Y + sequenceRow/2 }

// Text is the base line of a lane's label.
func (l sequenceLane) Text() int { return l.Y + sequenceRow/2 + 4 }

// Mid is the middle of an attempt's box, Base the base line of its text.
func (a sequenceAttempt) Mid() int { return a.X + sequenceBox/2 }

// Base is the base line of an attempt's text.
func (a sequenceAttempt) Base() int { return a.Y + 15 }

// Mid is the middle of a wait.
func (w sequenceWait) Mid() int { return (w.X + w.W) / 2 }

// Above is the base line of a text above a wait.
func (w sequenceWait) Above() int { return w.Y - 4 }
