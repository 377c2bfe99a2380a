package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The senders that goals are about.
const (
	wrkStatic    = "wrk, static body"
	hookrigToken = "hookrig, token"
	hookrigHMAC  = "hookrig, HMAC-SHA256"
	vegetaLazy   = "vegeta, lazy targets"
	k6Script     = "k6, bodies in JavaScript"
	k6Static     = "k6, static body"
	k6Next       = "k6, our .next"
	k6Deliver    = "k6, our .deliver"
)

// scripts are those of the k6 extension, from this folder.
const scripts = "../../mocksender/k6/bench"

// contenders are the senders that are there, the measure of all first.
func (b *bench) contenders() []*contender {
	t := b.t
	b.generate()
	var all []*contender
	if here("wrk") {
		all = append(all, b.wrk())
	} else {
		fmt.Println("wrk is not on the PATH (apt install wrk): hookrig's own client is the measure")
	}
	all = append(all, b.hookrig(hookrigToken), b.hookrig(hookrigHMAC, "--policy", "github"), b.hookrig("hookrig --transport nethttp", "--transport", "nethttp"))
	if here("vegeta") {
		all = append(all, b.vegeta())
	} else {
		fmt.Println("vegeta is not on the PATH (github.com/tsenart/vegeta): left out")
	}
	if k6 := findK6(); k6 == "" {
		fmt.Println("k6 is neither bin/k6 (make k6) nor on the PATH: left out")
	} else {
		all = append(all, b.k6(k6, k6Script, "javascript.js"), b.k6(k6, k6Static, "static.js"))
		if extended(k6) {
			all = append(all, b.k6(k6, k6Next, "next.js"), b.k6(k6, k6Deliver, "deliver.js"))
		} else {
			fmt.Println(k6 + " is without our extension (make k6): .next and .deliver are left out")
		}
	}
	only, err := regexp.Compile(*benchOnly)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(c *contender) bool { return !only.MatchString(c.name) })
	if len(all) == 0 {
		t.Fatalf("no sender is called %s", only)
	}
	for _, c := range all {
		c.start(t)
	}
	return all
}

// Everyone sends this event of this profile, which has every member that the event may have.
const benchEvent, benchProfile = "customer.nightly", "full"

// generate makes the bodies for those who send what others made, and prints how long they are. The one body for all is as long as
// they are on average.
func (b *bench) generate() {
	const different = 4096 // more than vegeta has under way; then the first comes again
	out, err := exec.CommandContext(b.t.Context(), "hookrig", "generate", benchEvent, "--profile", benchProfile, "--seed", "7",
		"--count", strconv.Itoa(different)).Output()
	if err != nil {
		b.t.Fatal(err)
	}
	b.bodies = bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	mean := len(out)/len(b.bodies) - 1
	off := func(body []byte) int { return max(len(body)-mean, mean-len(body)) }
	b.body = slices.MinFunc(b.bodies, func(x, y []byte) int { return off(x) - off(y) })
	fmt.Printf("%s, profile %s: bodies of %d bytes on average\n", benchEvent, benchProfile, mean)
}

