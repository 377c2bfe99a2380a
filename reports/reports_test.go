package reports_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/reports"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// writers are all reports by the name of their golden files.
var writers = map[string]func(io.Writer, harness.Run) error{
	"text":   func(w io.Writer, run harness.Run) error { return reports.Text(w, run, reports.TextOptions{}) },
	"narrow": func(w io.Writer, run harness.Run) error { return reports.Text(w, run, reports.TextOptions{Width: 48}) },
	"verbose": func(w io.Writer, run harness.Run) error {
		return reports.Text(w, run, reports.TextOptions{Width: 100, Verbose: true})
	},
	"color": func(w io.Writer, run harness.Run) error {
		return reports.Text(w, run, reports.TextOptions{Color: true})
	},
	"md":     reports.Markdown,
	"ndjson": reports.NDJSON,
	"html":   reports.HTML,
	"json":   reports.JSON,
	"junit":  reports.JUnit,
}

var runs = map[string]func() harness.Run{
	"always-fails": alwaysFails, "mixed": mixed, "clean": clean, "nothing": nothing, "stopped": stopped, "hostile": hostile,
}

func render(t *testing.T, write func(io.Writer, harness.Run) error, run harness.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for runName, run := range runs {
		for format, write := range writers {
			if format == "html" || format == "json" || format == "junit" {
				continue // their tests parse them
			}
			t.Run(runName+"/"+format, func(t *testing.T) {
				got := render(t, write, run())
				file := filepath.Join("testdata", runName+"."+format+".golden")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s differs; -update rewrites it. got:\n%s", file, got)
				}
			})
		}
	}
}

func TestTextBeginsWithTheVerdictAndEndsWithTheRepeat(t *testing.T) {
	tests := map[string]string{
		"always-fails": "FAIL  19 failed, 1 passed · http://127.0.0.1:8080/hooks · seed 7",
		"mixed":        "FAIL  2 failed, 1 warning, 1 inconclusive, 1 passed, 1 skipped",
		"clean":        "PASS  19 passed · http://127.0.0.1:8080/hooks · seed 7",
		"nothing":      "INCONCLUSIVE  nothing was checked · http://127.0.0.1:8080/hooks · seed 7",
		"stopped":      "INCONCLUSIVE  3 passed · stopped before its end · http://127.0.0.1:8080/hooks",
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			text := render(t, writers["text"], runs[name]())
			if first, _, _ := strings.Cut(text, "\n"); first != want {
				t.Errorf("first line %q, want %q", first, want)
			}
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if last := lines[len(lines)-1]; !strings.HasPrefix(last, "repeat the run: hookrig verify") {
				t.Errorf("last line %q, want the command that repeats the run", last)
			}
		})
	}
}

// The one thing that may be longer than the width is a word of a command.
func TestTextFitsTheWidth(t *testing.T) {
	for name, run := range runs {
		for _, width := range []int{40, 48, 80, 132} {
			for _, verbose := range []bool{false, true} {
				r := run()
				for i := range r.Findings {
					r.Findings[i].Curl, r.Findings[i].Repeat = "", ""
				}
				r.Header.Repeat = ""
				var b bytes.Buffer
				if err := reports.Text(&b, r, reports.TextOptions{Width: width, Verbose: verbose}); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(b.String()) {
					if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
						t.Errorf("%s at width %d: %d characters: %q", name, width, n, line)
					}
				}
			}
		}
	}
}

