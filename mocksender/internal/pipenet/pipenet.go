// Package pipenet is a network of in-memory connections for tests under
// testing/synctest: net/http runs end to end over it, and a goroutine that waits
// for it counts as durably blocked, so that hours of retry waits take no time.
//
// It is not for anything that needs real sockets, such as resets. Start with [New].
package pipenet

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Network is a listener and the dialer that reaches it.
type Network struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// New returns a network on which nobody listens yet. In a synctest bubble, call it inside.
func New() *Network {
	return &Network{accept: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener, whatever the address. It has the form of mocksender.Config.Dial.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case n.accept <- server:
		return client, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Accept waits for a connection; with Close and Addr it makes a Network a net.Listener.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.accept:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr returns an address without meaning.
func (n *Network) Addr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "pipe" }
func (address) String() string  { return "pipe" }

// Serve runs an HTTP server on the network and returns the function that stops
// it and waits for its end.
func (n *Network) Serve(h http.Handler) (stop func()) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Hour}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(n) // ends with ErrServerClosed when stop is called
	}()
	return func() {
		_ = server.Close()
		<-done
	}
}
