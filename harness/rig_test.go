package harness_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

const secret = mocksender.Secret("0123456789abcdefABCDEF0123456789")

// config is a rig's configuration for an embedded contract; waits take no time.
func config(t testing.TB, name, target string) harness.Config {
	t.Helper()
	c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.ForContract(name)
	if err != nil {
		t.Fatal(err)
	}
	return harness.Config{
		Target: target, Contract: c, Policy: p, Secret: secret, Seed: 7,
		Time:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		TimeScale: mocksender.Scale{From: time.Hour},
	}
}

func rig(t testing.TB, c harness.Config) *harness.Rig {
	t.Helper()
	r, err := harness.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// reference starts the reference receiver for a configuration, and aims it there with a probe.
func reference(t testing.TB, c *harness.Config) *receiver.Server {
	t.Helper()
	provider, err := receiver.ProviderOf(c.Contract, c.Policy, c.Secret)
	if err != nil {
		t.Fatal(err)
	}
	s, err := receiver.Start("127.0.0.1:0", receiver.Config{Providers: []receiver.Provider{provider}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Target = s.URL
	if c.Probe, err = probe.New(probe.Config{URL: s.ProbeURL(), Count: "items.#"}); err != nil {
		t.Fatal(err)
	}
	return s
}

// answering starts a server that gives these statuses in turn, the last for ever.
func answering(t testing.TB, statuses ...int) *httptest.Server {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[min(int(n.Add(1)), len(statuses))-1])
	}))
	t.Cleanup(s.Close)
	return s
}

