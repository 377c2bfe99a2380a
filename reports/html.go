package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

//go:embed page
var pageFiles embed.FS

// HTML writes a run as one page that needs nothing else: style and script are in it, and its
// Content-Security-Policy permits no request. The verdict comes first, then the findings, each with request
// and reply side by side, then every scenario and a timeline of the deliveries. Without JavaScript only the
// filters, the copy buttons and the bodies of deliveries that no finding shows are missing.
//
// The page is bounded, whatever the run holds: about 20 MiB at most. What was left out is counted.
//
// The error is w's.
func HTML(w io.Writer, run harness.Run) error {
	run = runWithoutSecrets(run)
	page, err := newHTMLPage(&run)
	if err != nil {
		return err
	}
	return writePage(w, "page.html", page)
}

// writePage writes the page that a template shows.
func writePage(w io.Writer, name string, page any) error {
	t, err := template.New(name).Funcs(template.FuncMap{
		"text": sentence, "word": word, "glyph": glyph, "duration": duration,
	}).ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return err
	}
	var b bytes.Buffer // a page that ends in the middle looks like one that shows everything
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// htmlPage is what the template shows. Texts in it may be hostile: the template escapes them for HTML, and
// shows them through [sentence] or [Escape].
type htmlPage struct {
	Title, Lead string
	Verdict     harness.Verdict
	Facts       []htmlFact
	Counts      []htmlCount
	Unchecked   string
	Repeat      string
	Themes      []string
	Events      []string
	Findings    []htmlFinding
	MoreFinding int
	Matrix      *htmlMatrix
	Scenarios   []htmlScenario
	MoreSpecs   int
	Timeline    *htmlTimeline
	Deliveries  []htmlDelivery
	MoreSent    int
	Evidence    string // packed, see evidence

	Policy template.HTML
	Style  template.CSS
	Script template.JS
}

// htmlFact is one circumstance of the run.
type htmlFact struct{ Name, Text string }

// htmlCount is how many scenarios ended with a verdict, and its part of the bar, in thousandths.
type htmlCount struct {
	Verdict harness.Verdict
	N       int
	Word    string
	X, W    int
}

func newHTMLPage(run *harness.Run) (*htmlPage, error) {
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return nil, err
	}
	script, err := pageFiles.ReadFile("page/page.js")
	if err != nil {
		return nil, err
	}
	x := newHTMLIndex(run)
	page := &htmlPage{
		Title: word(run.Verdict()) + " · " + first(sentence(run.Header.Target), "hookrig"), Lead: lead(run),
		Verdict: run.Verdict(), Facts: facts(run), Counts: counts(run),
		Unchecked: unchecked(run), Repeat: Escape(run.Header.Repeat), Matrix: x.matrix(),
		Policy: policy(style, script),
		Style:  template.CSS(style), //nolint:gosec // ours
		Script: template.JS(script), //nolint:gosec // ours
	}
	page.Findings, page.MoreFinding = x.findings()
	page.Scenarios, page.MoreSpecs = x.scenarios()
	page.Deliveries, page.MoreSent = x.rows()
	page.Timeline = x.timeline(len(page.Deliveries))
	if page.Evidence, err = x.evidence(len(page.Deliveries)); err != nil {
		return nil, err
	}
	page.Themes, page.Events = x.themes.names, x.events.names // last: the others fill them
	return page, nil
}

// policy is the page's Content-Security-Policy: its own style and script by their
// hashes, and no request at all.
func policy(style, script []byte) template.HTML {
	hash := func(text []byte) string {
		sum := sha256.Sum256(text)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return template.HTML(fmt.Sprintf( //nolint:gosec // ours
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'">`,
		hash(style), hash(script)))
}

// lead is the verdict in a sentence.
func lead(run *harness.Run) string {
	counts := run.Counts()
	total := 0
	for _, n := range counts {
		total += n
	}
	var text string
	switch run.Verdict() {
	case harness.Fail:
		text = fmt.Sprintf("%d of %s failed", counts[harness.Fail], plural(total, "scenario"))
		if counts[harness.Fail] == 0 {
			text = plural(len(run.Findings), "finding")
		}
	case harness.Warning:
		text = fmt.Sprintf("no failure, %s in %s", plural(counts[harness.Warning], "warning"), plural(total, "scenario"))
	case harness.Pass:
		text = fmt.Sprintf("%d of %s held", counts[harness.Pass], plural(total, "scenario"))
	default:
		text = "nothing was checked"
		if run.Checked() {
			text = fmt.Sprintf("%s held so far", plural(counts[harness.Pass], "scenario"))
		}
	}
	if !run.Ended() {
		text += "; the run stopped before its end"
	}
	return text
}

func facts(run *harness.Run) []htmlFact {
	h := &run.Header
	list := []htmlFact{
		{"receiver", sentence(h.Target)},
		{noun(len(h.Contracts), "contract"), sentence(strings.Join(h.Contracts, ", "))},
		{policyNoun(len(h.Policies)), sentence(strings.Join(h.Policies, ", "))},
		{"seed", fmt.Sprint(h.Seed)},
	}
	if !h.Started.IsZero() {
		list = append(list, htmlFact{"started", h.Started.UTC().Format("2006-01-02 15:04:05 MST")})
	}
	if s := run.Summary; s != nil {
		list = append(list, htmlFact{"sent", plural(s.Attempts, "attempt")})
		if took := s.Ended.Sub(h.Started); took > 0 && !h.Started.IsZero() {
			list = append(list, htmlFact{"took", duration(took)})
		}
	}
	list = append(list, htmlFact{"hookrig", sentence(h.Hookrig)})
	shown := list[:0]
	for _, f := range list {
		if f.Text != "" {
			shown = append(shown, f)
		}
	}
	return shown
}

// verdicts are all verdicts, the worst first. The page refers to them by their place.
func verdicts() []harness.Verdict {
	return []harness.Verdict{harness.Fail, harness.Warning, harness.Inconclusive, harness.Pass, harness.Skipped}
}

func counts(run *harness.Run) []htmlCount {
	byVerdict, total := run.Counts(), 0
	for _, n := range byVerdict {
		total += n
	}
	var list []htmlCount
	seen := 0
	for _, v := range verdicts() {
		n := byVerdict[v]
		c := htmlCount{Verdict: v, N: n, Word: counted(v, n)}
		if total > 0 {
			c.X = seen * 1000 / total
			c.W = (seen+n)*1000/total - c.X
		}
		seen += n
		list = append(list, c)
	}
	return list
}

// glyph tells verdicts apart without colour.
func glyph(v harness.Verdict) string {
	switch v {
	case harness.Pass:
		return "✓"
	case harness.Fail:
		return "✕"
	case harness.Warning:
		return "!"
	case harness.Skipped:
		return "–"
	default:
		return "?"
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
