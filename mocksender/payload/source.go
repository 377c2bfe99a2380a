package payload

import (
	"strconv"
	"time"
)

// source appends one JSON value. It is a pure function of the subject, so that
// two fields that must agree simply share it.
type source interface {
	append(dst []byte, s *Subject) []byte
}

// integer is a source that is also known as a number, for arithmetic.
type integer interface {
	int(s *Subject) int64
}

// moment is a source that is also known as a time, in Unix seconds.
type moment interface {
	unix(s *Subject) int64
}

// appendTextOf appends a source's value as it stands between quotes.
func appendTextOf(dst []byte, from source, s *Subject) []byte {
	start := len(dst)
	dst = from.append(dst, s)
	text := unquote(dst[start:])
	return dst[:start+copy(dst[start:], text)]
}

// bare appends a source's value as it stands between quotes.
type bare struct{ from source }

func (b bare) append(dst []byte, s *Subject) []byte { return appendTextOf(dst, b.from, s) }

// constant is always the same JSON.
type constant struct{ json []byte }

func (c constant) append(dst []byte, _ *Subject) []byte { return append(dst, c.json...) }

// constantInt is a constant that is an integer.
type constantInt struct {
	constant
	value int64
}

func (c constantInt) int(*Subject) int64 { return c.value }

// pooled takes the cell of its table's row.
type pooled struct {
	*column
	table int
}

func (p pooled) append(dst []byte, s *Subject) []byte { return append(dst, p.cell(s.rows[p.table])...) }

// numbered is a pooled column of integers.
type numbered struct{ pooled }

func (n numbered) int(s *Subject) int64 { return n.ints[s.rows[n.table]] }

// sequence counts subjects or events.
type sequence struct {
	start, step int64
	scope       scope
}

func (q sequence) int(s *Subject) int64 { return q.start + q.step*int64(s.counter(q.scope)) } //nolint:gosec // wraps only after 2^63 events
func (q sequence) append(dst []byte, s *Subject) []byte {
	return strconv.AppendInt(dst, q.int(s), 10)
}

// template is text between other sources.
type template struct {
	parts []part
}

// part is literal text, already escaped, and the source behind it, which may be nil.
type part struct {
	text []byte
	from source
}

func (t template) append(dst []byte, s *Subject) []byte {
	return append(t.appendText(append(dst, '"'), s), '"')
}

func (t template) appendText(dst []byte, s *Subject) []byte {
	for i := range t.parts {
		dst = append(dst, t.parts[i].text...)
		if t.parts[i].from != nil {
			dst = appendTextOf(dst, t.parts[i].from, s)
		}
	}
	return dst
}

// formatted prints an integer by a printf verb such as "INV-%06d".
type formatted struct {
	before, after []byte
	width         int
	from          integer
}

func (f formatted) append(dst []byte, s *Subject) []byte {
	dst = append(append(dst, '"'), f.before...)
	n := f.from.int(s)
	for limit, width := int64(10), 2; width <= f.width; limit, width = limit*10, width+1 {
		if n < limit {
			dst = append(dst, '0')
		}
	}
	dst = strconv.AppendInt(dst, n, 10)
	return append(append(dst, f.after...), '"')
}

// either replaces a value by null, by "" or by its quoted form in a share of the events.
type either struct {
	from                source
	null, empty, quoted rate
	key                 uint64
	scope               scope
}

func (e either) append(dst []byte, s *Subject) []byte {
	word := s.word(e.scope, e.key)
	switch {
	case e.null.hits(word):
		return append(dst, "null"...)
	case e.empty.hits(word + 1):
		return append(dst, `""`...)
	case e.quoted.hits(word + 2):
		dst = append(dst, '"')
		return append(appendTextOf(dst, e.from, s), '"')
	}
	return e.from.append(dst, s)
}

// unique puts the counter of its scope into one of the pooled texts.
type unique struct {
	before, after [][]byte
	key           uint64
	scope         scope
}

func (u unique) append(dst []byte, s *Subject) []byte {
	i := below(s.word(u.scope, u.key), uint64(len(u.before)))
	dst = append(append(dst, '"'), u.before[i]...)
	dst = strconv.AppendUint(dst, s.counter(u.scope), 10)
	return append(append(dst, u.after[i]...), '"')
}

// eventID is the event's identity as text.
type eventID struct{}

func (eventID) append(dst []byte, s *Subject) []byte {
	return uuid{key: eventIDKey, scope: perEvent}.append(dst, s)
}

const eventIDKey = 0x65766e7469640001

// eventNumber is the event's place in its run.
type eventNumber struct{}

func (eventNumber) int(s *Subject) int64 { return int64(s.Event) } //nolint:gosec // below 2^63 in practice
func (n eventNumber) append(dst []byte, s *Subject) []byte {
	return strconv.AppendInt(dst, n.int(s), 10)
}

// date appends a moment by its layout.
type date struct {
	moment
	layout layout
}

func (d date) append(dst []byte, s *Subject) []byte {
	dst = append(dst, '"')
	dst = d.layout.append(dst, d.unix(s))
	return append(dst, '"')
}

// instant appends a moment as a number: in Unix seconds, or in milliseconds where there are 1000 to the second.
type instant struct {
	moment
	perSecond int64
}

func (i instant) int(s *Subject) int64 { return i.unix(s) * i.perSecond }
func (i instant) append(dst []byte, s *Subject) []byte {
	return strconv.AppendInt(dst, i.int(s), 10)
}

// now is the payload's clock.
type now struct{ scope scope }

func (n now) unix(s *Subject) int64 { return s.clock[n.scope] }

// ago lies between two distances before the payload's clock, in seconds.
type ago struct {
	low, high int64
	key       uint64
	scope     scope
}

func (a ago) unix(s *Subject) int64 {
	span := uint64(a.high - a.low + 1)                                           //nolint:gosec // high ≥ low is checked when the spec is read
	return s.clock[a.scope] - a.low - int64(below(s.word(a.scope, a.key), span)) //nolint:gosec // below span
}

// between lies between two moments, both included.
type between struct {
	low, high moment
	key       uint64
	scope     scope
}

func (b between) unix(s *Subject) int64 {
	low, high := b.low.unix(s), b.high.unix(s)
	if high <= low {
		return low
	}
	return low + int64(below(s.word(b.scope, b.key), uint64(high-low+1))) //nolint:gosec // high > low
}

// calendar adds a number of units to a moment. The day is clamped to the month's
// last, as billing systems do, and not carried over as time.AddDate does.
type calendar struct {
	from  moment
	count integer
	unit  source
}

func (c calendar) unix(s *Subject) int64 {
	n := int(c.count.int(s))
	t := time.Unix(c.from.unix(s), 0).UTC()
	s.scratch = appendTextOf(s.scratch[:0], c.unit, s)
	switch string(s.scratch) {
	case "week":
		return t.AddDate(0, 0, 7*n).Unix()
	case "month":
		return addMonths(t, n).Unix()
	case "year":
		return addMonths(t, 12*n).Unix()
	}
	return t.AddDate(0, 0, n).Unix()
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
