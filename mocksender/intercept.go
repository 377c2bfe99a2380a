package mocksender

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
)

// Carrier is a connection, made by [Config].Intercept, that wants to know which attempt it carries
// next. Carry is called when the connection has been chosen, before the first byte is written.
type Carrier interface {
	net.Conn
	Carry(delivery string, attempt int)
}

// intercept has t's connections made by the configured interceptor, TLS included.
func (s *Sender) intercept(t *http.Transport) {
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return s.intercepted(ctx, func(ctx context.Context) (net.Conn, error) {
			return s.limited(ctx, network, address)
		})
	}
	t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return s.intercepted(ctx, func(ctx context.Context) (net.Conn, error) {
			conn, err := s.limited(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return handshake(ctx, conn, t.TLSClientConfig, address)
		})
	}
}

func (s *Sender) intercepted(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
	conn, err := s.config.Intercept(ctx, dial)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn}, nil
}

// handshake makes the TLS session of a connection, as net/http does where nobody intercepts.
func handshake(ctx context.Context, conn net.Conn, config *tls.Config, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		conn.Close()
		return nil, err
	}
	config = config.Clone()
	config.ServerName = cmp.Or(config.ServerName, host)
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.TLSHandshakeStart != nil {
		trace.TLSHandshakeStart()
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeLimit)
	defer cancel()
	session := tls.Client(conn, config)
	if err := session.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return session, nil
}
