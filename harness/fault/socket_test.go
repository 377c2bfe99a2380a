package fault_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
)

// message is what the tests send: as long as many webhooks are.
var message = `{"text":"` + strings.Repeat("a text of some length ", 150) + `"}`

// heard is one request as the socket saw it.
type heard struct {
	raw     string // every byte, as it came
	body    string
	conn    int // which connection
	reads   int
	took    time.Duration // from the first byte to the last
	since   time.Duration // from the connection's last request
	bodyLag time.Duration // from the end of the head to the first byte of the body
	err     error         // why it is not whole
	after   error         // what came behind it, for a socket that waits for the sender's FIN: io.EOF
}

// socket is a receiver that speaks bytes.
type socket struct {
	url string
	// reply answers request n, from 0; "" closes the connection.
	reply func(n int) string
	// late is how long a reply takes.
	late time.Duration
	tls  bool
	// fin waits for the end of the sender's side before it replies.
	fin bool

	news chan struct{} // one for each of got
	mu   sync.Mutex
	got  []heard
	done sync.WaitGroup
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// listen starts a socket that answers 200, until the test ends. change it before it is used.
func listen(t *testing.T, change func(*socket)) *socket {
	t.Helper()
	s := &socket{reply: func(int) string { return ok }, news: make(chan struct{}, 100)}
	if change != nil {
		change(s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String() + "/hooks"
	if s.tls {
		server := httptest.NewTLSServer(nil) // for its certificate
		defer server.Close()
		s.url = "https://" + listener.Addr().String() + "/hooks"
		listener = tls.NewListener(listener, server.TLS)
	}
	s.done.Go(func() {
		for n := 0; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() { s.serve(n, conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); s.done.Wait() })
	return s
}

// tap keeps what is read.
type tap struct {
	net.Conn
	raw bytes.Buffer
	at  []time.Time
	end []int // length of raw after each read
}

func (c *tap) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.raw.Write(b[:n])
		c.at, c.end = append(c.at, time.Now()), append(c.end, c.raw.Len())
	}
	return n, err
}

func (s *socket) serve(number int, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	var last time.Time
	for {
		c := &tap{Conn: conn}
		h, alive := s.hear(c)
		if len(c.at) == 0 {
			return
		}
		h.conn, h.raw, h.reads, h.took = number, c.raw.String(), len(c.at), c.at[len(c.at)-1].Sub(c.at[0])
		if !last.IsZero() {
			h.since = c.at[0].Sub(last)
		}
		head := strings.Index(h.raw, "\r\n\r\n") + 4
		for i := 1; i < len(c.end); i++ {
			if c.end[i-1] <= head && c.end[i] > head {
				h.bodyLag = c.at[i].Sub(c.at[i-1])
			}
		}
		if h.err == nil {
			<-time.After(s.late)
		}
		if s.fin {
			_, h.after = conn.Read(make([]byte, 1))
		}
		s.mu.Lock()
		answer := s.reply(len(s.got))
		s.got = append(s.got, h)
		s.news <- struct{}{}
		s.mu.Unlock()
		if !alive || answer == "" {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
		last = time.Now()
	}
}

// hear reads one request.
func (s *socket) hear(c *tap) (h heard, alive bool) {
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		h.err = err
		return h, false
	}
	if request.Header.Get("Expect") == "100-continue" {
		if s.reply(-1) != "" {
			return h, true // it answers without the body
		}
		_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	body, err := io.ReadAll(request.Body)
	h.body, h.err = string(body), err
	return h, true
}

// heard returns what came, once n requests did. More than n are an error.
func (s *socket) heard(t *testing.T, n int) []heard {
	t.Helper()
	limit := time.NewTimer(5 * time.Second)
	defer limit.Stop()
	for range n {
		select {
		case <-s.news:
		case <-limit.C:
			s.mu.Lock()
			t.Fatalf("the socket got %d requests, want %d", len(s.got), n)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.got) != n {
		t.Fatalf("the socket got %d requests, want %d", len(s.got), n)
	}
	return s.got
}

// patient is a policy: three attempts without waiting between them.
type patient struct{ timeout time.Duration }

func (p patient) Terms(*mocksender.Delivery, int) mocksender.Terms {
	return mocksender.Terms{Timeout: p.timeout, Header: http.Header{"Content-Type": {"application/json"}}}
}

func (patient) Read(a *mocksender.Attempt) mocksender.Answer {
	if a.Reply != nil && a.Reply.Status == http.StatusOK {
		return mocksender.Acknowledged
	}
	return mocksender.Unacknowledged
}

func (patient) Next(attempts []mocksender.Attempt, _ float64) (time.Duration, bool) {
	return 0, len(attempts) < 3
}

// sender makes a sender behind a line with faults.
func sender(t *testing.T, timeout time.Duration, faults ...string) *mocksender.Sender {
	t.Helper()
	line, err := fault.New(1, faults...)
	if err != nil {
		t.Fatal(err)
	}
	config := mocksender.Config{Policy: patient{timeout}, TLS: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // the certificate is the test's
	line.Install(&config)
	s, err := mocksender.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// deliver delivers number messages, one after the other.
func deliver(t *testing.T, s *mocksender.Sender, url string, number int) []mocksender.Delivery {
	t.Helper()
	all := make([]mocksender.Delivery, number)
	for i := range all {
		var err error
		all[i], err = s.Deliver(t.Context(), mocksender.Delivery{
			ID: fmt.Sprintf("d%d", i), URL: url,
			Message: mocksender.Message{Body: []byte(message), Header: http.Header{"X-Mark": {fmt.Sprint(i)}}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// kinds are the attempts' failures, "ok" for those that were acknowledged, a status for other replies.
func kinds(d mocksender.Delivery) string {
	var all []string
	for _, a := range d.Attempts {
		switch {
		case a.Failure != nil:
			all = append(all, string(a.Failure.Kind))
		case a.Acknowledged == mocksender.Acknowledged:
			all = append(all, "ok")
		default:
			all = append(all, fmt.Sprint(a.Reply.Status))
		}
	}
	return strings.Join(all, " ")
}

func isReset(err error) bool {
	var network *net.OpError
	return errors.As(err, &network) && strings.Contains(err.Error(), "connection reset by peer")
}
