package load

import (
	"context"
	"time"
)

// link is a way to the receiver for one exchange at a time, such as a connection. It is used by one goroutine.
type link interface {
	// exchange sends message, whose last size bytes are the body, and reads the reply. It sends at most once.
	exchange(ctx context.Context, message []byte, size int, limits Limits) exchange
	// close gives up the connection.
	close()
}

// exchange is what became of one request.
type exchange struct {
	reply
	// failure is "" if the reply is whole.
	failure Failure
	// err is the cause of a failure.
	err error
	// dialled is the time that making a connection took, 0 if one was there.
	dialled time.Duration
	// opened tells that a connection was made.
	opened bool
	// written tells that bytes of the request may have left.
	written bool
	// began and ended are when the exchange was asked for and when it was over.
	began, ended time.Time
}