// nobody returns a URL at which nothing listens.
func nobody(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

func TestNewListsEveryProblem(t *testing.T) {
	_, err := harness.New(harness.Config{})
	for _, want := range []string{"target: missing", "contract: missing", "policy: missing", "time: missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	c := config(t, "chargeover", "http://192.0.2.1/")
	c.Secret = ""
	_, err = harness.New(c)
	for _, want := range []string{"192.0.2.1", "secret: missing, chargeover authenticates by token"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

func TestDeliverRetriesAndRecordsWithoutTheSecret(t *testing.T) {
	var kinds []string
	var all bytes.Buffer
	recorder := harness.NewRecorder(harness.Header{Command: "test"}, func(r harness.Record) {
		kinds = append(kinds, r.Kind)
		if err := json.NewEncoder(&all).Encode(r); err != nil {
			t.Error(err)
		}
	})
	c := config(t, "chargeover", answering(t, 503, 503, 200).URL)
	c.Recorder = recorder
	r := rig(t, c)
	first, err := r.Deliver(t.Context(), "customer.nightly")
	if err != nil || len(first.Attempts) != 3 || first.Outcome != mocksender.Delivered {
		t.Fatalf("%d attempts, %s, %v", len(first.Attempts), first.Outcome, err)
	}
	second, err := r.Deliver(t.Context(), "customer.nightly")
	if err != nil || second.ID == first.ID || bytes.Equal(second.Message.Body, first.Message.Body) {
		t.Errorf("the second event is the first again: %s, %v", second.ID, err)
	}
	r.Report(harness.Finding{Rule: "x", Verdict: harness.Fail})
	recorder.Scenario(harness.Scenario{Text: "s", Verdict: harness.Fail})
	run := recorder.Close(time.Now(), false)
	if got := strings.Join(kinds, " "); got != "header delivery delivery finding scenario summary" {
		t.Errorf("records %s", got)
	}
	if run.Summary.Attempts != 4 || run.Summary.Counts[harness.Fail] != 1 || run.Header.Version != harness.RecordVersion {
		t.Errorf("summary %+v", run.Summary)
	}
	if bytes.Contains(all.Bytes(), []byte(secret)) {
		t.Error("the record tells the secret")
	}
}

func TestDeliverKnowsItsEvents(t *testing.T) {
	r := rig(t, config(t, "chargeover", answering(t, 200).URL))
	if _, err := r.Deliver(t.Context(), "customer.nightli"); err == nil || !strings.Contains(err.Error(), `"customer.nightly"`) {
		t.Errorf("got %v, want a suggestion", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := r.Deliver(ctx, "customer.nightly"); !errors.Is(err, context.Canceled) || d.Outcome != mocksender.Cancelled {
		t.Errorf("cancelled: %s, %v", d.Outcome, err)
	}
}

func TestJudgements(t *testing.T) {
	rows := []struct {
		status  int
		verdict harness.Verdict // of the reply, "" for none
		refusal harness.Verdict
	}{
		{200, "", harness.Fail},
		{202, harness.Warning, harness.Fail},
		{301, harness.Fail, harness.Fail},
		{403, harness.Fail, ""},
		{429, harness.Fail, harness.Inconclusive},
		{500, harness.Fail, harness.Fail},
	}
	var statuses []int
	for _, row := range rows {
		statuses = append(statuses, row.status)
	}
	r := rig(t, config(t, "chargeover", answering(t, statuses...).URL))
	m, err := r.Message("customer.nightly", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		d, err := r.Send(t.Context(), m, harness.Shipping{Once: true})
		if err != nil || len(d.Attempts) != 1 || d.Outcome == "" {
			t.Fatalf("%d attempts, %q, %v", len(d.Attempts), d.Outcome, err)
		}
		found := r.JudgeReply(d)
		if row.verdict == "" && len(found) > 0 || row.verdict != "" && (len(found) != 1 || found[0].Verdict != row.verdict) {
			t.Errorf("%d: judgements %v, want %q", row.status, found, row.verdict)
		}
		for _, j := range found {
			if j.Pos.Line == 0 || !strings.Contains(j.String(), "chargeover.yaml:") {
				t.Errorf("%d: the judgement has no place: %s", row.status, j)
			}
		}
		j := r.JudgeRefusal(d)
		if row.refusal == "" && j != nil || row.refusal != "" && (j == nil || j.Verdict != row.refusal) {
			t.Errorf("%d: refusal judged %v, want %q", row.status, j, row.refusal)
		}
	}
}

func TestATimeoutIsJudgedByThePolicy(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(release)
	c := config(t, "chargeover", s.URL)
	c.Policy = c.Policy.WithTimeout(20 * time.Millisecond)
	r := rig(t, c)
	m, err := r.Message("customer.nightly", 1)
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Send(t.Context(), m, harness.Shipping{Once: true})
	if err != nil {
		t.Fatal(err)
	}
	found := r.JudgeReply(d)
	if len(found) != 1 || found[0].Rule != harness.RuleInTime || !strings.Contains(found[0].Want, "within 20ms") || d.Unreachable() != nil {
		t.Errorf("judgements %v, unreachable %v", found, d.Unreachable())
	}
}

func TestNobodyThere(t *testing.T) {
	target := nobody(t)
	r := rig(t, config(t, "zipit", target))
	m, err := r.Message("billing:purchase", 1)
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Send(t.Context(), m, harness.Shipping{Once: true})
	if u := d.Unreachable(); err != nil || u == nil || u.Target != target || !strings.Contains(u.Error(), "no answer in 1 try") {
		t.Errorf("unreachable %v, %v", u, err)
	}
	var u *harness.UnreachableError
	if err := r.WaitReady(t.Context(), 0); !errors.As(err, &u) || u.Tries != 1 {
		t.Errorf("got %v", err)
	}
}

func TestWaitReadyKnocksUntilAnAnswer(t *testing.T) {
	r := rig(t, config(t, "zipit", answering(t, 503, 405).URL))
	if err := r.WaitReady(t.Context(), time.Minute); err != nil {
		t.Error(err)
	}
	gateway := rig(t, config(t, "zipit", answering(t, 502).URL))
	if err := gateway.WaitReady(t.Context(), 0); err == nil || !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.WaitReady(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEffectsNeedAProbe(t *testing.T) {
	c := config(t, "chargeover", answering(t, 200).URL)
	d, err := rig(t, c).Deliver(t.Context(), "customer.nightly")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Effects(t.Context()); !errors.Is(err, harness.ErrNoProbe) {
		t.Errorf("got %v", err)
	}
	reference(t, &c)
	d, err = rig(t, c).Deliver(t.Context(), "customer.nightly")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := d.Effects(t.Context()); n != 1 || err != nil {
		t.Errorf("%d effects, %v", n, err)
	}
	if _, err := (&harness.Delivery{}).Effects(t.Context()); err == nil {
		t.Error("a delivery made by hand has no rig to look with")
	}
}

func TestTheCurlLineRepeatsTheExchange(t *testing.T) {
	c := config(t, "chargeover", "")
	server := reference(t, &c)
	c.Command = []string{"hookrig", "verify", "--to", server.URL + "/a b", "--secret", secret.Reveal()}
	r := rig(t, c)
	d, err := r.Deliver(t.Context(), "customer.nightly")
	if err != nil {
		t.Fatal(err)
	}
	line := r.Curl(d)
	if strings.Contains(line, secret.Reveal()) || strings.Count(line, "$HOOKRIG_SECRET") != 2 {
		t.Errorf("curl tells the secret, or does not ask for it: %s", line)
	}
	if got, want := r.Repeat("a && b"), `hookrig verify --to '`+server.URL+`/a b' --secret "$HOOKRIG_SECRET" --only 'a && b'`; got != want {
		t.Errorf("repeat is %s, want %s", got, want)
	}
	// The shell must hand curl the very bytes: printf stands in for it where there is none.
	shell := exec.CommandContext(t.Context(), "bash", "-c", `curl() { printf '%s\0' "$@"; }; `+line)
	shell.Env = []string{"HOOKRIG_SECRET=" + secret.Reveal()}
	out, err := shell.Output()
	if err != nil {
		t.Skip("no bash here: ", err)
	}
	words := strings.Split(string(out), "\x00")
	if !slices.Contains(words, string(d.Message.Body)) || !slices.Contains(words, "X-ChargeOver-Key: "+secret.Reveal()) || !slices.Contains(words, server.URL) {
		t.Errorf("the shell reads other words: %q", words)
	}
}

func TestTransportGoesWhereTheGuardPermits(t *testing.T) {
	client := http.Client{Transport: harness.Transport(mocksender.Guard{}, nil, nil)}
	response, err := client.Get(answering(t, 200).URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	var forbidden *mocksender.ForbiddenError
	response, err = client.Get("http://169.254.169.254/")
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.As(err, &forbidden) {
		t.Errorf("got %v, want it forbidden", err)
	}
}
