package payload

import (
	"strconv"
	"time"
)

// layout is a layout of package time. The three that contracts use most are
// printed without it, since Time.AppendFormat costs more than all else in a slot.
type layout string

const (
	layoutRFC3339 layout = time.RFC3339
	layoutSpaced  layout = time.DateTime
	layoutDate    layout = time.DateOnly
)

func (l layout) append(dst []byte, unix int64) []byte {
	t := time.Unix(unix, 0).UTC()
	switch l {
	case layoutRFC3339:
		dst = append(appendDate(dst, t), 'T')
		return append(appendClock(dst, t), 'Z')
	case layoutSpaced:
		dst = append(appendDate(dst, t), ' ')
		return appendClock(dst, t)
	case layoutDate:
		return appendDate(dst, t)
	}
	return t.AppendFormat(dst, string(l))
}

func appendDate(dst []byte, t time.Time) []byte {
	year, month, day := t.Date()
	if year < 1000 || year > 9999 {
		return t.AppendFormat(dst, string(layoutDate))
	}
	dst = strconv.AppendInt(dst, int64(year), 10)
	dst = appendTwo(append(dst, '-'), int(month))
	return appendTwo(append(dst, '-'), day)
}

func appendClock(dst []byte, t time.Time) []byte {
	hour, minute, second := t.Clock()
	dst = appendTwo(dst, hour)
	dst = appendTwo(append(dst, ':'), minute)
	return appendTwo(append(dst, ':'), second)
}

func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
