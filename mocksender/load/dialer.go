package load

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// dialer makes connections to one receiver, or to the proxy before it. It is safe for concurrent use.
type dialer struct {
	guard   mocksender.Guard
	tls     *tls.Config // nil for http
	host    string
	address string
	connect func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
}

func newDialer(c *Config, target *url.URL) *dialer {
	d := &dialer{guard: c.Guard, host: target.Hostname(), address: addressOf(target), connect: c.Dial}
	if target.Scheme == "https" {
		d.tls = clientTLS(c, d.host)
		d.tls.NextProtos = []string{"http/1.1"}
	}
	if c.Proxy != nil {
		d.host, d.address = c.Proxy.Hostname(), addressOf(c.Proxy)
	}
	return d
}

// addressOf is the host and the port of a URL.
func addressOf(u *url.URL) string {
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme], "80"))
}

// clientTLS is the configuration for https targets, with the client certificate that authentication needs.
func clientTLS(c *Config, host string) *tls.Config {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLS != nil {
		out = c.TLS.Clone()
	}
	for _, e := range c.Events {
		if auth, ok := e.Auth.(mocksender.TLSAuthenticator); ok {
			out = auth.ClientTLS(out)
			break
		}
	}
	if out.ServerName == "" {
		out.ServerName = host
	}
	if out.ClientSessionCache == nil {
		out.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	}
	return out
}

// permit is asked with the address that is about to be used, so that a name cannot change between check and use.
func (d *dialer) permit(address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return &mocksender.ForbiddenError{Host: d.host, Reason: "cannot be checked: " + address + " is no address and port"}
	}
	return d.guard.Permit(d.host, a.Addr())
}

// dial connects, TLS included. handshake tells that an error came after the connection was made.
func (d *dialer) dial(ctx context.Context) (conn net.Conn, handshake bool, err error) {
	conn, err = d.plain(ctx)
	if err != nil || d.tls == nil {
		return conn, false, err
	}
	secure := tls.Client(conn, d.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // the handshake's error is the one that counts
		return nil, true, err
	}
	return secure, false, nil
}

// plain connects below TLS.
func (d *dialer) plain(ctx context.Context) (net.Conn, error) {
	if d.connect == nil {
		n := net.Dialer{KeepAlive: keepAlive, Resolver: d.guard.Resolver,
			Control: func(_, address string, _ syscall.RawConn) error { return d.permit(address) }}
		return n.DialContext(ctx, "tcp", d.address)
	}
	conn, err := d.connect(ctx, "tcp", d.address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		if err := d.permit(tcp.String()); err != nil {
			_ = conn.Close() // it was not used
			return nil, err
		}
	}
	return conn, nil
}

// keepAlive is how often an unused connection is probed.
const keepAlive = 15 * time.Second
