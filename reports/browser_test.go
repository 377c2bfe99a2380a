//go:build browser

package reports_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/reports"
)

// The page in a real browser: `make test-browser`.

var screenshots = flag.String("screenshots", "", "`folder` that screenshots of the page are written to")

// browser is one tab, and what it complained about or asked for.
type browser struct {
	context.Context
	t  *testing.T
	mu sync.Mutex
	// complaints are console errors, exceptions and violated policies; requests all that is not the page.
	complaints, requests []string
}

// chromium is started once for all tests of the package: its start is most of a test's time.
func chromium(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Fatal("no chromium on the PATH: apt-get install chromium")
	}
	data, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) }) // the browser's other processes may outlive it for a moment, and write there
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(data), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("headless", true), chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.WindowSize(1280, 900),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // it lets the browser end by itself
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// open writes the run's page to a file and shows it, with what the address has after the page.
func open(t *testing.T, parent context.Context, run harness.Run, hash string, before ...chromedp.Action) *browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := reports.HTML(f, run); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, done := chromedp.NewContext(parent)
	t.Cleanup(done)
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	t.Cleanup(stop)
	b := &browser{Context: ctx, t: t}
	chromedp.ListenTarget(ctx, b.listen)
	address := (&url.URL{Scheme: "file", Path: file}).String() + hash
	b.do(network.Enable(), runtime.Enable(), page.Enable())
	b.do(before...)
	b.do(chromedp.Navigate(address), chromedp.WaitReady("#said", chromedp.ByQuery))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprint("console: ", e.Type))
	case *page.EventJavascriptDialogOpening:
		b.complaints = append(b.complaints, "dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		if e.Type != network.ResourceTypeDocument {
			b.requests = append(b.requests, e.Request.URL)
		}
	}
}

// quiet fails when the page complained, or asked for anything.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		b.t.Errorf("the page complains: %q", b.complaints)
	}
	if len(b.requests) > 0 {
		b.t.Errorf("the page asks for %q", b.requests)
	}
}

func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval is the value of a script.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	var value T
	b.do(chromedp.Evaluate(script, &value))
	return value
}

// shown counts the visible items of a kind.
func (b *browser) shown(kind string) int {
	b.t.Helper()
	return eval[int](b, `document.querySelectorAll('.item[data-kind="`+kind+`"]:not([hidden])').length`)
}

// pick chooses an option as a person with a keyboard would: by its letters.
func (b *browser) pick(selector, option string) {
	b.t.Helper()
	b.do(chromedp.Focus(selector, chromedp.ByQuery), chromedp.KeyEvent(option))
}

// until waits for a script to be true.
func (b *browser) until(script string) {
	b.t.Helper()
	if err := chromedp.Run(b, chromedp.Poll(script, nil, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(5*time.Second))); err != nil {
		b.t.Fatalf("%s: %v, at %s", script, err, eval[string](b, "location.hash"))
	}
}

