package scenarios_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// socketServer speaks HTTP by hand, as programs in other languages do: one request on each connection, header names in
// no particular spelling, every answer with Connection: close. It knows nothing of net/http's server.
type socketServer struct {
	listener net.Listener
	handle   func(socketRequest) (status int, body string)
	open     sync.WaitGroup
}

// socketRequest is a request as it came; the names of header fields are in lower case.
type socketRequest struct {
	method, target string
	header         http.Header
	body           []byte
}

func (r *socketRequest) get(name string) string {
	if values := r.header[strings.ToLower(name)]; len(values) == 1 {
		return values[0]
	}
	return ""
}

// startSocket serves until the test ends, and returns the URL.
func startSocket(t testing.TB, handle func(socketRequest) (int, string)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &socketServer{listener: listener, handle: handle}
	s.open.Go(s.accept)
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		s.open.Wait()
	})
	return "http://" + listener.Addr().String()
}

// accept ends when the listener is closed.
func (s *socketServer) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.open.Go(func() { s.answer(c) })
	}
}

// answer takes one request. It ends when the other side has closed, so that no reset destroys the answer on its way.
func (s *socketServer) answer(c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	r, err := readSocket(in, c)
	status, body := http.StatusBadRequest, ""
	if err == nil {
		status, body = s.handle(r)
	}
	if errors.Is(err, io.EOF) && r.method == "" {
		return // nobody asked for anything
	}
	_, _ = fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nserver: socket\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), body)
	_ = c.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, in)
}

func readSocket(in *bufio.Reader, out io.Writer) (r socketRequest, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return r, err
	}
	words := strings.Fields(line)
	if len(words) != 3 {
		return r, fmt.Errorf("%q is no request", line)
	}
	r = socketRequest{method: words[0], target: words[1], header: http.Header{}}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return r, err
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if name == "" {
			break
		}
		name = strings.ToLower(name)
		r.header[name] = append(r.header[name], strings.TrimSpace(value))
	}
	if strings.EqualFold(r.get("Expect"), "100-continue") {
		if _, err := io.WriteString(out, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return r, err
		}
	}
	if strings.EqualFold(r.get("Transfer-Encoding"), "chunked") {
		r.body, err = io.ReadAll(httputil.NewChunkedReader(in))
		return r, err
	}
	length, _ := strconv.Atoi(r.get("Content-Length")) // none is 0
	r.body = make([]byte, length)
	_, err = io.ReadFull(in, r.body)
	return r, err
}
