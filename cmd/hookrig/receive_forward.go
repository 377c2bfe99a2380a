package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
)

const (
	// forwardPatience is longer than any provider waits.
	forwardPatience = time.Minute
	// maxForwarded bounds what is read of the answer, in bytes.
	maxForwarded = 1 << 20
)

// hopHeaders concern one connection and are not passed on (RFC 9110, section 7.6.1).
var hopHeaders = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length",
}

// forwarder passes accepted deliveries on.
type forwarder struct {
	to     string
	client *http.Client
}

func newForwarder(ctx context.Context, to string, guard mocksender.Guard) (*forwarder, error) {
	if err := guard.Resolve(ctx, to); err != nil {
		return nil, usagef("--forward-to: %w", err)
	}
	return &forwarder{to: to, client: &http.Client{
		Transport: harness.Transport(guard, nil, nil), Timeout: forwardPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// acknowledge is the receiver's last step: the answer is the one that came back.
func (f *forwarder) acknowledge(x *receiver.Exchange) *receiver.Answer {
	request, err := http.NewRequestWithContext(x.Request.Context(), x.Request.Method, f.to, bytes.NewReader(x.Body))
	if err != nil {
		return x.Refuse(http.StatusBadGateway, "not passed on: "+err.Error())
	}
	request.Header = passedOn(x.Request.Header)
	if query := x.Request.URL.RawQuery; query != "" && request.URL.RawQuery == "" {
		request.URL.RawQuery = query
	}
	reply, err := f.client.Do(request)
	if err != nil {
		return x.Refuse(http.StatusBadGateway, "not passed on: "+err.Error())
	}
	defer func() { _ = reply.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxForwarded))
	if err != nil {
		return x.Refuse(http.StatusBadGateway, "the answer of "+f.to+" broke off: "+err.Error())
	}
	return &receiver.Answer{Status: reply.StatusCode, Header: passedOn(reply.Header), Body: body}
}

func passedOn(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range hopHeaders {
		h.Del(name)
	}
	return h
}
