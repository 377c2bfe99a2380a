//go:build unix

package load

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// tcpWire writes a request and waits for the reply in one step: a plain Read tries to read first, and right after a request there
// is never anything yet.
type tcpWire struct {
	anyWire
	raw  syscall.RawConn
	step func(fd uintptr) bool // w.once, made once
	out  []byte                // what is still to be written
	into []byte
	n    int
	err  error
	full bool // the network took a part, the rest has to wait
}

// newTCPWire returns nil for a connection that is closed.
func newTCPWire(conn *net.TCPConn) wire {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil
	}
	w := &tcpWire{anyWire: anyWire{conn: conn}, raw: raw}
	w.step = w.once
	return w
}

func (w *tcpWire) send(message []byte) error {
	w.out = message // the next read writes it
	return nil
}

func (w *tcpWire) read(into []byte) (int, error) {
	w.into, w.n, w.err, w.full = into, 0, nil, false
	if err := w.raw.Read(w.step); err != nil {
		return 0, err
	}
	if w.full {
		rest := w.out
		w.out = nil
		if err := w.anyWire.send(rest); err != nil { // it waits until there is room
			return 0, err
		}
		return w.read(into)
	}
	return got(w.n, w.err)
}

// got is what reading returned, as an [io.Reader] says it.
func got(n int, err error) (int, error) {
	if err != nil {
		return 0, os.NewSyscallError("exchange", err)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// once is tried until it returns true, whenever the connection can be read.
func (w *tcpWire) once(fd uintptr) bool {
	if len(w.out) > 0 {
		n, err := retried(func() (int, error) { return syscall.Write(int(fd), w.out) })
		switch {
		case errors.Is(err, syscall.EAGAIN) || err == nil && n < len(w.out):
			w.out = w.out[max(n, 0):]
			w.full = true
			return true
		case err == nil:
			w.out = nil
			return false
		}
		w.out = nil // it broke; what the receiver said before is still read
	}
	n, err := retried(func() (int, error) { return syscall.Read(int(fd), w.into) })
	if errors.Is(err, syscall.EAGAIN) {
		return false
	}
	w.n, w.err = n, err
	return true
}

func (w *tcpWire) gone() bool {
	said := false
	err := w.raw.Control(func(fd uintptr) { said = speaks(int(fd)) })
	return said || err != nil
}

// speaks tells that a connection has something to be read, its end included.
func speaks(fd int) bool {
	var b [1]byte
	_, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
}

func retried(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
