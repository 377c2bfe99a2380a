package fault

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// carry sends one request the way its faults say. It returns when everything is written
// that will be; the error is that of the connection.
func (c *conn) carry(x *exchange) error {
	if !c.wait(x) {
		return net.ErrClosed
	}
	if x.turn != nil {
		leave, ok := x.turn.enter(c.ctx, c.delivery, x.random)
		if !ok {
			return net.ErrClosed
		}
		defer c.whenAnswered(leave)
	}
	heard := c.begin(x)
	if x.instead != nil {
		c.refuses = true
		c.pass(arrival{data: x.instead})
		return nil
	}
	var copies sync.WaitGroup
	for range x.copies {
		if x.together {
			copies.Go(func() { c.copy(x) })
		} else {
			c.copy(x)
		}
	}
	err := c.write(c.Conn, x, heard)
	copies.Wait()
	if err == nil {
		err = c.finish(x)
	}
	return err
}

// wait holds the request back; false when the connection ended meanwhile.
func (c *conn) wait(x *exchange) bool {
	hold := x.hold
	if c.used && x.idle > 0 {
		c.mu.Lock()
		idle := time.Since(c.last)
		c.mu.Unlock()
		hold += max(x.idle-idle, 0)
	}
	return sleep(c.ctx, hold)
}

// whenAnswered calls leave once the reply has begun, or the connection has ended.
func (c *conn) whenAnswered(leave func()) {
	c.mu.Lock()
	heard := c.heard
	c.mu.Unlock()
	if heard == nil {
		leave()
		return
	}
	go func() { // ends with the reply's first byte, or with the connection
		select {
		case <-heard:
		case <-c.cut:
		case <-c.ctx.Done():
		}
		leave()
	}()
}

// write writes head and body. heard is closed when a reply begins; nil waits for none.
func (c *conn) write(to net.Conn, x *exchange, heard <-chan struct{}) error {
	head, body := x.written()
	if x.piece == 0 && x.rate == 0 && x.headRate == 0 && x.bodyRate == 0 && x.expect == 0 {
		_, err := to.Write(append(head, body...)) // in one piece, as the sender does
		return err
	}
	if err := c.paced(to, head, slower(x.rate, x.headRate), x.piece); err != nil {
		return err
	}
	if x.expect > 0 && heard != nil && !c.mayGoOn(x, heard) {
		c.refuses = true // the receiver still waits for the body
		return nil
	}
	return c.paced(to, body, slower(x.rate, x.bodyRate), x.piece)
}

func slower(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// tick is about how often a slow writer writes.
const tick = 50 * time.Millisecond

// paced writes at a rate in bytes per second (0: at once), in pieces of a size (0: any).
func (c *conn) paced(to net.Conn, data []byte, rate, size int) error {
	if size == 0 {
		size = len(data)
	}
	if rate > 0 {
		size = min(size, max(1, int(int64(rate)*int64(tick)/int64(time.Second))))
	}
	for len(data) > 0 {
		part := data[:min(size, len(data))]
		if !sleep(c.ctx, spent(len(part), rate)) {
			return net.ErrClosed
		}
		if _, err := to.Write(part); err != nil {
			return err
		}
		data = data[len(part):]
	}
	return nil
}

// mayGoOn waits for 100 Continue, as long as a client should (RFC 9110, section 10.1.1);
// false when the receiver has answered without wanting the body.
func (c *conn) mayGoOn(x *exchange, heard <-chan struct{}) bool {
	timer := time.NewTimer(x.expect)
	defer timer.Stop()
	select {
	case <-heard:
		c.mu.Lock()
		defer c.mu.Unlock()
		return bytes.HasPrefix(c.began, []byte("HTTP/1.1 1")) || bytes.HasPrefix(c.began, []byte("HTTP/1.0 1"))
	case <-timer.C:
	case <-c.ctx.Done():
	}
	return true
}

// copy sends the request on a connection of its own, and reads its reply. What becomes of it is the receiver's affair.
func (c *conn) copy(x *exchange) {
	to, err := c.dial(c.ctx)
	if err != nil {
		return
	}
	stop := context.AfterFunc(c.ctx, func() { _ = to.Close() })
	defer stop()
	defer func() { _ = to.Close() }()
	if c.write(to, x, nil) == nil {
		_ = readReply(bufio.NewReader(to))
	}
}

// readReply reads one whole reply and forgets it.
func readReply(r *bufio.Reader) error {
	for {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode >= http.StatusOK {
			return err
		}
	}
}

// finish does to the connection what follows the request.
func (c *conn) finish(x *exchange) error {
	c.refuses = c.refuses || x.after != open || x.loss != kept
	switch x.after {
	case open:
	case broken:
		c.breakOff()
	case closed:
		if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
			return half.CloseWrite()
		}
	}
	return nil
}

// maxSwallowed is how much of a lost reply is looked at for its end, in bytes.
const maxSwallowed = 1 << 20

// lose swallows a reply, so that the receiver has said all it has to say, and then resets
// the connection or stays silent.
func (c *conn) lose(x *exchange, a arrival) {
	c.swallow.Write(a.data)
	whole := a.err != nil || c.swallow.Len() > maxSwallowed || readReply(bufio.NewReader(bytes.NewReader(c.swallow.Bytes()))) == nil
	if !whole || x.loss == lostInSilence {
		if a.err != nil {
			<-c.ctx.Done() // silence has no end of its own
		}
		return
	}
	c.end = c.resetError()
}
