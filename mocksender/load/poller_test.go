package load_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// One connection that is never answered, one that is cut off and those whose replies come in pieces do not keep the others waiting.
func TestConnectionsDoNotWaitForEachOther(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	var connections, whole atomic.Int64
	url := wild(t, func(conn net.Conn) {
		n := connections.Add(1)
		takeAll(conn, func(i int) bool {
			switch {
			case n == 1:
				_, _ = io.Copy(io.Discard, conn) // the rest of its time
				return false
			case n == 2 && i == 5:
				return false
			case n%3 == 0:
				for _, part := range []string{"HTTP/1.1 200 OK\r\nTransfer-", "Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", strings.Repeat("400\r\n"+strings.Repeat("x", 1024)+"\r\n", 9), "0\r\n", "\r\n"} {
					_, _ = io.WriteString(conn, part)
				}
			default:
				_, _ = io.WriteString(conn, ok)
			}
			whole.Add(1)
			return true
		})
	})
	e := small(t)
	e.Policy = e.Policy.WithTimeout(2 * time.Second)
	r := run(t, load.Config{Target: url, Events: []load.Event{e}, Count: 500, Connections: 8})
	if r.Attempts != 500 || r.Failures[load.Timeout] != 1 || r.Failures[load.Reset] != 1 || r.Acknowledged != 498 || whole.Load() != 498 {
		t.Errorf("%d were answered, counts %+v", whole.Load(), r.Counts)
	}
	if r.Opened != uint64(connections.Load()) || r.Opened != 9 {
		t.Errorf("%d connections, %d counted, want 8 and another for the one that was cut off", connections.Load(), r.Opened)
	}
}

// Requests that the network takes only piece by piece arrive as a whole, or not in time.
func TestRequestsThatTheNetworkTakesInPieces(t *testing.T) {
	padding := http.Header{"X-Padding": {strings.Repeat("x", 3<<20)}}
	for name, way := range ways() {
		if name == "nethttp" {
			continue // what it does in pieces is not ours
		}
		var arrived atomic.Int64
		reads := func(conn net.Conn) {
			defer conn.Close()
			r := bufio.NewReader(conn)
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if len(line) > len(padding["X-Padding"][0]) {
					arrived.Add(1)
				}
				if line == "\r\n" {
					break
				}
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			_, _ = io.Copy(io.Discard, r)
		}
		e := small(t)
		e.Policy = e.Policy.WithTimeout(time.Minute)
		r := run(t, way(load.Config{Target: wild(t, reads), Events: []load.Event{e}, Count: 2, Connections: 1, Header: padding}))
		if r.Acknowledged != 2 || arrived.Load() != 2 {
			t.Errorf("%s: %d arrived, counts %+v", name, arrived.Load(), r.Counts)
		}
		never := func(conn net.Conn) {
			<-t.Context().Done()
			conn.Close()
		}
		e.Policy = e.Policy.WithTimeout(time.Second) // time enough to connect on a machine that is busy
		r = run(t, way(load.Config{Target: wild(t, never), Events: []load.Event{e}, Count: 1, Connections: 1, Header: padding}))
		if r.Failures[load.Timeout] != 1 {
			t.Errorf("%s: nobody reads: counts %+v", name, r.Counts)
		}
	}
}

// A closed loop ends with its context, and what is in flight is waited for.
func TestAnInterruptedClosedLoop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n.Add(1) == 10 {
			cancel()
		}
		_, _ = fmt.Fprint(w, "done")
	}))
	r, err := load.Run(ctx, load.Config{Target: url, Events: []load.Event{small(t)}, Duration: time.Hour, Connections: 3})
	if err != nil || !r.Interrupted || r.Failed > 0 || r.Acknowledged != uint64(n.Load()) || r.Acknowledged < 10 {
		t.Errorf("error %v, %d arrived, counts %+v", err, n.Load(), r.Counts)
	}
}
