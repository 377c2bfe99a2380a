package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// steadyRate is the constant rate, per second.
const steadyRate = 5000

// steady prints how each sender holds a constant rate.
func (b *bench) steady() {
	seconds := fmt.Sprintf("%ds", int(benchSteady.Seconds()))
	body := filepath.Join(b.folder, "body.json")
	b.write(body, b.body)
	rate := fmt.Sprint(steadyRate)
	mine := &contender{name: hookrigToken, env: secretly(), read: readHookrig, send: append(b.load(), "--rate", rate+"/s", "--duration", seconds)}
	all := []*contender{mine}
	if here("vegeta") {
		targets, out := filepath.Join(b.folder, "targets"), filepath.Join(b.folder, "steady.bin")
		b.write(targets, fmt.Appendf(nil, "POST %s\nContent-Type: application/json\n@%s\n", b.url, body))
		all = append(all, &contender{name: "vegeta, static body", read: func(string) (measured, error) { return readVegeta(out) },
			send: []string{"vegeta", "attack", "-targets", targets, "-rate", rate, "-duration", seconds, "-output", out}})
	}
	if k6 := findK6(); k6 != "" {
		script := filepath.Join(b.folder, "steady.js")
		b.write(script, fmt.Appendf(nil, k6Steady, body, steadyRate, seconds))
		all = append(all, &contender{name: "k6, static body", env: []string{"HOOKS_URL=" + b.url}, read: readHookrig,
			send: []string{k6, "run", "-q", "--no-usage-report", "-e", "HOOKS_URL=" + b.url, script}})
	}
	if here("hey") {
		all = append(all, &contender{name: "hey, static body", read: readHey, send: []string{"hey", "-z", seconds, "-c", "10", "-q", fmt.Sprint(steadyRate / 10),
			"-m", "POST", "-T", "application/json", "-D", body, b.url}})
	} else {
		fmt.Println("hey is not on the PATH (github.com/rakyll/hey): left out")
	}
	fmt.Printf("\n%-32s %10s %8s %10s %10s %10s %10s\n", fmt.Sprintf("%d/s for %s", steadyRate, seconds), "reached", "of core", "p50", "p99", "slip p50", "slip p99")
	if p50, p99 := timerAlone(min(*benchSteady, 10*time.Second)); p99 > 0 {
		fmt.Printf("%-32s %10s %8s %10s %10s %10s %10s\n", "a timer alone, as a limit", "", "", "", "", round(p50), round(p99))
	}
	for _, c := range all {
		o := c.run(b.t, c.send)
		if o.rate == 0 {
			o.rate = float64(o.sent) / benchSteady.Seconds()
		}
		fmt.Printf("%-32s %10.1f %6.0f %% %10s %10s", c.name, o.rate, 100*o.cpu.Seconds()/benchSteady.Seconds(), round(o.p50), round(o.p99))
		if c == mine {
			fmt.Printf(" %10s %10s\n", round(o.slip[0]), round(o.slip[1]))
			b.judgeSteady(o)
			continue
		}
		fmt.Println()
	}
}

func round(d time.Duration) time.Duration { return d.Round(time.Microsecond) }

// judgeSteady prints how hookrig stands to its goals.
func (b *bench) judgeSteady(o measured) {
	say := func(held bool, format string, args ...any) {
		verdict := "MISSED"
		if held {
			verdict = "held"
		}
		fmt.Printf("%-6s  %s\n", verdict, fmt.Sprintf(format, args...))
	}
	if o.limited {
		say(false, "it was given too little of its core to keep up")
	}
	say(math.Abs(o.rate/steadyRate-1) <= 0.001, "reached within 0.1 %%")
	say(o.slip[0] <= 50*time.Microsecond && o.slip[1] <= 500*time.Microsecond, "slip p50 50µs and p99 500µs at most")
	say(o.cpu.Seconds() < 0.6*benchSteady.Seconds(), "under 60 %% of its core, start included")
}

