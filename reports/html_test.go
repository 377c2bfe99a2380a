package reports_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

// parsed is a parsed report.
type parsed struct {
	root *html.Node
	text string
}

func parse(t *testing.T, run harness.Run) parsed {
	t.Helper()
	text := render(t, reports.HTML, run)
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed{root, text}
}

// all are the elements that a test wants.
func (p parsed) all(want func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && want(n) {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		return strings.Contains(" "+attribute(n, "class")+" ", " "+name+" ")
	}
}

func element(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// unpacked is what the page holds of its deliveries.
func (p parsed) unpacked(t *testing.T) string {
	t.Helper()
	scripts := p.all(func(n *html.Node) bool { return attribute(n, "id") == "evidence" })
	packed, err := base64.RawURLEncoding.DecodeString(scripts[0].FirstChild.Data)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHTMLSaysTheVerdictFirst(t *testing.T) {
	for name, want := range map[string]string{
		"always-fails": "✕FAIL 19 of 20 scenarios failed",
		"mixed":        "✕FAIL 2 of 6 scenarios failed",
		"clean":        "✓PASS 19 of 19 scenarios held",
		"nothing":      "?INCONCLUSIVE nothing was checked",
		"stopped":      "?INCONCLUSIVE 3 scenarios held so far; the run stopped before its end",
		"hostile":      "✕FAIL 1 finding",
	} {
		p := parse(t, runs[name]())
		if got := textOf(p.all(element("h1"))[0]); got != want {
			t.Errorf("%s: the title is %q, want %q", name, got, want)
		}
	}
	p := parse(t, mixed())
	var counted []string
	for _, n := range p.all(class("count")) {
		counted = append(counted, textOf(n))
	}
	if got, want := strings.Join(counted, ", "), "✕2 failed, !1 warning, ?1 inconclusive, ✓1 passed, –1 skipped"; got != want {
		t.Errorf("counts %q, want %q", got, want)
	}
}

func TestHTMLShowsOneDefectOnce(t *testing.T) {
	p := parse(t, alwaysFails())
	findings := p.all(class("finding"))
	if len(findings) != 1 {
		t.Fatalf("%d findings, want 1", len(findings))
	}
	text := textOf(findings[0])
	for _, want := range []string{"×19", "billing:accountClosed", "chargeover.yaml:412", "Where it was seen 19", "curl -sS", "hookrig verify --to"} {
		if !strings.Contains(text, want) {
			t.Errorf("the finding does not say %q:\n%s", want, text)
		}
	}
	if n := strings.Count(p.text, `class="exchange"`); n != 3 {
		t.Errorf("%d exchanges, want request, reply and smallest payload", n)
	}
}

// Marks are what a reader looks for first.
func TestHTMLMarksWhatIsWrong(t *testing.T) {
	p := parse(t, showcase())
	var wrong, differs, escaped []string
	for _, n := range p.all(element("mark")) {
		switch attribute(n, "class") {
		case "line wrong":
			wrong = append(wrong, textOf(n))
		case "line differs":
			differs = append(differs, textOf(n))
		case "escaped":
			escaped = append(escaped, textOf(n))
		}
	}
	for _, want := range []string{
		`"accepted": "yes", (breaks the contract)`,
		`"balance": 60.95 (without it the payload is taken)`,
		"HTTP/1.1 500 Internal Server Error (not the status that was wanted)",
		"HTTP/1.1 204 No Content (not the status that was wanted)",
		`{"context_str":"customer","data":{"cus⟨end⟩ (it ends here)`,
	} {
		if !strings.Contains(strings.Join(wrong, "\n"), want) {
			t.Errorf("%q is not marked as wrong, only\n%s", want, strings.Join(wrong, "\n"))
		}
	}
	if got, want := strings.Join(escaped, " "), `\x1b \x1b \x00\xff \u{202e}`; got != want {
		t.Errorf("escaped bytes %q, want %q", got, want)
	}
	if len(differs) != 0 {
		t.Errorf("one delivery of the event is too few to say what is usual: %q", differs)
	}
	run := showcase()
	for i := range 4 {
		run.Deliveries = append(run.Deliveries, tried(80+i, "customer.nightly", 0, 0, 200))
	}
	if text := render(t, reports.HTML, run); !strings.Contains(text, `<mark class="line differs" title="not as in the deliveries that were acknowledged">Content-Type: application/json; charset=utf-8`) {
		t.Error("a header that the other deliveries do not have is not marked")
	}
}

func TestHTMLDrawsTheDeliveries(t *testing.T) {
	p := parse(t, showcase())
	sequences := p.all(class("sequence"))
	if len(sequences) != 1 {
		t.Fatalf("%d pictures of a finding's deliveries, want 1", len(sequences))
	}
	text := textOf(sequences[0])
	for _, want := range []string{"503", "200", "10s", "failed", "active", "zipit 1: active → failed after 10 failures, 3 queued"} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture does not say %q: %s", want, text)
		}
	}
	timeline := p.all(func(n *html.Node) bool { return attribute(n, "id") == "timeline" })[0]
	bars := 0
	for n := range timeline.Descendants() {
		if n.Type == html.ElementNode && strings.HasSuffix(attribute(n, "class"), "acknowledged") {
			bars++
		}
	}
	attempts := 0
	for _, d := range showcase().Deliveries {
		attempts += len(d.Attempts)
	}
	if bars != attempts {
		t.Errorf("%d attempts drawn, want %d", bars, attempts)
	}
	if text := textOf(timeline); !strings.Contains(text, "endpoint zipit 1") {
		t.Errorf("no band for the endpoint: %s", text)
	}
}

