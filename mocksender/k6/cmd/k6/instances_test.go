package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// asK6 makes the test's own binary a k6.
const asK6 = "HOOKRIG_TEST_AS_K6"

func TestMain(m *testing.M) {
	if os.Getenv(asK6) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const token = "0123456789abcdefghijklmnopqrstuv"

// receiver counts what arrives by its body.
type receiver struct {
	mu       sync.Mutex
	bodies   map[[sha256.Size]byte]int
	unsigned int
	status   int
	agents   map[string]int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bodies == nil {
		r.bodies, r.agents = map[[sha256.Size]byte]int{}, map[string]int{}
	}
	r.bodies[sha256.Sum256(body)]++
	r.agents[q.UserAgent()]++
	if !strings.Contains(string(body), token) && !strings.Contains(strings.Join(q.Header.Values("X-Chargeover-Key"), ""), token) {
		r.unsigned++
	}
	if r.status != 0 {
		w.WriteHeader(r.status)
	}
}

// start runs k6 with a script to its end, and returns its exit code and what it said.
func start(ctx context.Context, t *testing.T, script, url string, args ...string) (code int, said string) {
	file := filepath.Join(t.TempDir(), "script.js")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Error(err)
		return
	}
	args = append([]string{"run", "--no-color", "--address", "", "--no-usage-report"}, append(args, file)...)
	return k6(ctx, t, []string{"HOOKS_URL=" + url, "HOOKRIG_SECRET=" + token}, args...)
}

// k6 runs k6 to its end, and returns its exit code and what it said.
func k6(ctx context.Context, t *testing.T, environment []string, args ...string) (code int, said string) {
	program, err := os.Executable()
	if err != nil {
		t.Error(err)
		return
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(append(os.Environ(), asK6+"=1"), environment...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err = c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), out.String()
	}
	if err != nil {
		t.Error(err)
	}
	return 0, out.String()
}

const prelude = `
import hookrig from 'k6/x/hookrig';
import http from 'k6/http';
const contract = hookrig.contract('chargeover', {to: __ENV.HOOKS_URL, secret: __ENV.HOOKRIG_SECRET, seed: 7, events: ['customer.nightly']});
export const options = {scenarios: {all: {executor: 'shared-iterations', vus: 6, iterations: 60, maxDuration: '5m'}}};
`

// Instances of one test that are told their segments send every event once.
func TestInstancesShareTheEvents(t *testing.T) {
	for _, test := range []struct {
		name, body string
		each       int
		segments   []string
	}{
		{"deliver, halves", `export default function () { contract.deliver('customer.nightly', {count: 10}); }`, 10, []string{"0:1/2", "1/2:1"}},
		{"next, thirds", `export default function () {
			const e = contract.next('customer.nightly');
			http.post(e.url, e.body, {headers: e.headers});
		}`, 1, []string{"0:1/3", "1/3:2/3", "2/3:1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &receiver{}
			server := httptest.NewServer(r)
			defer server.Close()
			var running sync.WaitGroup
			for _, segment := range test.segments {
				running.Go(func() {
					if code, said := start(t.Context(), t, prelude+test.body, server.URL, "--execution-segment", segment,
						"--execution-segment-sequence", sequence(test.segments)); code != 0 {
						t.Errorf("segment %s: exit %d\n%s", segment, code, said)
					}
				})
			}
			running.Wait()
			twice, want := 0, 60*test.each
			for _, n := range r.bodies {
				if n > 1 {
					twice++
				}
			}
			if len(r.bodies) != want || twice != 0 || r.unsigned != 0 {
				t.Errorf("%d different events, %d of them twice, %d without the token; want %d, 0, 0", len(r.bodies), twice, r.unsigned, want)
			}
			if len(r.agents) != 1 {
				t.Errorf("user agents %v", r.agents)
			}
		})
	}
}

// sequence is what k6 takes to cut a test in the same way everywhere.
func sequence(segments []string) string {
	points := []string{"0"}
	for _, s := range segments {
		_, to, _ := strings.Cut(s, ":")
		points = append(points, to)
	}
	return strings.Join(points, ",")
}

// What deliver did is in k6's own metrics, with its tags: thresholds fail by it, and outputs have it.
func TestThresholdsAndOutputsWork(t *testing.T) {
	r := &receiver{status: http.StatusServiceUnavailable}
	server := httptest.NewServer(r)
	defer server.Close()
	out := filepath.Join(t.TempDir(), "out.json")
	code, said := start(t.Context(), t, prelude+`
		options.thresholds = {http_req_failed: ['rate<0.01'], 'http_req_duration{event:customer.nightly}': ['p(99)<60000'], http_reqs: ['count==600'], data_received: ['count>600'], data_sent: ['count>600000']};
		export default function () {
			const sum = contract.deliver('customer.nightly', {count: 10});
			if (sum.sent !== 10 || sum.taken !== 0 || sum.statuses['503'] !== 10) { throw new Error(JSON.stringify(sum)); }
		}`, server.URL, "--out", "json="+out)
	if code != 99 || !strings.Contains(said, "http_req_failed") {
		t.Errorf("exit %d, want 99\n%s", code, said)
	}
	for _, wrong := range []string{"Error", "✗ 'p(99)", "✗ 'count"} {
		if strings.Contains(said, wrong) {
			t.Errorf("says %q:\n%s", wrong, said)
		}
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	durations := 0
	for line := range strings.Lines(string(text)) {
		var p struct {
			Metric, Type string
			Data         struct {
				Value float64
				Tags  map[string]string
			}
		}
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		if p.Type != "Point" || p.Metric != "http_req_duration" {
			continue
		}
		durations++
		for name, want := range map[string]string{"event": "customer.nightly", "status": "503", "error_code": "1503", "expected_response": "false",
			"method": "POST", "url": server.URL, "name": server.URL, "scenario": "all", "proto": "HTTP/1.1"} {
			if p.Data.Tags[name] != want {
				t.Fatalf("tag %s is %q, want %q", name, p.Data.Tags[name], want)
			}
		}
		if p.Data.Value <= 0 {
			t.Fatalf("took %v", p.Data.Value)
		}
	}
	if durations != 600 {
		t.Errorf("%d points of http_req_duration, want 600", durations)
	}
}

func TestScriptsAreToldWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ script, want string }{
		"an unknown contract": {`hookrig.contract('chargeovr')`, "(did you mean"},
		"no secret":           {`hookrig.contract('chargeover')`, "secret: missing"},
		"an unknown event":    {`hookrig.contract('chargeover', {secret: 'x', events: ['customer.nightli']})`, "customer.nightly"},
		"a stranger's host":   {`hookrig.contract('chargeover', {secret: 'x', to: 'https://example.com/'})`, "mayLoad"},
		"no seed to share":    {`const c = hookrig.contract('chargeover', {secret: 'x'}); export default function () { c.next('customer.nightly'); }`, "seed: missing"},
	} {
		t.Run(name, func(t *testing.T) {
			script := "import hookrig from 'k6/x/hookrig';\n" + test.script
			if !strings.Contains(script, "export default") {
				script += ";\nexport default function () {}"
			}
			if _, said := start(t.Context(), t, script, "", "--execution-segment", "0:1/2"); !strings.Contains(said, test.want) {
				t.Errorf("lacks %q:\n%s", test.want, said)
			}
		})
	}
}