func here(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// findK6 prefers the one of this repository, which has the extension.
func findK6() string {
	if path, err := filepath.Abs("../../bin/k6"); err == nil && here(path) {
		return path
	}
	if here("k6") {
		return "k6"
	}
	return ""
}

func extended(k6 string) bool {
	out, err := exec.Command(k6, "version").CombinedOutput()
	return err == nil && bytes.Contains(out, []byte("k6/x/hookrig"))
}

func (b *bench) wrk() *contender {
	script := filepath.Join(b.folder, "post.lua")
	lua := fmt.Sprintf("wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.headers[\"X-ChargeOver-Key\"] = %q\nwrk.body = [==[%s]==]\n", testSecret, b.body)
	b.write(script, []byte(lua))
	return &contender{name: wrkStatic, read: readWrk, send: []string{"wrk", "-t1", "-c8", "-d" + b.seconds + "s", "-s", script, b.url}}
}

func (b *bench) write(path string, data []byte) {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// hookrig is hookrig load, in a closed loop as all of them.
func (b *bench) hookrig(name string, more ...string) *contender {
	with := func(last ...string) []string {
		return append(append(b.load(), more...), last...)
	}
	return &contender{name: name, env: secretly(), read: readHookrig,
		begin: with("--connections", "8", "--burst", "1"), send: with("--connections", "8", "--rate", "max", "--duration", b.seconds+"s")}
}

func (b *bench) load() []string {
	return []string{"hookrig", "load", "--to", b.url, "--mix", benchEvent, "--profile", benchProfile, "--output", "json", "-q"}
}

func secretly() []string { return []string{"HOOKRIG_SECRET=" + testSecret} }

// vegeta reads its targets one by one, each with a body of its own, as those do who make them on the fly.
func (b *bench) vegeta() *contender {
	var feed bytes.Buffer
	for _, body := range b.bodies {
		line, err := json.Marshal(map[string]any{
			"method": "POST", "url": b.url, "body": base64.StdEncoding.EncodeToString(body),
			"header": map[string][]string{"Content-Type": {"application/json"}, "X-ChargeOver-Key": {testSecret}},
		})
		if err != nil {
			b.t.Fatal(err)
		}
		feed.Write(append(line, '\n'))
	}
	out := filepath.Join(b.folder, "vegeta.bin")
	attack := func(duration string) []string {
		return []string{"vegeta", "attack", "-lazy", "-format", "json", "-rate", "0", "-workers", "8", "-max-workers", "8", "-duration", duration, "-output", out}
	}
	return &contender{name: vegetaLazy, feed: feed.Bytes(), begin: attack("100ms"), send: attack(b.seconds + "s"),
		read: func(string) (measured, error) { return readVegeta(out) }}
}

// k6 runs one of the extension's scripts.
func (b *bench) k6(k6, name, script string) *contender {
	run := func(more ...string) []string {
		return append([]string{k6, "run", "-q", "--no-usage-report", "--no-color", "-e", "VUS=8", "-e", "HOOKS_URL=" + b.url, filepath.Join(scripts, script)}, more...)
	}
	return &contender{name: name, env: append(secretly(), "K6_LOG_OUTPUT=stderr"), read: readHookrig,
		begin: run("--vus", "8", "--iterations", "8"), send: run("-e", "DURATION="+b.seconds+"s")}
}

var wrkCount = regexp.MustCompile(`(\d+) requests in`)

func readWrk(out string) (measured, error) {
	m := wrkCount.FindStringSubmatch(out)
	if m == nil || strings.Contains(out, "Non-2xx") || strings.Contains(out, "Socket errors") {
		return measured{}, errors.New("not every request succeeded")
	}
	n, err := strconv.Atoi(m[1])
	return measured{sent: n}, err
}

// readVegeta asks vegeta what its results say.
func readVegeta(results string) (measured, error) {
	out, err := exec.Command("vegeta", "report", "-type", "json", results).Output()
	if err != nil {
		return measured{}, err
	}
	var r struct {
		Requests  int
		Rate      float64
		Success   float64
		Errors    []string
		Latencies map[string]time.Duration
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return measured{}, err
	}
	if r.Success < 1 {
		return measured{}, fmt.Errorf("not every request succeeded: %v", r.Errors)
	}
	return measured{sent: r.Requests, rate: r.Rate, p50: r.Latencies["50th"], p99: r.Latencies["99th"]}, nil
}

var (
	heyRate = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	heyTime = regexp.MustCompile(`(50|99)%+ in ([\d.]+) secs`)
	heySent = regexp.MustCompile(`\[200\]\s+(\d+) responses`)
)

func readHey(out string) (o measured, err error) {
	rate, sent := heyRate.FindStringSubmatch(out), heySent.FindStringSubmatch(out)
	if rate == nil || sent == nil || strings.Contains(out, "Error distribution") {
		return o, errors.New("not every request succeeded")
	}
	o.rate, _ = strconv.ParseFloat(rate[1], 64) // digits
	o.sent, err = strconv.Atoi(sent[1])
	for _, m := range heyTime.FindAllStringSubmatch(out, -1) {
		seconds, _ := strconv.ParseFloat(m[2], 64) // digits
		if m[1] == "50" {
			o.p50 = time.Duration(seconds * 1e9)
		} else {
			o.p99 = time.Duration(seconds * 1e9)
		}
	}
	return o, err
}
