package receiver

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
)

// maxKept is how many of the last bytes of a connection are kept, to find the head of the present request in, in bytes.
const maxKept = 64 << 10

// spelledListener accepts connections that keep what came last. net/http writes header names in one way, whatever way
// they came in.
type spelledListener struct{ net.Listener }

// Accept implements [net.Listener].
func (l spelledListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &spelledConn{Conn: c}, nil
}

type spelledConn struct {
	net.Conn
	mu   sync.Mutex
	kept []byte
}

// Read keeps what it returns.
func (c *spelledConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, b[:n]...)
	if over := len(c.kept) - maxKept; over > 0 {
		c.kept = append(c.kept[:0], c.kept[over:]...)
	}
	return n, err
}

// CloseWrite ends what is sent and goes on reading, so that a last answer is not lost.
func (c *spelledConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

type connectionKey struct{}

// withConnection is for ConnContext of [net/http.Server].
func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// connection tells connections apart. The peer's address does not: its port comes again on a later connection.
func (x *Exchange) connection() any {
	if c := x.Request.Context().Value(connectionKey{}); c != nil {
		return c
	}
	return x.Request.RemoteAddr
}

// HeaderNames returns the names of the request's header fields as they were written, in order. It returns nil when they
// are not known: [Steps.Spelled] asks for them, and only HTTP/1 on a server of [Serve] tells them.
func (x *Exchange) HeaderNames() []string {
	c, ok := x.Request.Context().Value(connectionKey{}).(*spelledConn)
	if !ok {
		return nil
	}
	line := x.Request.Method + " " + x.Request.RequestURI + " " + x.Request.Proto + "\r\n"
	c.mu.Lock()
	defer c.mu.Unlock()
	begin := bytes.LastIndex(c.kept, []byte(line))
	if begin < 0 {
		return nil
	}
	head, _, _ := bytes.Cut(c.kept[begin+len(line):], []byte("\r\n\r\n"))
	var names []string
	for field := range strings.SplitSeq(string(head), "\r\n") {
		name, _, _ := strings.Cut(field, ":")
		names = append(names, name)
	}
	return names
}
