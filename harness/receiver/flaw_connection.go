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
			last := map[any]time.Time{}
			next := s.Method
			s.Method = func(x *Exchange) *Answer {
				connection := x.connection()
				mu.Lock()
				at, used := last[connection]
				last[connection] = x.Arrived
				mu.Unlock()
				if used && x.Arrived.Sub(at) >= idleLimit {
					return statusOf(http.StatusInternalServerError)
				}
				return next(x)
			}
		},
	}
}

// reusedFlaw sets up for each connection what the second delivery finds used.
func reusedFlaw() Flaw {
	return Flaw{
		Name: "crashes-on-reused-connection", Summary: "answers 500 to every delivery of a connection but the first",
		Themes: []string{"transport"},
		Apply: func(s *Steps) {
			var used sync.Map
			next := s.Method
			s.Method = func(x *Exchange) *Answer {
				if _, again := used.LoadOrStore(x.connection(), true); again {
					return crash()
				}
				return next(x)
			}
		},
	}
}