func (b *browser) screenshot(name string, full bool) {
	b.t.Helper()
	if *screenshots == "" {
		return
	}
	var png []byte
	if full {
		b.do(chromedp.FullScreenshot(&png, 100))
	} else {
		b.do(chromedp.CaptureScreenshot(&png))
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func TestBrowser(t *testing.T) {
	parent := chromium(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"filters": filters, "address": address, "keyboard": keyboard, "dark": dark, "without script": withoutScript,
		"hostile": hostilePage, "accessible": accessible, "narrow": narrow, "many": manyDeliveries, "every run": everyRun,
	} {
		t.Run(name, func(t *testing.T) { test(t, parent) })
	}
}

func filters(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "")
	b.screenshot("light", true)
	all := b.shown("finding")
	if all < 5 || b.shown("delivery") < 20 {
		t.Fatalf("%d findings and %d deliveries before any filter", all, b.shown("delivery"))
	}
	b.pick("#by-verdict", "warning")
	b.until(`location.hash === "#verdict=warning"`)
	if n := b.shown("finding"); n != 1 {
		t.Errorf("%d findings with a warning, want 1", n)
	}
	if text := eval[string](b, `document.getElementById("shown").value`); !strings.HasPrefix(text, "1 of ") {
		t.Errorf("it says %q", text)
	}
	b.pick("#by-theme", "transitions")
	b.until(`location.hash === "#verdict=warning&theme=transitions"`)
	if n := b.shown("finding"); n != 0 || !eval[bool](b, `!document.getElementById("no-findings").hidden`) {
		t.Errorf("%d findings of two filters that exclude each other, and no word of it", n)
	}
	b.do(chromedp.Click("#reset", chromedp.ByQuery))
	if n := b.shown("finding"); n != all {
		t.Errorf("%d findings after the filters were taken back, want %d", n, all)
	}
	b.do(chromedp.Click(`.matrix a[href="#event=billing%3AchargeDispute&theme=transitions"]`, chromedp.ByQuery))
	b.until(`document.querySelectorAll('rect[data-d].off').length > 0`)
	if f, s, d := b.shown("finding"), b.shown("scenario"), b.shown("delivery"); f != 1 || s != 1 || d != 4 {
		t.Errorf("a cell of the table shows %d findings, %d scenarios, %d deliveries; want 1, 1, 4", f, s, d)
	}
	b.quiet()
}

func address(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "#verdict=fail&event=customer.super")
	want := b.shown("finding")
	if want == 0 || eval[string](b, `document.getElementById("by-verdict").value`) != "fail" ||
		eval[string](b, `document.getElementById("by-event").value`) != "customer.super" {
		t.Errorf("the address's filters are not in force: %d findings", want)
	}
	b.do(chromedp.Reload(), chromedp.WaitReady("#said", chromedp.ByQuery))
	if n := b.shown("finding"); n != want {
		t.Errorf("%d findings after a reload, want %d", n, want)
	}
	b = open(t, parent, showcase(), "#d2")
	b.until(`document.querySelector("#d2[open] .exchange pre")?.textContent.startsWith("POST ")`)
	b.screenshot("delivery", false)
	b.quiet()
}

func keyboard(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "")
	b.do(chromedp.KeyEvent(kb.Tab))
	if text := eval[string](b, `document.activeElement.textContent`); text != "Skip to the findings" {
		t.Errorf("the first stop is %q", text)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.id === "findings"`)
	b.do(chromedp.Focus(`.count.fail`, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector(".count.fail").getAttribute("aria-pressed") === "true"`)
	b.do(chromedp.Focus("#delivery-list > summary", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	b.do(chromedp.Focus("#d2 > summary", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelectorAll("#d2 .exchange").length >= 2`)
	if outline := eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`); outline != "solid" {
		t.Errorf("what has the focus is not outlined: %q", outline)
	}
	b.do(chromedp.Focus("#f1 .copy", chromedp.ByQuery), chromedp.KeyEvent(" "))
	b.until(`document.querySelector("#f1 .copy").textContent !== "Copy"`)
	if text := eval[string](b, `document.querySelector("#f1 .copy").textContent`); text != "Copied" {
		t.Errorf("the copy button says %q", text)
	}
	b.quiet()
}

const brightness = `(() => { const c = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number); return c[0] + c[1] + c[2]; })()`

func dark(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "")
	light := eval[int](b, brightness)
	b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	if dark := eval[int](b, brightness); light < 600 || dark > 150 {
		t.Errorf("brightness %d in light and %d in dark", light, dark)
	}
	b.screenshot("dark", true)
	b.quiet()
}

func withoutScript(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "", emulation.SetScriptExecutionDisabled(true))
	for selector, wanted := range map[string]bool{
		"h1 .verdict": true, ".finding .exchange pre": true, "#timeline": true, "#f1 .command code": true, "#filters": false, "#f1 .copy": false,
	} {
		if got := b.drawn(selector); got != wanted {
			t.Errorf("%s is drawn: %t, want %t", selector, got, wanted)
		}
	}
	b.screenshot("without-script", false)
	b.quiet()
}

// drawn tells whether an element takes room on the page, without any help of the page's scripts.
func (b *browser) drawn(selector string) bool {
	b.t.Helper()
	drawn := false
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		root, err := dom.GetDocument().Do(ctx)
		if err != nil {
			return err
		}
		id, err := dom.QuerySelector(root.NodeID, selector).Do(ctx)
		if err != nil || id == 0 {
			return fmt.Errorf("%s: not on the page: %w", selector, err)
		}
		box, err := dom.GetBoxModel().WithNodeID(id).Do(ctx)
		drawn = err == nil && box.Width > 0 && box.Height > 0
		return nil
	}))
	return drawn
}

func hostilePage(t *testing.T, parent context.Context) {
	b := open(t, parent, hostile(), "")
	if eval[int](b, `document.scripts.length`) != 2 {
		t.Error("the receiver added a script")
	}
	b.quiet()
}

