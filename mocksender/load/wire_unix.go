//go:build unix

package load

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// fastConn writes a request and waits for the reply in one step: a plain Read tries to read first, and right
// after a request there is never anything yet.
type fastConn struct {
	conn net.Conn
	raw  syscall.RawConn
	step func(fd uintptr) bool // f.once, made once
	out  []byte                // what is still to be written
	into []byte
	n    int
	err  error
	full bool // the network took a part, the rest has to wait
}

// newFastConn returns nil for connections that are not plain TCP.
func newFastConn(conn net.Conn) *fastConn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	f := &fastConn{conn: conn, raw: raw}
	f.step = f.once
	return f
}

// read writes what is to be written, and then reads at least one byte.
func (f *fastConn) read(into []byte) (int, error) {
	f.into, f.n, f.err, f.full = into, 0, nil, false
	if err := f.raw.Read(f.step); err != nil {
		return 0, err
	}
	if f.full {
		if err := f.rest(); err != nil {
			return 0, err
		}
		return f.read(into)
	}
	if f.err != nil {
		return 0, os.NewSyscallError("exchange", f.err)
	}
	if f.n == 0 {
		return 0, io.EOF
	}
	return f.n, nil
}

// once is tried until it returns true, whenever the connection can be read.
func (f *fastConn) once(fd uintptr) bool {
	if len(f.out) > 0 {
		n, err := retried(func() (int, error) { return syscall.Write(int(fd), f.out) })
		switch {
		case errors.Is(err, syscall.EAGAIN) || err == nil && n < len(f.out):
			f.out = f.out[max(n, 0):]
			f.full = true
			return true
		case err == nil:
			f.out = nil
			return false
		}
		f.out = nil // it broke; what the receiver said before is still read
	}
	n, err := retried(func() (int, error) { return syscall.Read(int(fd), f.into) })
	if errors.Is(err, syscall.EAGAIN) {
		return false
	}
	f.n, f.err = n, err
	return true
}

// rest writes what did not fit into the network's buffers. When it breaks, what the receiver said before is still read.
func (f *fastConn) rest() error {
	_, err := f.conn.Write(f.out)
	f.out = nil
	if err != nil && os.IsTimeout(err) {
		return err
	}
	return nil
}

// gone tells that the receiver has closed the connection, or sent something that nobody asked for.
func (f *fastConn) gone() bool {
	if f == nil {
		return false
	}
	gone := false
	err := f.raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return gone || err != nil
}

func retried(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
