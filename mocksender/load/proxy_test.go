package load_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hookrig/hookrig/mocksender/load"
)

// proxy is a forward proxy: it passes plain HTTP on and gives tunnels, to whom it knows.
type proxy struct {
	requests, tunnels atomic.Int64
	password          string // "": everybody is known
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	known := &http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
	if _, password, _ := known.BasicAuth(); password != p.password {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	if r.Method == http.MethodConnect {
		p.tunnels.Add(1)
		p.tunnel(w, r.Host)
		return
	}
	p.requests.Add(1)
	out := r.Clone(r.Context())
	out.RequestURI = ""
	response, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body) // whoever went away needs no answer
}

func (p *proxy) tunnel(w http.ResponseWriter, address string) {
	to, err := net.Dial("tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer to.Close()
	from, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer from.Close()
	_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(to, buffered); _ = to.(*net.TCPConn).CloseWrite() })
	_, _ = io.Copy(from, to) // either side may end it
	_ = from.Close()
	both.Wait()
}

// through starts a proxy and returns its URL.
func through(t *testing.T, p *proxy) *url.URL {
	t.Helper()
	u, err := url.Parse(serve(t, p))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Plain HTTP is passed on by the proxy, TLS goes through a tunnel; net/http is taken for both without being asked for.
func TestAProxy(t *testing.T) {
	var got seen
	secure := httptest.NewTLSServer(got.handler(nil))
	defer secure.Close()
	for _, target := range []string{serve(t, got.handler(nil)), secure.URL} {
		p := &proxy{password: "word"}
		at := through(t, p)
		at.User = url.UserPassword("user", "word")
		c := load.Config{Target: target + "/hooks?a=1", Events: []load.Event{small(t)}, Count: 20, Connections: 2, Proxy: at,
			TLS: secure.Client().Transport.(*http.Transport).TLSClientConfig}
		if err := load.Knock(t.Context(), c); err != nil {
			t.Error(err)
		}
		r := run(t, c)
		if r.Acknowledged != 20 || r.Transport != "nethttp" || !strings.Contains(r.Proxy, "user:xxxxx@127.0.0.1:") {
			t.Errorf("%s: transport %s, proxy %s, counts %+v", target, r.Transport, r.Proxy, r.Counts)
		}
		if plain := strings.HasPrefix(target, "http:"); plain != (p.requests.Load() == 20) || p.tunnels.Load() == 0 || got.requests[len(got.requests)-1].uri != "/hooks?a=1" {
			t.Errorf("%s: %d requests and %d tunnels", target, p.requests.Load(), p.tunnels.Load())
		}
		if got.requests[len(got.requests)-1].header.Get("Proxy-Authorization") != "" && !strings.HasPrefix(target, "http:") {
			t.Error("the receiver got the proxy's password")
		}
	}
}

// A receiver that is down behind a proxy, a proxy that is down and one that does not know us are all said before any load.
func TestKnockThroughAProxy(t *testing.T) {
	const down = "127.0.0.1:1"
	p := &proxy{password: "word"}
	strange, known := through(t, p), through(t, p)
	known.User = url.UserPassword("user", "word")
	for _, test := range []struct {
		target string
		proxy  *url.URL
		want   string
	}{
		{"http://" + down, known, "it answers 502 Bad Gateway"},
		{"https://" + down, known, "it answers 502 Bad Gateway"},
		{"http://" + down, strange, "it answers 407 Proxy Authentication Required"},
		{"http://" + down, &url.URL{Scheme: "http", Host: down}, "connection refused"},
	} {
		err := load.Knock(t.Context(), load.Config{Target: test.target, Events: []load.Event{small(t)}, Count: 1, Proxy: test.proxy})
		var unreachable *load.UnreachableError
		if !errors.As(err, &unreachable) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "word") {
			t.Errorf("%s through %s: %v", test.target, test.proxy.Redacted(), err)
		}
	}
	r := run(t, load.Config{Target: "http://" + down, Events: []load.Event{small(t)}, Count: 3, Connections: 1, Proxy: known})
	if r.Statuses["502"] != 3 {
		t.Errorf("counts %+v", r.Counts)
	}
	r = run(t, load.Config{Target: "https://" + down, Events: []load.Event{small(t)}, Count: 3, Connections: 1, Proxy: known})
	if r.Failures[load.Connect] != 3 {
		t.Errorf("counts %+v", r.Counts)
	}
}

func TestAProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	var got seen
	for _, transport := range load.Transports() {
		r := run(t, load.Config{Target: serve(t, got.handler(nil)), Events: []load.Event{small(t)}, Count: 1, Connections: 1, Transport: transport})
		if r.Acknowledged != 1 {
			t.Errorf("%s: counts %+v", transport, r.Counts)
		}
	}
}
