package payload

import "time"

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
	year, month, day := t.Date()
	if year < 1000 || year > 9999 {
		return t.AppendFormat(dst, string(l))
	}
	var text [len(layoutRFC3339) - len("07:00")]byte
	putTwo(text[0:], year/100)
	putTwo(text[2:], year%100)
	text[4], text[7] = '-', '-'
	putTwo(text[5:], int(month))
	putTwo(text[8:], day)
	if l == layoutDate {
		return append(dst, text[:len(layoutDate)]...)
	}
	seconds := int((unix%86400 + 86400) % 86400)
	putTwo(text[11:], seconds/3600)
	putTwo(text[14:], seconds/60%60)
	putTwo(text[17:], seconds%60)
	text[13], text[16] = ':', ':'
	switch l {
	case layoutSpaced:
		text[10] = ' '
		return append(dst, text[:len(layoutSpaced)]...)
	case layoutRFC3339:
		text[10], text[19] = 'T', 'Z'
		return append(dst, text[:]...)
	}
	return t.AppendFormat(dst, string(l))
}