var hash = regexp.MustCompile(`(style|script)-src 'sha256-([^']+)'`)

func TestHTMLAsksForNothing(t *testing.T) {
	for name, run := range map[string]harness.Run{"showcase": showcase(), "hostile": hostile(), "leaky": leaky()} {
		p := parse(t, run)
		for _, n := range p.all(func(*html.Node) bool { return true }) {
			for _, a := range n.Attr {
				link := a.Key == "href" || a.Key == "src" || a.Key == "srcset" || a.Key == "action" || a.Key == "data" || a.Key == "poster"
				if link && !strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
				}
			}
		}
		if n := len(p.all(element("script"))); n != 2 {
			t.Errorf("%s: %d scripts, want ours and the evidence", name, n)
		}
		for _, m := range hash.FindAllStringSubmatch(p.text, -1) {
			var text string
			for _, n := range p.all(element(m[1])) {
				if attribute(n, "id") == "" {
					text = n.FirstChild.Data
				}
			}
			if sum := sha256.Sum256([]byte(text)); base64.StdEncoding.EncodeToString(sum[:]) != m[2] {
				t.Errorf("%s: the policy has another hash than the %s", name, m[1])
			}
		}
		if len(hash.FindAllString(p.text, -1)) != 2 {
			t.Errorf("%s: no policy for style and script", name)
		}
	}
}

func TestHTMLEvidenceHoldsNoSecret(t *testing.T) {
	text := parse(t, leaky()).unpacked(t)
	if at := strings.Index(text, "PLANTED"); at >= 0 {
		t.Errorf("the evidence holds the secret: …%s", text[max(0, at-80):at+10])
	}
	if !strings.Contains(text, "POST ") {
		t.Errorf("the evidence holds no request: %s", text)
	}
}

// An attempt whose body was made anew is shown with it, credentials left out.
func TestHTMLEvidenceHoldsLaterBodies(t *testing.T) {
	run := many(1)
	run.Deliveries[0].Attempts[0].Body = []byte(`{"moment":"later","api_key":"PLANTED"}`)
	text := parse(t, run).unpacked(t)
	if !strings.Contains(text, "made anew:") || !strings.Contains(text, `moment`) || strings.Contains(text, "PLANTED") {
		t.Errorf("the evidence is %s", text)
	}
}

// Whatever the receiver answers, the page stays one that can be opened.
func TestHTMLIsBounded(t *testing.T) {
	run := many(40)
	noise := make([]byte, 30_000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // it never fails
	for i := range run.Deliveries {
		run.Deliveries[i].Attempts[0].Reply.Body = noise
	}
	for i := range run.Findings {
		run.Findings[i].Received = "HTTP/1.1 200 OK\n\n" + string(noise)
		run.Findings[i].Rule = strings.Repeat(run.Findings[i].Event, 900)
		run.Findings[i].Curl = string(noise)
	}
	p := parse(t, run)
	if len(p.text) > 20<<20 {
		t.Errorf("%d bytes, want at most 20 MiB", len(p.text))
	}
	if !strings.Contains(p.text, "lines more (") && !strings.Contains(p.text, "line more (") {
		t.Error("what was left out is not counted")
	}
	if strings.Count(p.unpacked(t), "\n") != 40 {
		t.Error("not every delivery has its evidence")
	}
}
