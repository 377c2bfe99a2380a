package signature

import (
	"strconv"
	"strings"
	"time"
)

// hmacRoom is the memory that one signing takes.
type hmacRoom struct{ before, after, sum []byte }

// AppendLines appends what [HMAC.Authenticate] adds as header lines, each with its CRLF. It allocates nothing once dst has its
// size, for those who send very much.
func (s *HMAC) AppendLines(dst, id []byte, at time.Time, body []byte) []byte {
	r, ok := s.room.Get().(*hmacRoom)
	if !ok {
		r = &hmacRoom{}
	}
	r.before, r.after = fill(r.before[:0], s.before, id, at), fill(r.after[:0], s.after, id, at)
	dst = append(append(dst, s.shape.Header...), ": "...)
	dst = fill(dst, s.shape.Prefix, nil, at)
	for i, mac := range s.macs {
		if i > 0 {
			if s.shape.Separator == "" {
				break
			}
			dst = append(dst, s.shape.Separator...)
		}
		r.sum = mac(r.sum[:0], r.before, body, r.after)
		dst = s.encode(dst, r.sum)
	}
	s.room.Put(r)
	dst = append(dst, "\r\n"...)
	if s.shape.Timestamp != "" {
		dst = append(append(dst, s.shape.Timestamp...), ": "...)
		dst = append(strconv.AppendInt(dst, at.Unix(), 10), "\r\n"...)
	}
	if s.shape.ID != "" {
		dst = append(append(append(append(dst, s.shape.ID...), ": "...), id...), "\r\n"...)
	}
	return dst
}

// fill appends text with the moment and, unless it is nil, the id in their places.
func fill(dst []byte, text string, id []byte, at time.Time) []byte {
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return append(dst, text...)
		}
		dst, text = append(dst, text[:open]...), text[open:]
		switch {
		case strings.HasPrefix(text, atTimestamp):
			dst, text = strconv.AppendInt(dst, at.Unix(), 10), text[len(atTimestamp):]
		case id != nil && strings.HasPrefix(text, atID):
			dst, text = append(dst, id...), text[len(atID):]
		default:
			dst, text = append(dst, '{'), text[1:]
		}
	}
}
