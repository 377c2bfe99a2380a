package receiver

import (
	"net/http"
	"sync"
	"time"
)

// idleLimit is how long a connection may be idle before [idleFlaw] has forgotten it.
const idleLimit = 3 * time.Second

// idleFlaw sets a connection up with its first delivery, and lets what it has set up expire.
func idleFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-idle-connection", Summary: "answers 500 to the second delivery of a connection that was idle for three seconds",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			var mu sync.Mutex
			first, again := map[string]time.Time{}, map[string]bool{}
			next := s.Method
			s.Method = func(x *Exchange) *Answer {
				mu.Lock()
				at, used := first[x.Request.RemoteAddr]
				second := used && !again[x.Request.RemoteAddr]
				if again[x.Request.RemoteAddr] = used; !used {
					first[x.Request.RemoteAddr] = x.Arrived
				}
				mu.Unlock()
				if second && x.Arrived.Sub(at) >= idleLimit {
					return statusOf(http.StatusInternalServerError)
				}
				return next(x)
			}
		},
	}
}
