package fault

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Wire is another way to write the same request, which HTTP lets senders and
// proxies choose. It works below HTTP, and so only without TLS.
type Wire string

// The ways to write a request.
const (
	AsIs      Wire = ""
	HTTP10    Wire = "http-1.0"   // the version that old proxies speak to their backends
	LowerCase Wire = "lower-case" // header names in lower case, as HTTP/2 and its gateways have them
	Chunked   Wire = "chunked"    // the body in chunks, without Content-Length
	Pieces    Wire = "pieces"     // head and body in many small writes
)

// Dialer makes connections that write requests this way. Each carries one request
// with a Content-Length at a time.
func (w Wire) Dialer() func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &rewriting{Conn: conn, way: w}, nil
	}
}

// rewriting holds a request back until it is whole, and then writes it its own way.
type rewriting struct {
	net.Conn
	way     Wire
	pending []byte
}

func (c *rewriting) Write(b []byte) (int, error) {
	c.pending = append(c.pending, b...)
	head, rest, found := bytes.Cut(c.pending, []byte("\r\n\r\n"))
	if !found {
		return len(b), nil
	}
	lines := strings.Split(string(head), "\r\n")
	length, err := contentLength(lines)
	if err != nil || len(rest) < length {
		return len(b), err
	}
	request := c.way.request(lines, rest[:length])
	c.pending = rest[length:]
	return len(b), c.send(request)
}

const pieceSize = 512 // bytes

func (c *rewriting) send(request []byte) error {
	size := len(request)
	if c.way == Pieces {
		size = pieceSize
	}
	for from := 0; from < len(request); from += size {
		if _, err := c.Conn.Write(request[from:min(from+size, len(request))]); err != nil {
			return err
		}
	}
	return nil
}

func contentLength(lines []string) (int, error) {
	for _, line := range lines[1:] {
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, nil
}

// request writes the request line, the headers and the body.
func (w Wire) request(lines []string, body []byte) []byte {
	var b bytes.Buffer
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		switch {
		case i == 0 && w == HTTP10:
			line = strings.TrimSuffix(line, "1.1") + "1.0"
		case i > 0 && w == LowerCase:
			line = strings.ToLower(name) + ":" + value
		case i > 0 && w == Chunked && strings.EqualFold(name, "Content-Length"):
			line = "Transfer-Encoding: chunked"
		}
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	if w != Chunked {
		b.Write(body)
		return b.Bytes()
	}
	const chunk = 1000 // bytes
	for from := 0; from < len(body); from += chunk {
		part := body[from:min(from+chunk, len(body))]
		_, _ = fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part) // a buffer takes everything
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}
