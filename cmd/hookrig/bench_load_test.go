package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

var (
	benchLoad   = flag.Bool("bench-load", false, "measure what a delivery costs the sender, beside other load generators")
	benchRuns   = flag.Int("bench-runs", 5, "runs of each sender, in turn")
	benchOnly   = flag.String("bench-only", "", "regular expression of the senders to measure; no constant rates, no stalls")
	benchTime   = flag.Duration("bench-time", 3*time.Second, "length of a run, whole seconds")
	benchSteady = flag.Duration("bench-steady", 10*time.Second, "length of a run at a constant rate, whole seconds")
)

// contender is a program that sends as fast as it can for some time.
type contender struct {
	name string
	// begin and send are the arguments of a run that is as short as can be, and of one that counts. The difference is what
	// deliveries cost.
	begin, send []string
	env         []string
	// feed is written to its standard input again and again.
	feed []byte
	// read reads what came of a run from its output.
	read func(out string) (measured, error)

	started struct {
		cpu  time.Duration
		sent int
	}
	costs []float64 // CPU seconds per 100,000 requests
	rates []float64 // requests per second of that CPU
}

// measured is what came of a run.
type measured struct {
	sent     int
	rate     float64       // reached, per second
	p50, p99 time.Duration // of the latency, by the program's own reckoning
	slip     [2]time.Duration
	cpu      time.Duration
	limited  bool // it could not keep up
}

// TestBenchLoad compares senders on the first core against a receiver on the second, in turn, and prints medians, what
// constant rates look like, and how stalls are seen. It decides nothing: what else the machine does is not known here.
func TestBenchLoad(t *testing.T) {
	if !*benchLoad {
		t.Skip("make bench-load runs it")
	}
	url, _ := startSink(t, 0)
	b := &bench{t: t, folder: t.TempDir(), url: url, seconds: fmt.Sprintf("%d", int(benchTime.Seconds()))}
	all := b.contenders()
	for range *benchRuns {
		for _, c := range all {
			c.measure(t)
		}
	}
	b.printCosts(all)
	if *benchOnly != "" {
		return
	}
	b.steady()
	b.stalls()
}

// bench is what the comparisons share.
type bench struct {
	t       *testing.T
	folder  string
	url     string
	seconds string // of a run
	bodies  [][]byte
	body    []byte // the one of them that static senders send
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// printCosts prints a line for each, and how hookrig stands to its goals.
func (b *bench) printCosts(all []*contender) {
	cost, floor := map[string]float64{}, median(all[0].costs)
	fmt.Printf("\n%-32s %19s %8s %14s\n", fmt.Sprintf("%d runs of %s each, in turn", *benchRuns, *benchTime), "CPU s per 100,000", "ratio", "per s of core")
	for _, c := range all {
		cost[c.name] = median(c.costs)
		fmt.Printf("%-32s %19.2f %8.2f %14.0f\n", c.name, cost[c.name], cost[c.name]/floor, median(c.rates))
	}
	fmt.Println()
	for _, goal := range []struct {
		mine, other string
		most        float64
	}{
		{hookrigToken, wrkStatic, 1.3}, {hookrigHMAC, wrkStatic, 2}, {hookrigToken, vegetaLazy, 1. / 5}, {hookrigToken, k6Script, 1. / 60},
		{k6Next, k6Script, 1. / 8}, {k6Deliver, k6Script, 1. / 30},
	} {
		if cost[goal.mine] == 0 || cost[goal.other] == 0 {
			continue
		}
		ratio := cost[goal.mine] / cost[goal.other]
		verdict := "held"
		if ratio > goal.most {
			verdict = "MISSED"
		}
		fmt.Printf("%-6s  %s takes %.3f of %s, want %.3f at most\n", verdict, goal.mine, ratio, goal.other, goal.most)
	}
	for _, limit := range []struct{ mine, other, why string }{
		{k6Static, k6Script, "k6's own http, which sends what .next makes"},
		{wrkStatic, vegetaLazy, "the system's calls, with nothing made and nothing measured"},
		{wrkStatic, k6Script, "the same"},
	} {
		if cost[limit.mine] > 0 && cost[limit.other] > 0 {
			fmt.Printf("limit   %s takes %.3f of %s by itself: %s\n", limit.mine, cost[limit.mine]/cost[limit.other], limit.other, limit.why)
		}
	}
}

// measure makes one run and notes what it cost.
func (c *contender) measure(t *testing.T) {
	o := c.run(t, c.send)
	seconds, n := (o.cpu - c.started.cpu).Seconds(), float64(o.sent-c.started.sent)
	c.costs = append(c.costs, seconds/n*100_000)
	c.rates = append(c.rates, n/seconds)
}

// start measures what it costs to begin.
func (c *contender) start(t *testing.T) *contender {
	if c.begin != nil {
		o := c.run(t, c.begin)
		c.started.cpu, c.started.sent = o.cpu, o.sent
	}
	return c
}

// run runs the program on the first core.
func (c *contender) run(t *testing.T, args []string) measured {
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "taskset", append([]string{"-c", "0"}, args...)...)
	cmd.Env, cmd.Stdout = append(os.Environ(), c.env...), &out
	var said bytes.Buffer
	cmd.Stderr = &said
	if c.feed != nil {
		cmd.Stdin = &endless{text: c.feed}
		cmd.WaitDelay = time.Second
	}
	err := cmd.Run()
	if cmd.ProcessState == nil || err != nil && !slices.Contains([]int{0, exitFault, exitThreshold}, cmd.ProcessState.ExitCode()) {
		t.Fatalf("%s: %v\n%.2000s\n%.2000s", c.name, err, out.String(), said.String())
	}
	o, err := c.read(out.String())
	if err != nil || o.sent == 0 {
		t.Fatalf("%s: %d requests, %v\n%.2000s\n%.2000s", c.name, o.sent, err, out.String(), said.String())
	}
	o.limited = cmd.ProcessState.ExitCode() == exitFault
	o.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return o
}

// endless is a text again and again.
type endless struct {
	text []byte
	at   int
}

func (e *endless) Read(into []byte) (int, error) {
	n := copy(into, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// readHookrig reads the JSON of hookrig load, and of the scripts of mocksender/k6/bench.
func readHookrig(out string) (measured, error) {
	type times struct{ P50, P99 time.Duration }
	var r struct {
		Attempts, Acknowledged int
		Sending                time.Duration
		Latency, Slip          times
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		return measured{}, err
	}
	if r.Attempts != r.Acknowledged {
		return measured{}, fmt.Errorf("%d of %d were acknowledged", r.Acknowledged, r.Attempts)
	}
	o := measured{sent: r.Attempts, p50: r.Latency.P50, p99: r.Latency.P99, slip: [2]time.Duration{r.Slip.P50, r.Slip.P99}}
	if r.Sending > 0 {
		o.rate = float64(r.Attempts) / r.Sending.Seconds()
	}
	return o, nil
}
