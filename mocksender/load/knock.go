package load

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// UnreachableError says that nobody answers at the target.
type UnreachableError struct {
	Target  string
	Failure Failure
	Err     error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("%s: no connection: %v", e.Target, e.Err)
}
func (e *UnreachableError) Unwrap() error { return e.Err }

// Knock connects to the target once, TLS included, and sends nothing; through a proxy as far as that tells. The error is an
// [*UnreachableError], or a [*mocksender.ForbiddenError] for an address that must not be used.
func Knock(ctx context.Context, c Config) error {
	c, target, err := c.complete()
	if err != nil {
		return err
	}
	timeout := c.Events[0].Policy.ConnectTimeout.Value
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(timeout, 10*time.Second))
	defer cancel()
	d := newDialer(&c, target)
	if c.Proxy != nil {
		return knockBehind(ctx, d, c.Proxy, target)
	}
	conn, handshake, err := d.dial(ctx)
	if err != nil {
		return unreachable(target, err, handshake)
	}
	return conn.Close()
}

func unreachable(target *url.URL, err error, handshake bool) error {
	if is[*mocksender.ForbiddenError](err) {
		return err
	}
	return &UnreachableError{target.Redacted(), connecting(err, handshake), err}
}

// knockBehind asks a proxy for a tunnel to the target, which most proxies give for https only. One that speaks something else than
// plain HTTP is not asked.
func knockBehind(ctx context.Context, d *dialer, proxy, target *url.URL) error {
	conn, err := d.plain(ctx)
	if err != nil {
		return unreachable(target, fmt.Errorf("proxy %s: %w", proxy.Redacted(), err), false)
	}
	defer func() { _ = conn.Close() }() // it was only asked
	if proxy.Scheme != "http" {
		return nil
	}
	status, err := tunnel(ctx, conn, proxy, addressOf(target))
	switch {
	case err != nil:
		return unreachable(target, fmt.Errorf("proxy %s: %w", proxy.Redacted(), err), false)
	case status/100 == 2:
		return nil
	case target.Scheme == "https", status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout,
		status == http.StatusProxyAuthRequired:
		return unreachable(target, fmt.Errorf("proxy %s: it answers %d %s", proxy.Redacted(), status, http.StatusText(status)), false)
	}
	return nil // it gives no tunnels to what is not https, which says nothing of the target
}

// tunnel asks for a tunnel to an address, RFC 9110, section 9.3.6, and returns the status of the answer.
func tunnel(ctx context.Context, conn net.Conn, proxy *url.URL, address string) (int, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // a closed connection says so at the next use
	}
	head := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if proxy.User != nil {
		head += "Proxy-Authorization: " + basicOf(proxy.User) + "\r\n"
	}
	if _, err := io.WriteString(conn, head+"\r\n"); err != nil {
		return 0, err
	}
	response, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, maxReplyHead)), &http.Request{Method: http.MethodConnect})
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return 0, errors.New("it closes the connection")
	case err != nil:
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
