package scenarios_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/scenarios"
)

var (
	runs = flag.Int("runs", 3, "how many seeded runs look for false alarms, against each kind of receiver in turn")
	here = flag.Bool("here", false, "look for false alarms in this process, however many runs there are")
)

// host is where a correct receiver is, and its probe.
type host struct{ url, probe string }

// kindOfReceiver starts a correct receiver, in a way of its own.
type kindOfReceiver struct {
	name  string
	start func(t *testing.T, providers []receiver.Provider) host
}

var kindsOfReceivers = []kindOfReceiver{
	{"net-http", func(t *testing.T, providers []receiver.Provider) host {
		s := reference(t, providers)
		return host{s.URL, s.ProbeURL()}
	}},
	{"behind a proxy that buffers", func(t *testing.T, providers []receiver.Provider) host {
		s := reference(t, providers)
		front := httptest.NewServer(buffering(s.URL))
		t.Cleanup(front.Close)
		return host{front.URL, s.ProbeURL()}
	}},
	{"on a socket, closing after each answer", func(t *testing.T, providers []receiver.Provider) host {
		url := startSocket(t, newConsumer(t, providers).handle)
		return host{url, url + "/effects?digest={@sha256}"}
	}},
}

func reference(t *testing.T, providers []receiver.Provider) *receiver.Server {
	t.Helper()
	s, err := receiver.Start("127.0.0.1:0", receiver.Config{Providers: providers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// buffering passes a request on when all of it is there, and an answer likewise, as gateways do by default.
func buffering(target string) http.Handler {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		out, err := http.NewRequestWithContext(r.Context(), r.Method, target+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		out.Header = r.Header.Clone()
		out.Header.Set("X-Forwarded-For", r.RemoteAddr)
		out.Header.Set("Via", "1.1 gateway")
		reply, err := client.Do(out)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = reply.Body.Close() }()
		answer, err := io.ReadAll(reply.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", reply.Header.Get("Content-Type"))
		w.Header().Set("Via", "1.1 gateway")
		w.WriteHeader(reply.StatusCode)
		_, _ = w.Write(answer)
	})
}

// sender is one of the providers that a correct receiver is tried with.
type sender struct {
	contract *contract.Contract
	policy   *policy.Policy
	secret   mocksender.Secret
}

// trialSenders are both built-in providers, and one that signs.
func trialSenders(t *testing.T) []sender {
	t.Helper()
	var all []sender
	for _, name := range []string{"chargeover", "zipit"} {
		p, err := policy.ForContract(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sender{load(t, name), p, secret})
	}
	orders, err := contract.Load(os.DirFS("testdata"), "orders.yaml")
	if err != nil {
		t.Fatal(err)
	}
	signs, err := policy.Named("standard-webhooks")
	if err != nil {
		t.Fatal(err)
	}
	return append(all, sender{orders, signs, signingSecret})
}

// A correct receiver has no finding, not even a warning, with any payloads and at any speed. Each run is the quick set,
// and all that is asked of one further event of each contract, in turn.
func TestCorrectReceiversRaiseNoAlarm(t *testing.T) {
	alone(t)
	senders := trialSenders(t)
	var providers []receiver.Provider
	for _, s := range senders {
		p, err := receiver.ProviderOf(s.contract, s.policy, s.secret)
		if err != nil {
			t.Fatal(err)
		}
		providers = append(providers, p)
	}
	for k, kind := range kindsOfReceivers {
		t.Run(kind.name, func(t *testing.T) {
			if *runs > len(kindsOfReceivers) && !*here {
				t.Parallel()
				inProcess(t)
				return
			}
			at, senders := kind.start(t, providers), senders
			if testing.Short() {
				senders = senders[k : k+1] // a sample: make false-alarms has the rest
			}
			for n := 0; n*len(kindsOfReceivers)+k < *runs; n++ {
				noAlarm(t, at, senders, n*len(kindsOfReceivers)+k, n)
			}
		})
	}
}

// inProcess runs a test again in a process of its own: many runs wait more than they work, and a process has one of
// Ginkgo's trees.
func inProcess(t *testing.T) {
	t.Helper()
	parts := strings.Split(t.Name(), "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	out, err := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+strings.Join(parts, "/"), "-here", fmt.Sprint("-runs=", *runs)).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// noAlarm is one run. Its turn says which events are looked at in full.
func noAlarm(t *testing.T, at host, senders []sender, seed, turn int) {
	t.Helper()
	recorder := harness.NewRecorder(harness.Header{Command: "verify", Target: at.url, Seed: uint64(seed)}, nil)
	config := scenarios.Config{Recorder: recorder, Strict: true, Only: "quick"}
	defer func() {
		for _, rig := range config.Rigs {
			rig.Close()
		}
	}()
	for _, s := range senders {
		look, err := probe.New(probe.Config{URL: at.probe, Count: "items.#", State: probe.State{Path: "digest", Equals: "@sha256"}})
		if err != nil {
			t.Fatal(err)
		}
		rig, err := harness.New(harness.Config{
			Target: at.url + "/" + s.contract.Name(), Contract: s.contract, Policy: s.policy, Secret: s.secret, Seed: uint64(seed),
			Time: start, Probe: look, Recorder: recorder, Command: []string{"hookrig", "verify"},
		})
		if err != nil {
			t.Fatal(err)
		}
		config.Rigs = append(config.Rigs, rig)
		events := s.contract.Events()
		config.Only += fmt.Sprintf(" || event:%s && contract:%s && !slow", events[turn%len(events)].Name, s.contract.Name())
	}
	var failed failures
	result, err := scenarios.Run(t.Context(), &failed, config)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	for _, f := range result.Run.Findings {
		t.Errorf("seed %d: %s: %s\nwant %s\ngot %s\nsent %s\nreceived %s", seed, f.Verdict, f.Scenario, f.Want, f.Got, f.Sent, f.Received)
	}
	if counts := result.Run.Counts(); failed != 0 || result.Unreachable != nil || counts[harness.Pass] != result.Selected || result.Selected == 0 {
		t.Errorf("seed %d: %d failed, %v, counts %v of %d", seed, failed, result.Unreachable, counts, result.Selected)
	}
}