// Nothing but line ends and what is printable may reach a terminal or a page.
func TestReportsEscapeTheReceiver(t *testing.T) {
	for format, write := range writers {
		if format == "color" {
			continue // has escapes of its own, see below
		}
		got := render(t, write, hostile())
		if !utf8.ValidString(got) {
			t.Errorf("%s: not UTF-8", format)
		}
		if format == "ndjson" || format == "json" {
			continue // JSON has its own escapes, and is not for terminals
		}
		for i, r := range got {
			if r != '\n' && r != '\uFE0F' && (!unicode.IsPrint(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: %U at byte %d", format, r, i)
			}
		}
	}
}

func TestColorAddsOnlyItsOwnEscapes(t *testing.T) {
	colored := render(t, writers["color"], hostile())
	for _, code := range []string{"0", "1", "2", "1;31", "1;32", "1;33"} {
		colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
	}
	if want := render(t, writers["text"], hostile()); colored != want {
		t.Errorf("without its colours the report is\n%s\nwant\n%s", colored, want)
	}
}

func TestMarkdownStaysText(t *testing.T) {
	page := render(t, reports.Markdown, hostile())
	var outside strings.Builder
	fence := ""
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && line == fence:
			fence = ""
		case fence == "":
			outside.WriteString(line + "\n")
		}
	}
	if fence != "" {
		t.Errorf("a code block is not closed")
	}
	for _, bad := range []string{"<script", "](javascript", "@someone", "https://evil", "www.evil", " | ", " `rm`"} {
		if strings.Contains(outside.String(), bad) {
			t.Errorf("%q outside of code:\n%s", bad, outside.String())
		}
	}
	if n := strings.Count(outside.String(), "</details>"); n != 1 {
		t.Errorf("%d </details> outside of code, want 1", n)
	}
}

func TestMarkdownIsBounded(t *testing.T) {
	run := clean()
	for range 4 {
		for _, event := range eventNames() {
			run.Findings = append(run.Findings, harness.Finding{
				Rule: "r" + strings.Repeat("x", len(run.Findings)%97), Verdict: harness.Fail, Event: event,
				Summary: strings.Repeat("<", 5_000), Got: strings.Repeat("&", 5_000), Want: strings.Repeat("é", 2_500), Why: strings.Repeat("@", 5_000),
				Sent: strings.Repeat("`", 10_000), Curl: strings.Repeat("\x00", 2_000), Repeat: strings.Repeat("\x00", 2_000),
			})
		}
	}
	page := render(t, reports.Markdown, run)
	if len(page) > 1<<20 {
		t.Errorf("%d bytes, want at most 1 MiB", len(page))
	}
	if !strings.Contains(page, " findings more") {
		t.Errorf("does not count what was left out:\n%s", page[len(page)-300:])
	}
	if !utf8.ValidString(page) {
		t.Error("cut inside a character")
	}
}

func TestSameCauseIsOneFinding(t *testing.T) {
	text := render(t, writers["text"], alwaysFails())
	if n := strings.Count(text, "reply-status"); n != 1 {
		t.Errorf("%d findings, want 1:\n%s", n, text)
	}
	if !strings.Contains(text, "×19 events: customer.nightly, customer.super,") {
		t.Errorf("does not say where it was seen:\n%s", text)
	}
	named := alwaysFails()
	for i := range named.Findings {
		named.Findings[i].Summary = named.Findings[i].Event + " was answered with 500"
	}
	if text := render(t, writers["text"], named); strings.Count(text, "reply-status") != 1 {
		t.Errorf("an event's name in the summary makes another cause:\n%s", text)
	}
}

func TestFailedScenarioWithoutFindingIsTold(t *testing.T) {
	run := clean()
	run.Scenarios[4].Verdict = harness.Fail
	for _, format := range []string{"text", "md"} {
		if got := render(t, writers[format], run); !strings.Contains(got, "no-evidence") {
			t.Errorf("%s does not show the failed scenario:\n%s", format, got)
		}
	}
}