// k6Steady is a script with a static body, its rate and duration.
const k6Steady = `import http from 'k6/http';
const body = open(%q);
export const options = {
  scenarios: { all: { executor: 'constant-arrival-rate', rate: %d, timeUnit: '1s', duration: %q, preAllocatedVUs: 50, maxVUs: 500 } },
  summaryTrendStats: ['med', 'p(99)'],
};
export default function () { http.post(__ENV.HOOKS_URL, body, { headers: { 'Content-Type': 'application/json' } }); }
export function handleSummary({ metrics }) {
  const n = metrics.http_reqs.values.count, times = metrics.http_req_duration.values;
  return { stdout: JSON.stringify({ attempts: n, acknowledged: n - metrics.http_req_failed.values.passes,
    latency: { p50: Math.round(1e6 * times.med), p99: Math.round(1e6 * times['p(99)']) } }) };
}
`

// Stalls are compared with what arithmetic says at this rate, per second.
const (
	stallRate    = 2000
	stallSeconds = 10
)

// stalls prints how a receiver is seen that is frozen for a second, and one that is slow for a second of five.
func (b *bench) stalls() {
	fmt.Printf("\n%d/s for %d s%22s %10s %10s %10s\n", stallRate, stallSeconds, "seen", "expected", "off", "")
	var seen []load.Summary
	for range freezes {
		seen = append(seen, b.frozen())
	}
	middle := func(of func(*load.Summary) time.Duration) time.Duration {
		slices.SortFunc(seen, func(x, y load.Summary) int { return cmp.Compare(of(&x), of(&y)) })
		return of(&seen[len(seen)/2])
	}
	// A tenth of all events is due while nobody answers, and waits for what is left of the second.
	for _, q := range []struct {
		name     string
		of       func(*load.Summary) time.Duration
		quantile float64
	}{
		{"p95", func(s *load.Summary) time.Duration { return s.P95 }, .95}, {"p99", func(s *load.Summary) time.Duration { return s.P99 }, .99},
		{"p99.9", func(s *load.Summary) time.Duration { return s.P999 }, .999}, {"max", func(s *load.Summary) time.Duration { return s.Max }, 1},
	} {
		off("frozen for 1 s: "+q.name, middle(q.of), time.Duration((q.quantile-.9)/.1*float64(time.Second)))
	}
	const slow = 200 * time.Millisecond
	url, _ := startSink(b.t, slow)
	r := b.stalled(url)
	off("200 ms for 1 s of 5: p90", r.P90, slow)
	off("200 ms for 1 s of 5: p99", r.P99, slow)
}

// freezes is how often the receiver is frozen. The median counts: what it takes to answer all that waited is in the latency, too.
const freezes = 3

// frozen is the latency that hookrig sees of a receiver that is frozen for a second.
func (b *bench) frozen() load.Summary {
	url, process := startSink(b.t, 0)
	frozen := time.AfterFunc(4*time.Second, func() {
		_ = process.Signal(syscall.SIGSTOP)
		time.AfterFunc(time.Second, func() { _ = process.Signal(syscall.SIGCONT) })
	})
	defer frozen.Stop()
	return b.stalled(url)
}

// stalled is the latency that hookrig sees.
func (b *bench) stalled(url string) load.Summary {
	args := append(b.load(), "--rate", fmt.Sprintf("%d/s", stallRate), "--duration", fmt.Sprintf("%ds", stallSeconds))
	args[slices.Index(args, "--to")+1] = url
	var r load.Result
	c := &contender{name: hookrigToken, env: secretly(), read: func(out string) (measured, error) {
		return measured{sent: 1}, json.Unmarshal([]byte(out), &r)
	}}
	c.run(b.t, args)
	return r.Latency
}

// off prints how far what was seen is from what it is.
func off(what string, got, want time.Duration) {
	share := float64(got)/float64(want) - 1
	verdict := "held"
	if math.Abs(share) > 0.05 {
		verdict = "MISSED"
	}
	fmt.Printf("%-6s  %-26s %10s %10s %+9.1f %%\n", verdict, what, round(got), round(want), 100*share)
}
