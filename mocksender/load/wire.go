package load

import (
	"net"
	"os"
	"time"
)

// wire is a connection as a [rawLink] uses it.
type wire interface {
	// send takes a request, which it may keep and write with the next read.
	send(message []byte) error
	// read reads at least one byte. A receiver may answer and close before it has read the request: what it said is read all
	// the same.
	read(into []byte) (int, error)
	// until bounds what follows. The zero time: nothing does.
	until(at time.Time)
	// gone tells that the receiver has closed the connection, or sent something that nobody asked for.
	gone() bool
	close()
}

// place is where a link waits for the network.
type place interface {
	// wire makes conn, which was just dialled, a wire to be waited for here. It closes conn if it cannot.
	wire(conn net.Conn) (wire, error)
	// apart calls f, which may wait for something else, and returns when f has returned.
	apart(f func())
}

// goroutine is the place of a link that has a goroutine of its own.
type goroutine struct{}

func (goroutine) wire(conn net.Conn) (wire, error) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		if w := newTCPWire(tcp); w != nil {
			return w, nil
		}
	}
	return &anyWire{conn: conn}, nil
}

func (goroutine) apart(f func()) { f() }

// anyWire is a connection of any kind, such as one that is encrypted.
type anyWire struct {
	conn   net.Conn
	broken error // of the last request
}

func (w *anyWire) send(message []byte) error {
	_, w.broken = w.conn.Write(message)
	if w.broken != nil && os.IsTimeout(w.broken) {
		return w.broken
	}
	return nil
}

func (w *anyWire) read(into []byte) (int, error) {
	n, err := w.conn.Read(into)
	if n == 0 && w.broken != nil {
		return 0, w.broken
	}
	return n, err
}

func (w *anyWire) until(at time.Time) { _ = w.conn.SetDeadline(at) } // a closed connection says so at its next use

func (w *anyWire) gone() bool { return false }

func (w *anyWire) close() { _ = w.conn.Close() } // whatever comes of it, the connection is of no more use
