package scenarios_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/scenarios"
)

func TestTheReferenceReceiverPassesAll(t *testing.T) {
	alone(t)
	all := newBench(t, nil, "chargeover", "zipit")
	if testing.Short() {
		all.config.Only = "quick"
	}
	result, failed := all.run(t)
	for _, f := range result.Run.Findings {
		t.Errorf("%s: %s: %s", f.Verdict, f.Scenario, f.Got)
	}
	counts := result.Run.Counts()
	if failed != 0 || !result.Passed || result.Run.Verdict() != harness.Pass || counts[harness.Pass] != result.Selected || result.Selected == 0 {
		t.Errorf("failed %d, passed %t, verdict %s, counts %v of %d", failed, result.Passed, result.Run.Verdict(), counts, result.Selected)
	}
	for _, theme := range []string{"responses", "authentication", "malformed", "tolerance", "idempotency", "ordering", "retries", "transitions", "timing", "transport"} {
		if !slices.ContainsFunc(result.Run.Scenarios, func(s harness.Scenario) bool { return s.Theme == theme }) {
			t.Errorf("theme %s has no scenario", theme)
		}
	}
	text, err := json.Marshal(result.Run)
	if err != nil || bytes.Contains(text, []byte(secret)) {
		t.Errorf("the record holds the secret, or does not marshal: %v", err)
	}
}

// checkFinding asserts what every finding must say.
func checkFinding(t *testing.T, f harness.Finding) {
	t.Helper()
	if f.Verdict != harness.Fail {
		return
	}
	for name, text := range map[string]string{
		"rule": f.Rule, "scenario": f.Scenario, "theme": f.Theme, "event": f.Event, "summary": f.Summary, "want": f.Want,
		"got": f.Got, "why": f.Why, "source": f.Source, "sent": f.Sent, "received": f.Received, "curl": f.Curl, "repeat": f.Repeat,
	} {
		if text == "" {
			t.Errorf("%s: the finding has no %s", f.Scenario, name)
		}
		if strings.Contains(text, string(secret)) {
			t.Errorf("%s: %s tells the secret", f.Scenario, name)
		}
	}
	if len(f.Deliveries) == 0 || f.Pos.Line == 0 {
		t.Errorf("%s: deliveries %v, position %v", f.Scenario, f.Deliveries, f.Pos)
	}
}

func TestAFindingNamesTheContractLine(t *testing.T) {
	alone(t)
	flaw, err := receiver.FlawNamed("server-error")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, flaw.Apply, "chargeover")
	b.config.Only = "rule:acknowledge && event:customer.nightly"
	var progress bytes.Buffer
	b.config.Output, b.config.NoColor = &progress, true
	result, _ := b.run(t)
	if len(result.Run.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(result.Run.Findings))
	}
	f := result.Run.Findings[0]
	_, pos := load(t, "chargeover").ReplyRule("customer.nightly")
	if f.Pos != pos || !strings.HasSuffix(pos.File, "chargeover.yaml") || pos.Line == 0 {
		t.Errorf("the finding is at %v, the reply rule at %v", f.Pos, pos)
	}
	if want := "hookrig verify --contract chargeover --to " + b.server.URL +
		" --seed 7 --only 'contract:chargeover && event:customer.nightly && theme:responses && rule:acknowledge'"; f.Repeat != want {
		t.Errorf("repeat is %s, want %s", f.Repeat, want)
	}
	if !strings.Contains(f.Curl, `"$HOOKRIG_SECRET"`) || !strings.Contains(f.Curl, "customer_id") {
		t.Errorf("curl is %s", f.Curl)
	}
	for _, want := range []string{pos.String(), "500 Internal Server Error", "curl -sS", "why ", "source ", "--only 'contract:chargeover"} {
		if !strings.Contains(progress.String(), want) {
			t.Errorf("the progress does not say %q:\n%s", want, progress.String())
		}
	}
}

func TestWithoutAProbeRepeatsAreInconclusive(t *testing.T) {
	alone(t)
	b := newBench(t, nil, "zipit")
	b.config.Rigs = []*harness.Rig{b.rig(t, 0, b.server.URL, nil)}
	b.config.Only = "theme:retries && quick"
	result, failed := b.run(t)
	counts := result.Run.Counts()
	if failed != 0 || counts[harness.Inconclusive] != 1 || counts[harness.Pass] != 2 || result.Run.Verdict() != harness.Pass {
		t.Errorf("counts %v, verdict %s", counts, result.Run.Verdict())
	}
	if f := result.Run.Findings; len(f) != 1 || !strings.Contains(f[0].Summary, "--probe-url") {
		t.Errorf("findings %+v, want one that says how to add a probe", f)
	}
}

