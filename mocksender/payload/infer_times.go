package payload

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// The words by which a time lies before the event, after its creation, or behind the event.
var (
	createdWords = []string{"created", "create", "creation", "registered", "signup", "opened", "started", "start", "since", "begin", "joined"}
	changedWords = []string{"updated", "modified", "changed", "update", "edited"}
	dueWords     = []string{"expires", "expiry", "expiration", "due", "next", "until", "end", "ends", "renews", "valid"}
	soonWords    = []string{"estimated", "expected", "scheduled", "eta", "planned", "promised"}
	birthWords   = []string{"birth", "birthday", "birthdate", "dob", "born"}
	// stages are what happens to an order, a parcel or a ticket, in this order.
	stages = [][]string{
		{"placed", "ordered", "submitted", "requested"}, {"authorized", "confirmed", "approved", "accepted"}, {"captured", "paid", "charged"},
		{"processed", "packed", "fulfilled", "assigned"}, {"shipped", "dispatched"}, {"delivered"}, {"resolved", "solved", "completed", "finished"}, {"closed"},
	}
)

// tellsTime tells whether a name is that of a moment where its type does not say so: created_at, timestamp, period_end.
func tellsTime(name string) bool {
	words := nameWords(name)
	if n := len(words); n > 1 && unixScale(name) > 1 {
		words = words[:n-1]
	}
	if len(words) == 0 {
		return false
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch last {
	case "timestamp", "datetime", "created", "updated", "modified", "expires", "expiry", "iat", "nbf", "epoch":
		return true
	case "at", "date", "ts":
		return before != "" || last != "at"
	case "start", "end":
		return slices.Contains([]string{"period", "trial", "term", "cycle", "contract"}, before)
	case "time", "on":
		return slices.Contains(slices.Concat(createdWords, changedWords, dueWords, []string{"event"}), before)
	case "login", "seen":
		return before == "last"
	}
	return words[0] == "date" && len(words) > 1
}

// unixScale is how many units a time of this name has to the second, as a number.
func unixScale(name string) int {
	if words := nameWords(name); len(words) > 0 && slices.Contains([]string{"ms", "millis", "milliseconds"}, words[len(words)-1]) {
		return 1000
	}
	return 1
}

func namedBy(n *node, list []string) bool {
	return slices.ContainsFunc(timeWords(n), func(w string) bool { return slices.Contains(list, w) })
}

// timeWords are those of the name, or of the object around where the name says only what every time is: start.dateTime.
func timeWords(n *node) []string {
	words := nameWords(n.name)
	plain := []string{"date", "time", "datetime", "timestamp", "at"}
	if n.parent != nil && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(plain, w) }) {
		return append(words, nameWords(n.parent.name)...)
	}
	return words
}

// freeTimes are the members whose times nothing else decides. A day of birth has nothing to do with the event.
func (n *node) freeTimes() []*node {
	var free []*node
	for _, c := range n.children {
		if c.isFree() && !namedBy(c, birthWords) && (c.is("string") && (c.schema.Format == "date-time" || c.schema.Format == "date") ||
			(c.is("integer") && c.schema.Format != "int32" || c.is("string") && c.schema.Format == "") && tellsTime(c.name)) {
			free = append(free, c)
		}
	}
	return free
}

// timesOf are the times of one object while they are tied to each other.
type timesOf struct {
	free    []*node
	created map[bool]*node // by whether they are days: a day cannot be compared with a moment
	staged  bool           // something happened to the thing with the event
}

// isDay tells whether a leaf shows a day and no time of it.
func (n *node) isDay() bool {
	words := nameWords(n.name)
	return n.schema.Format == "date" || n.schema.Format == "" && n.is("string") && slices.Contains(words, "date") && words[0] != "date"
}

