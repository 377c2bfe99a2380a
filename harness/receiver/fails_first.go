package receiver

import (
	"fmt"
	"net/http"
	"sync"
)

// FailsFirst has a receiver answer 503 to the first n deliveries of each event and keep nothing of them, so that a sender's
// retries can be watched. It is a change of [Config.Flaw]'s kind; what else the receiver does stays as it is.
func FailsFirst(n int) func(*Steps) {
	return func(s *Steps) {
		var mu sync.Mutex
		seen := map[string]int{}
		next := s.Store
		s.Store = func(x *Exchange) *Answer {
			mu.Lock()
			if seen[x.Effect.Key] <= n {
				seen[x.Effect.Key]++
			}
			times := seen[x.Effect.Key]
			mu.Unlock()
			if times <= n {
				x.Problems = append(x.Problems, fmt.Sprintf("delivery %d of the first %d, which fail", times, n))
				return statusOf(http.StatusServiceUnavailable)
			}
			return next(x)
		}
	}
}
