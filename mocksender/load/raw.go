package load

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// idleLimit is how long an unused connection is trusted. Receivers close theirs after 5 s or more, and a
// request that meets such a close is lost.
const idleLimit = 4 * time.Second

// rawLink is a connection of our own HTTP/1.1 client: one write for a request, one read for most replies.
type rawLink struct {
	dialer *dialer
	place  place
	wire   wire // nil: not connected
	reader replyReader
	used   time.Time // when the last exchange ended
	limits Limits
	begin  time.Time
}

func newRawLink(d *dialer) *rawLink {
	l := &rawLink{dialer: d, place: goroutine{}}
	l.reader.buf = make([]byte, replyBuffer)
	l.reader.fill = l.fill
	return l
}

func (l *rawLink) close() {
	if l.wire != nil {
		l.wire.close()
	}
	l.wire = nil
}

// ready makes sure that there is a connection that the receiver has not closed. It is called before an
// exchange, so that nothing has to be sent twice.
func (l *rawLink) ready(now time.Time) bool {
	if l.wire == nil {
		return false
	}
	const fresh = time.Millisecond
	idle := now.Sub(l.used)
	if idle > idleLimit || idle > fresh && l.wire.gone() {
		l.close()
		return false
	}
	return true
}

func (l *rawLink) open(ctx context.Context, limits Limits) (Failure, error) {
	if limit := cmp.Or(limits.Connect, limits.Total); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	var conn net.Conn
	var handshake bool
	var err error
	l.place.apart(func() { conn, handshake, err = l.dialer.dial(ctx) })
	if err == nil {
		l.wire, err = l.place.wire(conn)
	}
	if err != nil {
		return connecting(err, handshake), err
	}
	l.reader.r, l.reader.w = 0, 0
	return "", nil
}

func (l *rawLink) exchange(ctx context.Context, message []byte, _ int, limits Limits) (x exchange) {
	l.begin, l.limits = time.Now(), limits
	x.began = l.begin
	if !l.ready(l.begin) {
		failure, err := l.open(ctx, limits)
		x.ended = time.Now()
		x.dialled, x.opened = x.ended.Sub(l.begin), err == nil
		if err != nil {
			x.failure, x.err = failure, err
			return x
		}
	}
	x.written = true
	l.deadline(limits.FirstByte, l.begin.Add(x.dialled))
	err := l.wire.send(message)
	if err == nil {
		x.reply, err = l.reader.read()
	}
	l.used = time.Now()
	x.ended = l.used
	if err != nil {
		x.failure, x.err = l.failure(err), err
	}
	if err != nil || x.last || l.reader.buffered() {
		l.close()
	}
	return x
}

// deadline bounds what follows: by the whole exchange's limit, and by one that begins at from, if it is sooner.
func (l *rawLink) deadline(limit time.Duration, from time.Time) {
	at := time.Time{}
	if l.limits.Total > 0 {
		at = l.begin.Add(l.limits.Total)
	}
	if sooner := from.Add(limit); limit > 0 && (at.IsZero() || sooner.Before(at)) {
		at = sooner
	}
	l.wire.until(at)
}

// fill reads what there is, and moves the deadline once the reply has begun.
func (l *rawLink) fill(into []byte) (n int, err error) {
	n, err = l.wire.read(into)
	if n > 0 && !l.reader.begun && l.limits.FirstByte > 0 {
		l.deadline(0, time.Time{})
	}
	return n, err
}

// failure tells the two timeouts apart.
func (l *rawLink) failure(err error) Failure {
	f := broken(err, l.reader.begun)
	whole := l.limits.Total > 0 && time.Since(l.begin) >= l.limits.Total
	if f == Timeout && !l.reader.begun && l.limits.FirstByte > 0 && !whole {
		return FirstByte
	}
	if errors.Is(err, io.ErrNoProgress) {
		return Reset
	}
	return f
}
