//go:build !unix

package load

import "net"

// newTCPWire returns nil: a request cannot be written and its reply waited for in one step.
func newTCPWire(*net.TCPConn) wire { return nil }
