package fault

import (
	"bytes"
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// conn is a connection with faults. Writes are held back until a request is whole, and
// are carried out then by [conn.carry]; replies come in through a goroutine of their
// own, so that a receiver that closes is noticed while nothing is asked of it.
type conn struct {
	net.Conn // to the receiver
	line     *Line
	dial     func(context.Context) (net.Conn, error) // another one, to the same receiver
	ctx      context.Context                         // ends with the connection
	cancel   context.CancelFunc

	// Of the sender's side, one call at a time.
	delivery string
	attempt  int
	pending  []byte
	used     bool // an exchange was begun on it
	refuses  bool // it takes no further exchange

	incoming chan arrival
	// Of the reader.
	ready   []byte // for Read
	end     error  // of incoming
	swallow bytes.Buffer

	mu    sync.Mutex
	now   *exchange
	heard chan struct{} // closed by the first bytes of a reply
	began []byte        // those bytes
	last  time.Time     // of the last reply's bytes
	cut   chan struct{} // closed when the connection was reset by a fault
}

// arrival is what came from the receiver, or the end.
type arrival struct {
	data []byte
	err  error
}

func newConn(ctx context.Context, l *Line, raw net.Conn, dial func(context.Context) (net.Conn, error)) *conn {
	c := &conn{Conn: raw, line: l, dial: dial, attempt: 1, incoming: make(chan arrival), cut: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(ctx)
	go c.pump() // ends when the connection does
	return c
}

// Close closes the connection and ends every wait.
func (c *conn) Close() error {
	c.cancel()
	return c.Conn.Close()
}

// Carry implements [mocksender.Carrier].
func (c *conn) Carry(delivery string, attempt int) {
	c.delivery, c.attempt = delivery, attempt
	c.refuses = c.refuses || c.used && c.line.fresh()
}

// Write takes a part of a request.
func (c *conn) Write(b []byte) (int, error) {
	if c.refuses {
		return 0, net.ErrClosed // nothing was written, so the sender takes another connection
	}
	c.pending = append(c.pending, b...)
	x, err := takeExchange(&c.pending)
	if err != nil || x == nil {
		return len(b), err
	}
	c.line.spoil(x, c.delivery, c.attempt)
	err = c.carry(x)
	c.used = true
	return len(b), err
}

// pump reads what the receiver sends.
func (c *conn) pump() {
	for {
		buffer := make([]byte, 16<<10)
		n, err := c.Conn.Read(buffer)
		if n > 0 && !c.pass(arrival{data: buffer[:n]}) || err != nil && (!c.pass(arrival{err: err}) || true) {
			return
		}
	}
}

// pass hands something to the reader, unless the connection ends first.
func (c *conn) pass(a arrival) bool {
	select {
	case c.incoming <- a:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// Read returns what the faults let through.
func (c *conn) Read(b []byte) (int, error) {
	for len(c.ready) == 0 {
		if c.end != nil {
			return 0, c.end
		}
		select {
		case a := <-c.incoming:
			c.receive(a)
		case <-c.cut:
			return 0, c.resetError()
		case <-c.ctx.Done():
			return 0, net.ErrClosed
		}
	}
	n := copy(b, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}

// receive does to what arrived what the exchange's faults say.
func (c *conn) receive(a arrival) {
	x := c.note(a)
	switch {
	case x != nil && x.loss != kept:
		c.lose(x, a)
	case a.err != nil:
		c.end = a.err
	default:
		if x != nil {
			sleep(c.ctx, x.replyHold+spent(len(a.data), x.rate))
			x.replyHold = 0
		}
		c.ready = a.data
	}
}

// note tells the sender's side that a reply begins, and returns the exchange that it is for.
func (c *conn) note(a arrival) *exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = time.Now()
	if c.heard != nil {
		c.began = a.data
		close(c.heard)
		c.heard = nil
	}
	return c.now
}

// begin makes x the exchange that replies are for.
func (c *conn) begin(x *exchange) (heard <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.heard, c.began = x, make(chan struct{}), nil
	return c.heard
}

// breakOff resets the connection: the receiver gets a RST, and so does the sender.
func (c *conn) breakOff() {
	if tcp := plain(c.Conn); tcp != nil {
		_ = tcp.SetLinger(0) // without it, closing would be a FIN
		_ = tcp.Close()
	} else {
		_ = c.Conn.Close()
	}
	close(c.cut)
}

// resetError is what the system says of a connection that was reset.
func (c *conn) resetError() error {
	return &net.OpError{
		Op: "read", Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(),
		Err: os.NewSyscallError("read", syscall.ECONNRESET),
	}
}

// plain returns the TCP connection below conn, nil if there is none.
func plain(conn net.Conn) *net.TCPConn {
	if under, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = under.NetConn()
	}
	tcp, _ := conn.(*net.TCPConn)
	return tcp
}

// sleep waits, or until ctx ends; false then.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// spent is the time that n bytes take at a rate in bytes per second, 0 without one.
func spent(n, rate int) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(n) * time.Second / time.Duration(rate)
}
