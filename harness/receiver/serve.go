package receiver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// shutdownGrace is how long exchanges in flight may go on after the end was asked for.
const shutdownGrace = 3 * time.Second

// Serve answers on the listener until ctx ends, then lets exchanges in flight
// finish for up to three seconds. It closes the listener. The end of ctx is not an error.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ConnContext:       withConnection,
		ErrorLog:          log.New(io.Discard, "", 0), // a broken client is the client's matter
	}
	if r, ok := handler.(*Receiver); ok && r.steps.Spelled {
		listener = spelledListener{listener}
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("%s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), shutdownGrace, errors.New("exchanges still in flight"))
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // what is left is cut off
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("%s: %w", listener.Addr(), err)
	}
	return nil
}

// Server is a receiver that listens.
type Server struct {
	*Receiver
	// URL is where deliveries go, without a path.
	URL    string
	cancel context.CancelFunc
	done   chan error
}

// Start builds a receiver and serves it on address ("127.0.0.1:0" picks a free
// port) until Close.
func Start(address string, config Config) (*Server, error) {
	r, err := New(config)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{Receiver: r, URL: "http://" + listener.Addr().String(), cancel: cancel, done: make(chan error, 1)}
	go func() { s.done <- Serve(ctx, listener, r) }()
	return s, nil
}

// ProbeURL is a template for package probe: the effects of exactly one event.
func (s *Server) ProbeURL() string {
	return s.URL + s.ProbePath() + "?digest={@sha256}"
}

// RestartURL is where POST restarts the receiver.
func (s *Server) RestartURL() string { return s.URL + RestartPath }

// Close ends the server and waits until it has. It is called once.
func (s *Server) Close() error {
	s.cancel()
	return <-s.done
}
