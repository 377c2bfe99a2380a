//go:build browser

package reports_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openLoad shows one of the pages of load runs.
func openLoad(t *testing.T, parent context.Context, name string, before ...chromedp.Action) *browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := loadPages()[name](f); err != nil {
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
	b.do(network.Enable(), runtime.Enable(), page.Enable())
	b.do(before...)
	b.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()), chromedp.WaitReady("main", chromedp.ByQuery))
	return b
}

func TestBrowserLoad(t *testing.T) {
	parent := chromium(t)
	darkMedia := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}})
	for name := range loadPages() {
		t.Run(name, func(t *testing.T) {
			b := openLoad(t, parent, name)
			b.screenshot(name+"-light", true)
			if eval[int](b, `document.scripts.length`) != 0 {
				t.Error("a script is on the page")
			}
			if unnamed := eval[int](b, `document.querySelectorAll('svg.chart:not([aria-label]), [role=group]:not([aria-label]):not([aria-labelledby])').length`); unnamed != 0 {
				t.Errorf("%d pictures or groups without a name", unnamed)
			}
			if flat := eval[int](b, `[...document.querySelectorAll('svg.chart .series')].filter(p => p.getTotalLength() < 50).length`); flat != 0 {
				t.Errorf("%d series are not drawn", flat)
			}
			if out := eval[int](b, `[...document.querySelectorAll('svg.chart path')].filter(p => { const s = p.ownerSVGElement.viewBox.baseVal, b = p.getBBox(); return b.x < 0 || b.y < 0 || b.x + b.width > s.width || b.y + b.height > s.height; }).length`); out != 0 {
				t.Errorf("%d series leave their picture", out)
			}
			light := eval[int](b, brightness)
			b.do(darkMedia)
			if dark := eval[int](b, brightness); light < 600 || dark > 150 {
				t.Errorf("brightness %d in light and %d in dark", light, dark)
			}
			b.screenshot(name+"-dark", true)
			b.do(chromedp.EmulateViewport(390, 844))
			if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%d pixels wider than a telephone", over)
			}
			b.quiet()
		})
	}
	t.Run("keyboard", func(t *testing.T) {
		b := openLoad(t, parent, "load")
		b.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
		b.until(`document.activeElement.id === "pictures"`)
		b.do(chromedp.Focus("#seconds ~ details > summary", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
		b.until(`document.querySelector("#seconds ~ details").open`)
	})
}
