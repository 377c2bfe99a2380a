package receiver

import (
	"strconv"
	"sync/atomic"
	"time"
)

const (
	// raceWindow is between looking for an event and booking it.
	raceWindow = 100 * time.Millisecond
	// lockHeld is how long work takes that should not hold a lock.
	lockHeld = 100 * time.Millisecond
)

// workFor takes time, unless the sender hangs up.
func workFor(x *Exchange, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.Request.Context().Done():
	}
}

// raceFlaw looks whether the event is known, and books it a moment later.
func raceFlaw() Flaw {
	return Flaw{
		Name: "races-on-repeat", Summary: "has two effects of a delivery that comes twice at once",
		Themes: []string{"idempotency"},
		Apply: func(s *Steps) {
			var number atomic.Int64
			s.Store = func(x *Exchange) *Answer {
				known := x.receiver.store.Effects(Filter{Digest: x.Effect.Digest, Event: x.Effect.Event})
				if len(known) > 0 {
					return nil
				}
				workFor(x, raceWindow)
				x.Effect.Key += " booking " + strconv.FormatInt(number.Add(1), 10)
				x.Stored = x.Put()
				return nil
			}
		},
	}
}
