package receiver

import (
	"net/http"
	"sync"
	"time"
)

// idleLimit is how long a connection may be idle before [idleFlaw] has forgotten it.
const idleLimit = 3 * time.Second

// idleFlaw lets what it has set up for a connection expire.
func idleFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-idle-connection", Summary: "answers 500 on a connection that was idle for three seconds",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			var mu sync.Mutex
			last := map[string]time.Time{}
			next := s.Method
			s.Method = func(x *Exchange) *Answer {
				mu.Lock()
				at, used := last[x.Request.RemoteAddr]
				last[x.Request.RemoteAddr] = x.Arrived
				mu.Unlock()
				if used && x.Arrived.Sub(at) >= idleLimit {
					return statusOf(http.StatusInternalServerError)
				}
				return next(x)
			}
		},
	}
}