func TestCommandsCanBePasted(t *testing.T) {
	run := alwaysFails()
	want := run.Findings[0].Curl
	text := render(t, writers["narrow"], run)
	_, text, _ = strings.Cut(text, "\n             curl")
	text, _, _ = strings.Cut("curl"+text, "\n\n")
	text += "\n"
	var got []string
	for line := range strings.Lines(text) {
		got = append(got, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), `\`)))
	}
	if joined := strings.Join(got, " "); joined != want {
		t.Errorf("with its line ends removed the command is\n%s\nwant\n%s", joined, want)
	}
}

// planted is a credential that no report may hold, wherever it got into the run.
const planted = "tk_PLANTED0123456789abcdefghijk"

func leaky() harness.Run {
	run := mixed()
	run.Header.Target = "https://user:" + planted + "@hooks.example.com/in?token=" + planted
	run.Header.Repeat = "hookrig verify --to '" + run.Header.Target + "' --secret " + planted
	f := &run.Findings[0]
	f.Sent = "POST /in?api_key=" + planted + " HTTP/1.1\r\nX-Webhook-Key: " + planted + "\r\nauthorization: Bearer " + planted +
		"\r\nwebhook-signature: v1," + planted + "\r\n\r\n" + `{"data":{"id":1},"security_token":"` + planted + `"}`
	run.Findings[1].Sent = `{"security_token": "a \"quoted\" \\` + planted + `","data":{}}`
	run.Findings[2].Sent = `{"data":{},"security_token":"` + planted[:20] // an excerpt's end
	f.Received = "HTTP/1.1 401\r\nSet-Cookie: sid=" + planted + "\r\n\r\n" + `{"password" : "` + planted + `"}`
	f.Curl = `curl -H 'X-Webhook-Key: ` + planted + `' -H "Authorization: Bearer ` + planted + `" -d "{\"client_secret\":\"` + planted + `\"}" ` + run.Header.Target
	f.Repeat = "hookrig send --secret='" + planted + "' customer.nightly"
	f.Got = "status 401 from " + run.Header.Target
	d := &run.Deliveries[0]
	d.URL, d.Message.Query = run.Header.Target, "a=1&token="+planted
	d.Message.Body = []byte(`{"security_token":"` + planted + `"}`)
	d.Message.Header = http.Header{"X-Webhook-Token": {planted}}
	d.Attempts[0].Header = http.Header{"Authorization": {"Bearer " + planted}, "X-Webhook-Key": {planted}}
	d.Attempts[0].Reply = &mocksender.Reply{Status: 200, Header: http.Header{"Set-Cookie": {planted}, "Location": {run.Header.Target}}, Body: d.Message.Body}
	failure := run.Deliveries[1].Attempts[0].Failure
	failure.Text, failure.Partial = "dial "+run.Header.Target, d.Attempts[0].Reply
	return run
}

func TestNoReportHoldsASecret(t *testing.T) {
	run := leaky()
	for format, write := range writers {
		got := render(t, write, run)
		if format == "ndjson" { // bodies are base64 in a record
			back, err := reports.Read(strings.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			for i := range back.Deliveries {
				got += string(back.Deliveries[i].Message.Body)
				attempt := back.Deliveries[i].Attempts[0]
				if attempt.Reply != nil {
					got += string(attempt.Reply.Body)
				}
				if attempt.Failure != nil {
					got += string(attempt.Failure.Partial.Body)
				}
			}
		}
		if at := strings.Index(got, "PLANTED"); at >= 0 {
			t.Errorf("%s holds the secret: …%s", format, got[max(0, at-80):at+10])
		}
	}
	if run.Deliveries[0].Attempts[0].Header.Get("X-Webhook-Key") != planted || !strings.Contains(run.Findings[0].Sent, planted) {
		t.Error("the caller's run was changed")
	}
}

// Redaction must not eat what a reader needs.
func TestHarmlessTextStays(t *testing.T) {
	run := mixed()
	harmless := "HTTP/1.1 200 OK\nContent-Type: application/json\nX-Request-Id: 42\n\n" + `{"token":"8r5l1kx0q2va","external_key":"","key":"a"}`
	run.Findings[0].Received = harmless
	back, err := reports.Read(strings.NewReader(render(t, reports.NDJSON, run)))
	if err != nil {
		t.Fatal(err)
	}
	if got := back.Findings[0].Received; got != harmless {
		t.Errorf("got %q, want %q", got, harmless)
	}
}

type brokenWriter struct{ left int }

var errDisk = errors.New("disk full")

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left < len(p) {
		return 0, errDisk
	}
	w.left -= len(p)
	return len(p), nil
}

func TestWriteErrorsAreReported(t *testing.T) {
	for format, write := range writers {
		if err := write(&brokenWriter{left: 10}, mixed()); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want %v", format, err, errDisk)
		}
	}
}

// A run with thousands of deliveries of the usual size.
func BenchmarkReports(b *testing.B) {
	run := alwaysFails()
	body := []byte(`{"token":"8r5l1kx0q2va","data":"` + strings.Repeat("abcdefg ", 560) + `"}`)
	for n := range 5000 {
		d := delivery(n, "customer.nightly", http.StatusInternalServerError)
		d.Message.Body = body
		run.Deliveries = append(run.Deliveries, d)
	}
	for format, write := range writers {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if err := write(io.Discard, run); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