// accessible asks the browser what a screen reader would be told: everything that can be used has a name.
func accessible(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "")
	type said struct {
		Value string `json:"value"`
	}
	var tree struct {
		Nodes []struct {
			Ignored bool `json:"ignored"`
			Role    said `json:"role"`
			Name    said `json:"name"`
		} `json:"nodes"`
	}
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, "Accessibility.getFullAXTree", nil, &tree) // the bindings do not know all of its words
	}))
	seen := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		seen[n.Role.Value]++
		switch n.Role.Value {
		case "button", "link", "combobox", "navigation", "image", "article", "heading":
			if n.Name.Value == "" {
				t.Errorf("a %s without a name", n.Role.Value)
			}
		}
	}
	for _, role := range []string{"banner", "main", "navigation", "heading", "article", "button", "combobox", "image"} {
		if seen[role] == 0 {
			t.Errorf("no %s on the page: %v", role, seen)
		}
	}
	b.quiet()
}

func narrow(t *testing.T, parent context.Context) {
	b := open(t, parent, showcase(), "", chromedp.EmulateViewport(390, 844))
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("%d pixels wider than a telephone", over)
	}
	b.screenshot("narrow", false)
	b.quiet()
}

// manyDeliveries holds the page to its promise: 5,000 deliveries open in under two seconds and take under 20 MiB.
func manyDeliveries(t *testing.T, parent context.Context) {
	var size sizing
	if err := reports.HTML(&size, many(5000)); err != nil {
		t.Fatal(err)
	}
	var b *browser
	took := math.Inf(1)
	for range 3 { // the machine may be busy with other things
		b = open(t, parent, many(5000), "")
		took = min(took, eval[float64](b, `performance.getEntriesByType("navigation")[0].loadEventEnd`))
		if took < 2000 {
			break
		}
	}
	painted := eval[float64](b, `(performance.getEntriesByName("first-contentful-paint")[0] || {startTime: 0}).startTime`)
	filtered := eval[float64](b, `(() => { const from = performance.now(); location.hash = "verdict=fail"; document.body.offsetHeight; return performance.now() - from; })()`)
	t.Logf("%.1f MiB, loaded in %.0f ms, first paint at %.0f ms, filtered in %.0f ms", float64(size)/(1<<20), took, painted, filtered)
	if size > 20<<20 {
		t.Errorf("%d bytes, want at most 20 MiB", size)
	}
	if took >= 2000 || took == 0 {
		t.Errorf("loaded in %.0f ms, want at most 2000", took)
	}
	b.do(chromedp.Evaluate(`location.hash = "d0"`, nil), chromedp.WaitVisible("#d0 .exchange", chromedp.ByQuery))
	b.screenshot("many", false)
	b.quiet()
}

// sizing counts bytes.
type sizing int

func (s *sizing) Write(p []byte) (int, error) {
	*s += sizing(len(p))
	return len(p), nil
}

// everyRun opens the page of every kind of run.
func everyRun(t *testing.T, parent context.Context) {
	for name, run := range runs {
		b := open(t, parent, run(), "")
		b.quiet()
		b.screenshot(name, false)
		b.do(chromedp.ActionFunc(func(ctx context.Context) error { return page.StopLoading().Do(ctx) }))
	}
}

// TestHTMLValidates holds the page against the standard. The validator is html-validate from npm, on the PATH or in
// bin/node_modules.
func TestHTMLValidates(t *testing.T) {
	program, err := exec.LookPath("html-validate")
	if err != nil {
		program, err = filepath.Abs("../bin/node_modules/.bin/html-validate")
		if _, statErr := os.Stat(program); err != nil || statErr != nil {
			t.Fatal("no html-validate: npm install --prefix bin html-validate")
		}
	}
	folder := t.TempDir()
	pages := map[string]harness.Run{"showcase": showcase()}
	for name, run := range runs {
		pages[name] = run()
	}
	args := []string{"--config", "testdata/html-validate.json"}
	for name, write := range loadPages() {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		args = append(args, filepath.Join(folder, name+".html"))
		if err := os.WriteFile(args[len(args)-1], b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, run := range pages {
		file := filepath.Join(folder, name+".html")
		if err := os.WriteFile(file, []byte(render(t, reports.HTML, run)), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%.20000s", err, out)
	}
}
