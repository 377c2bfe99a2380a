package load

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/hookrig/hookrig/mocksender"
)

// Failure says why an exchange has no whole reply.
type Failure string

// The failures. All but Local are the receiver's or the network's.
const (
	Resolve        Failure = "resolve"            // the host name has no address
	Refused        Failure = "refused"            // connection refused
	ConnectTimeout Failure = "connect timeout"    // not connected in time
	Connect        Failure = "connect"            // any other failure to connect
	TLS            Failure = "tls"                // handshake or certificate
	Forbidden      Failure = "forbidden"          // an address that hookrig must not send to
	Reset          Failure = "reset"              // the connection broke
	FirstByte      Failure = "first byte timeout" // no byte of a reply in time
	Timeout        Failure = "timeout"            // no whole reply in time
	Protocol       Failure = "protocol"           // the reply is not HTTP
	Cancelled      Failure = "cancelled"          // the run was stopped during the exchange
	Local          Failure = "local"              // this machine has no file descriptor, port or memory left
)

// Failures lists all failures in the order in which they can happen.
func Failures() []Failure {
	return []Failure{Local, Resolve, Forbidden, Refused, ConnectTimeout, Connect, TLS, Reset, FirstByte, Timeout, Protocol, Cancelled}
}

// kind is the failure as a policy knows it.
func (f Failure) kind() mocksender.FailureKind {
	switch f {
	case ConnectTimeout, Local:
		return mocksender.FailureConnect
	case FirstByte:
		return mocksender.FailureTimeout
	}
	return mocksender.FailureKind(f)
}

// connecting tells why there is no connection. handshake tells that there was one, without TLS.
func connecting(err error, handshake bool) Failure {
	if is[*mocksender.ForbiddenError](err) {
		return Forbidden
	}
	for _, errno := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, errno) {
			return Local
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return ConnectTimeout
	case is[*net.DNSError](err):
		return Resolve
	case handshake:
		return TLS
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	}
	return Connect
}

// broken tells why an exchange ended on a connection that was made. begun tells that a byte of the reply was read.
func broken(err error, begun bool) Failure {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.Is(err, context.Canceled):
		return Cancelled
	case is[*replyError](err):
		return Protocol
	case is[tls.RecordHeaderError](err), is[tls.AlertError](err):
		return TLS
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), is[*net.OpError](err), is[syscall.Errno](err),
		errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return Reset
	}
	if begun {
		return Protocol
	}
	return Reset
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
