package policy

import (
	"strings"
	"time"
)

// Limits are timeouts that replace those of the policy. 0: the policy's own.
type Limits struct {
	Connect, FirstByte, Timeout time.Duration
}

func (l Limits) String() string {
	var parts []string
	for _, p := range []struct {
		name  string
		limit time.Duration
	}{{"connect", l.Connect}, {"first byte", l.FirstByte}, {"whole exchange", l.Timeout}} {
		if p.limit > 0 {
			parts = append(parts, p.name+" "+FormatDuration(p.limit))
		}
	}
	return strings.Join(parts, ", ")
}
