package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	benchLoad = flag.Bool("bench-load", false, "measure what a delivery costs the sender, beside other load generators")
	benchRuns = flag.Int("bench-runs", 5, "runs of each sender, in turn")
	benchTime = flag.Duration("bench-time", 3*time.Second, "length of a run")
)

// startSink starts a receiver that costs as little as can be: it answers every request with 200 and looks at nothing
// but its length.
func startSink(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go drain(conn)
		}
	}()
	return "http://" + listener.Addr().String() + "/hooks"
}

func drain(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 64<<10)
	for {
		length := 0
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) <= 2 {
				break
			}
			if name, value, ok := bytes.Cut(line, []byte(":")); ok && len(name) == len("content-length") && bytes.EqualFold(name, []byte("content-length")) {
				length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
			}
		}
		if _, err := r.Discard(length); err != nil {
			return
		}
		if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")); err != nil {
			return
		}
	}
}

// contender is a program that sends as fast as it can for some time.
type contender struct {
	name string
	args []string
	env  []string
	// sent reads how many requests were made from its output.
	sent func(out string) (int, error)
	// startup is what it costs to begin, measured once and taken off: CPU time.
	startup time.Duration
	costs   []float64 // CPU seconds per 100,000 requests
	rates   []float64 // requests per second of that CPU
}

// TestBenchLoad compares senders pinned to one core against a receiver on another, in turn, and prints medians:
//
//	taskset -c 1 go test ./cmd/hookrig -run BenchLoad -v -args -bench-load
func TestBenchLoad(t *testing.T) {
	if !*benchLoad {
		t.Skip("make bench-load runs it")
	}
	folder := t.TempDir()
	url := startSink(t)
	all := contenders(t, folder, url)
	for range *benchRuns {
		for _, c := range all {
			c.measure(t)
		}
	}
	floor := median(all[0].costs)
	for _, c := range all {
		t.Logf("%-28s %6.2f CPU s per 100,000   %5.2f × %s   %7.0f/s of a core", c.name, median(c.costs), median(c.costs)/floor, all[0].name, median(c.rates))
	}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// contenders are the senders that are there, wrk first.
func contenders(t *testing.T, folder, url string) []*contender {
	body, err := exec.CommandContext(t.Context(), "hookrig", "generate", "customer.nightly", "--seed", "7").Output()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(folder, "post.lua")
	lua := fmt.Sprintf("wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.headers[\"X-ChargeOver-Key\"] = %q\nwrk.body = [==[%s]==]\n",
		testSecret, bytes.TrimSpace(body))
	if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
		t.Fatal(err)
	}
	seconds := benchTime.String()
	load := func(name string, more ...string) *contender {
		c := &contender{name: name, env: []string{"HOOKRIG_SECRET=" + testSecret}, sent: attemptsOf}
		base := append([]string{"hookrig", "load", "--to", url, "--mix", "customer.nightly", "--connections", "8", "--output", "json", "-q"}, more...)
		c.args = append(slices.Clone(base), "--rate", "max", "--duration", seconds)
		starting := &contender{name: name, env: c.env, sent: c.sent, args: append(slices.Clone(base), "--burst", "1")}
		c.startup, _ = starting.run(t)
		return c
	}
	wrk := &contender{name: "wrk, static body", sent: wrkRequests, args: []string{"wrk", "-t1", "-c8", "-d" + seconds, "-s", script, url}}
	all := []*contender{wrk, load("hookrig, token"), load("hookrig, HMAC-SHA256", "--policy", "github"), load("hookrig --transport nethttp", "--transport", "nethttp")}
	if _, err := exec.LookPath("wrk"); err != nil {
		t.Log("wrk is not on the PATH (apt install wrk): hookrig's own raw client is the measure")
		all = all[1:]
	}
	return all
}

// measure makes one run and notes what it cost.
func (c *contender) measure(t *testing.T) {
	cpu, n := c.run(t)
	seconds := (cpu - c.startup).Seconds()
	c.costs = append(c.costs, seconds/float64(n)*100_000)
	c.rates = append(c.rates, float64(n)/seconds)
}

// run runs the program on the first core, and returns what CPU time it took and how many requests it made.
func (c *contender) run(t *testing.T) (cpu time.Duration, requests int) {
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "taskset", append([]string{"-c", "0"}, c.args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), c.env...), &out, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", c.name, err, out.String())
	}
	requests, err := c.sent(out.String())
	if err != nil || requests == 0 {
		t.Fatalf("%s: %d requests, %v\n%s", c.name, requests, err, out.String())
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), requests
}

// attemptsOf reads the JSON of hookrig load, and wants all of them to have succeeded.
func attemptsOf(out string) (int, error) {
	var r struct{ Attempts, Acknowledged int }
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		return 0, err
	}
	if r.Attempts != r.Acknowledged {
		return 0, fmt.Errorf("%d of %d were acknowledged", r.Acknowledged, r.Attempts)
	}
	return r.Attempts, nil
}

var wrkCount = regexp.MustCompile(`(\d+) requests in`)

func wrkRequests(out string) (int, error) {
	m := wrkCount.FindStringSubmatch(out)
	if m == nil || strings.Contains(out, "Non-2xx") || strings.Contains(out, "Socket errors") {
		return 0, errors.New("not every request succeeded")
	}
	return strconv.Atoi(m[1])
}
