package receiver

import (
	"net/http"
	"sync"
	"time"
)

// restartFlaw acknowledges what it has in memory only.
func restartFlaw() Flaw {
	return Flaw{
		Name: "loses-on-restart", Summary: "loses what it acknowledged when it is restarted",
		Themes: []string{"recovery"},
		Apply: func(s *Steps) {
			s.Restart = func(kept Store) {
				if m, ok := kept.(*Memory); ok {
					m.Clear()
				}
			}
		},
	}
}

const (
	// queueLength is how many events the queue of [backlogFlaw] takes, queueWorked how long it must be left alone to be empty again.
	queueLength = 32
	queueWorked = 500 * time.Millisecond
)

// backlogFlaw has a queue that nobody empties while events come in.
func backlogFlaw() Flaw {
	return Flaw{
		Name: "stops-under-backlog", Summary: "answers 503 when too many new events come in a row, as after an outage",
		Themes: []string{"recovery"},
		Apply: func(s *Steps) {
			var mu sync.Mutex
			var queued int
			var last time.Time
			next := s.Store
			s.Store = func(x *Exchange) *Answer {
				mu.Lock()
				if queued++; x.Arrived.Sub(last) > queueWorked {
					queued = 1
				}
				last = x.Arrived
				full := queued > queueLength
				mu.Unlock()
				if full {
					return statusOf(http.StatusServiceUnavailable)
				}
				answer := next(x)
				if !x.Stored {
					mu.Lock()
					queued = 0
					mu.Unlock()
				}
				return answer
			}
		},
	}
}