func TestUndocumentedSuccessIsAWarning(t *testing.T) {
	alone(t)
	accepted := func(s *receiver.Steps) {
		s.Acknowledge = func(*receiver.Exchange) *receiver.Answer { return &receiver.Answer{Status: http.StatusAccepted} }
	}
	b := newBench(t, accepted, "zipit")
	b.config.Only = "event:billing:purchase && rule:acknowledge"
	result, failed := b.run(t)
	if counts := result.Run.Counts(); failed != 0 || counts[harness.Warning] != result.Selected || result.Run.Verdict() != harness.Warning {
		t.Errorf("counts %v, failed %d, verdict %s", counts, failed, result.Run.Verdict())
	}
	b = newBench(t, accepted, "zipit")
	b.config.Only, b.config.Strict = "event:billing:purchase && rule:acknowledge", true
	result, failed = b.run(t)
	if counts := result.Run.Counts(); failed == 0 || counts[harness.Fail] != result.Selected || result.Run.Verdict() != harness.Fail {
		t.Errorf("strict: counts %v, failed %d, verdict %s", counts, failed, result.Run.Verdict())
	}
}

func TestNothingSelectedIsNotGreen(t *testing.T) {
	alone(t)
	b := newBench(t, nil, "zipit")
	b.config.Only = "theme:nothing"
	result, _ := b.run(t)
	if result.Selected != 0 || result.Run.Checked() || result.Run.Verdict() == harness.Pass {
		t.Errorf("selected %d, verdict %s", result.Selected, result.Run.Verdict())
	}
}

func TestNobodyAtTheTarget(t *testing.T) {
	alone(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, nil, "zipit")
	b.config.Rigs = []*harness.Rig{b.rig(t, 0, target, nil)}
	result, _ := b.run(t)
	if result.Unreachable == nil || result.Unreachable.Tries != 1 || result.Run.Checked() || result.Run.Summary == nil {
		t.Errorf("got %+v", result)
	}
}

func TestAReceiverThatDiesEndsTheRun(t *testing.T) {
	alone(t)
	var server *httptest.Server
	died := make(chan struct{})
	seen := 0
	server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if seen++; seen == 4 {
			_ = server.Listener.Close()
			go func() { server.CloseClientConnections(); close(died) }()
			<-died
		}
	}))
	b := newBench(t, nil, "zipit")
	b.config.Rigs = []*harness.Rig{b.rig(t, 0, server.URL, nil)}
	b.config.Only = "theme:responses"
	result, _ := b.run(t)
	if result.Unreachable == nil || !result.Run.Checked() || len(result.Run.Deliveries) < 3 || result.Run.Ended() {
		t.Errorf("unreachable %v, checked %t, %d deliveries", result.Unreachable, result.Run.Checked(), len(result.Run.Deliveries))
	}
}

func TestListSendsNothing(t *testing.T) {
	alone(t)
	b := newBench(t, nil, "chargeover", "zipit")
	all, err := scenarios.List(b.config)
	if err != nil || len(b.server.Effects(receiver.Filter{})) != 0 {
		t.Fatal(err)
	}
	b.config.Only, b.config.Skip = "theme:retries", "event:customer.super"
	some, err := scenarios.List(b.config)
	if err != nil || len(some) == 0 || len(some) >= len(all) {
		t.Errorf("%d of %d, %v", len(some), len(all), err)
	}
	texts := map[string]bool{}
	for _, l := range all {
		if texts[l.Text] {
			t.Errorf("two scenarios are called %q", l.Text)
		}
		texts[l.Text] = true
	}
	for _, l := range some {
		if !slices.Contains(l.Labels, "theme:retries") || slices.Contains(l.Labels, "event:customer.super") {
			t.Errorf("%s has labels %v", l.Text, l.Labels)
		}
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	alone(t)
	_, err := scenarios.Run(t.Context(), new(failures), scenarios.Config{Only: "a && (", Patience: -1})
	for _, want := range []string{"rigs: none", "recorder: missing", `only: "a && ("`, "patience"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

func TestReportsOfGinkgo(t *testing.T) {
	alone(t)
	b := newBench(t, nil, "chargeover")
	folder := t.TempDir()
	b.config.JUnit, b.config.JSON = filepath.Join(folder, "junit.xml"), filepath.Join(folder, "report.json")
	b.config.Only = "theme:responses"
	b.run(t)
	for _, file := range []string{b.config.JUnit, b.config.JSON} {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), "customer.nightly") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestTheSameSeedSendsTheSameEvents(t *testing.T) {
	alone(t)
	var sent []string
	for _, only := range []string{"event:customer.nightly && theme:authentication", "event:customer.nightly && rule:token-wrong"} {
		b := newBench(t, nil, "chargeover")
		b.config.Only = only
		result, _ := b.run(t)
		sent = append(sent, digest(result.Run))
	}
	if sent[1] == "" || !containsLines(sent[0], sent[1]) {
		t.Error("a scenario alone sent other events than among others, with the same seed")
	}
}

// digest lists what was sent, in no order: Ginkgo may run tables in another.
func digest(run harness.Run) string {
	var lines []string
	for _, d := range run.Deliveries {
		lines = append(lines, d.ID+" "+string(d.Message.Body))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func containsLines(all, some string) bool {
	lines := strings.Split(all, "\n")
	for line := range strings.SplitSeq(some, "\n") {
		if !slices.Contains(lines, line) {
			return false
		}
	}
	return true
}

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
