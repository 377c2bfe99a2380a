package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// OutageConfig describes an outage.
type OutageConfig struct {
	// Target is the URL of the receiver behind it.
	Target string
	// Failures is how many requests are answered by the outage itself, before the first is passed on.
	Failures int64
	// Status is what it answers; 0 means 503.
	Status int
	// Transport passes requests on; nil means [http.DefaultTransport].
	Transport http.RoundTripper
}

// Outage is a receiver that fails a number of times and then works: a forwarder
// that answers the first requests itself. It passes on the body's bytes as they
// came; header names arrive in Go's canonical spelling.
type Outage struct {
	// URL replaces the target's: the same path and query, on loopback.
	URL string

	config OutageConfig
	seen   atomic.Int64
	server *http.Server
	done   chan error
}

// StartOutage listens on a free loopback port until Close.
func StartOutage(config OutageConfig) (*Outage, error) {
	target, err := url.Parse(config.Target)
	switch {
	case err != nil:
		return nil, fmt.Errorf("outage: target: %w", err)
	case target.Host == "":
		return nil, fmt.Errorf("outage: target %q has no host", config.Target)
	case config.Failures < 0:
		return nil, fmt.Errorf("outage: %d failures, must not be negative", config.Failures)
	}
	if config.Status == 0 {
		config.Status = http.StatusServiceUnavailable
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("outage: %w", err)
	}
	front := *target
	front.Scheme, front.Host, front.User = "http", listener.Addr().String(), nil
	o := &Outage{URL: front.String(), config: config, done: make(chan error, 1)}
	o.server = &http.Server{
		Handler: o.handler(target), ReadHeaderTimeout: 10 * time.Second, ErrorLog: silent(),
	}
	go func() { o.done <- o.server.Serve(listener) }()
	return o, nil
}

// Requests returns how many requests have come in, failed ones included.
func (o *Outage) Requests() int64 { return o.seen.Load() }

// Close cuts connections and waits for the end of the listener. It is called once.
func (o *Outage) Close() error {
	err := o.server.Close()
	if end := <-o.done; !errors.Is(end, http.ErrServerClosed) {
		return end
	}
	return err
}

func (o *Outage) handler(target *url.URL) http.Handler {
	forward := &httputil.ReverseProxy{
		Transport: o.config.Transport,
		ErrorLog:  silent(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.User = target.Scheme, target.Host, target.User
			r.Out.Host = target.Host
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.seen.Add(1) <= o.config.Failures {
			w.WriteHeader(o.config.Status)
			return
		}
		forward.ServeHTTP(w, r)
	})
}

// silent swallows what net/http says about broken connections: attempts record it.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