// inferTimes ties the times of one object to the event: what was created lies
// before it, what was changed between, what is due behind it, a period around it,
// and any other is the event's own.
func inferTimes(n *node) {
	t := &timesOf{free: n.freeTimes(), created: map[bool]*node{}}
	t.periods()
	for _, c := range t.free {
		if c.spec.maker == "" && namedBy(c, createdWords) && !isPlainTime(c) && (n.parent != nil || !isEnvelope(n)) {
			c.annotateTime("ago", texts("1h", "400d"))
			t.created[c.isDay()] = c
		}
	}
	t.inStages()
	for _, c := range t.free {
		if c.spec.maker == "" {
			t.place(c)
		}
	}
}

// place ties a time that is neither a beginning nor part of a period or of what happened in stages.
func (t *timesOf) place(c *node) {
	before := t.created[c.isDay()]
	switch changed := namedBy(c, changedWords) && !t.staged; {
	case changed && before != nil:
		c.annotateTime("between", texts(before.path, "event.time"))
	case changed:
		c.annotateTime("ago", texts("0s", "30d"))
	case namedBy(c, soonWords), isPlainTime(c) && namedBy(c, dueWords):
		c.annotateTime(after("event.time", 1, "day")...)
	case namedBy(c, dueWords):
		c.annotateTime(after("event.time", 30, "day")...)
	default:
		c.annotateTime()
	}
}

// isPlainTime tells that the name says only that it is a time.
func isPlainTime(n *node) bool { return len(timeWords(n)) > len(nameWords(n.name)) }

// periods ties what starts to what ends: a period that is paid for began in the last four weeks and takes a month; any other
// takes a day.
func (t *timesOf) periods() {
	for _, start := range t.free {
		end := t.endOf(start)
		if end == nil || start.isDay() != end.isDay() {
			continue
		}
		if words := nameWords(start.name); slices.Contains(words, "period") || slices.Contains(words, "cycle") || slices.Contains(words, "term") {
			start.annotateTime("ago", texts("1h", "27d"))
			end.annotateTime(after(start.path, 1, "month")...)
			continue
		}
		start.annotateTime(after("event.time", 7, "day")...)
		end.annotateTime(after(start.path, 1, "day")...)
	}
}

// endOf is the member whose name differs from that of a start in this alone.
func (t *timesOf) endOf(start *node) *node {
	ends := map[string]string{"start": "end", "starts": "ends", "begin": "end", "begins": "ends", "from": "until"}
	words := nameWords(start.name)
	for i, w := range words {
		if ends[w] == "" {
			continue
		}
		words[i] = ends[w]
		name := strings.Join(words, " ")
		if at := slices.IndexFunc(t.free, func(c *node) bool { return strings.Join(nameWords(c.name), " ") == name }); at >= 0 {
			return t.free[at]
		}
		words[i] = w
	}
	return nil
}

// inStages puts what happened one after the other in order; the last of it is the event.
func (t *timesOf) inStages() {
	var happened []*node
	for _, stage := range stages {
		for _, c := range t.free {
			if c.spec.maker == "" && !c.isDay() && namedBy(c, stage) && !namedBy(c, soonWords) {
				happened = append(happened, c)
			}
		}
	}
	t.staged = len(happened) > 0
	for i, c := range happened {
		switch {
		case i == len(happened)-1:
			c.annotateTime()
		case i > 0:
			c.annotateTime("between", texts(happened[i-1].path, "event.time"))
		case t.created[false] != nil:
			c.annotateTime("between", texts(t.created[false].path, "event.time"))
		default:
			c.annotateTime("ago", texts("1h", "9d"))
		}
	}
}

// after is a calendar addition for annotateTime.
func after(ref string, count int, unit string) []any {
	return []any{"from", text(ref), "count", &contract.Value{Kind: contract.Number, Text: strconv.Itoa(count)}, "unit", text(unit)}
}

// annotateTime gives a leaf a time: the event's own without an argument.
func (n *node) annotateTime(pairs ...any) {
	n.annotate("time", mapping(pairs...))
	if len(pairs) == 0 {
		n.annotate("time", text("event"))
	}
	if n.isDay() {
		n.spec.layout = string(layoutDate)
	}
}
