package main

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/hookrig/hookrig/mocksender/load"
)

// tube is a terminal that knows what a screen writes. It folds lines that are too long.
type tube struct {
	mu              sync.Mutex
	columns, height int
	lines           []string // each as long as it was written
	at              int      // the line of the cursor, which is at its beginning or, while one is written, at its end
	frames          int
	styled          bool
}

var control = regexp.MustCompile(`^\x1b\[([0-9;]*)([A-Za-z])`)

func (t *tube) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.frames++
	begun := false // something was written to the line since the cursor came to it
	for text := string(p); text != ""; {
		for len(t.lines) <= t.at {
			t.lines = append(t.lines, "")
		}
		if m := control.FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1])
			switch m[2] {
			case "A":
				t.up(n)
			case "J":
				t.lines = t.lines[:t.at]
			case "K":
				if !begun {
					t.lines[t.at] = ""
				}
			case "m":
				t.styled = true
			}
			text = text[len(m[0]):]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '\n':
			t.at, begun = t.at+1, false
		case r == '\r':
			begun = false
		case begun:
			t.lines[t.at] += string(r)
		default:
			t.lines[t.at], begun = string(r), true
		}
		text = text[size:]
	}
	return len(p), nil
}

// up moves over rows, of which a folded line has several.
func (t *tube) up(rows int) {
	for ; rows > 0 && t.at > 0; t.at-- {
		rows -= max(1, (len([]rune(t.lines[t.at-1]))+t.columns-1)/t.columns)
	}
}

func (t *tube) size() (int, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.columns, t.height
}

// resize makes the terminal another one: what stands there folds anew.
func (t *tube) resize(columns, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.columns, t.height = columns, height
}

func (t *tube) text() string { return strings.Join(t.lines, "\n") }

// onTube shows a run of a minute, and lets act do with it what it will.
func onTube(t *testing.T, columns int, color bool, act func(l *live, screen *tube, cancel func())) {
	synctest.Test(t, func(t *testing.T) {
		terminal := &tube{columns: columns, height: 40}
		_, _ = terminal.Write([]byte("before\n"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := newLive(ctx, screen{w: terminal, size: terminal.size, color: color}, liveView{what: "500/s for 1m0s", total: time.Minute, asked: true}, time.Now)
		act(l, terminal, cancel)
		l.end()
		if got := terminal.text(); got != "before" && !strings.HasPrefix(got, "before\nsaid") {
			t.Errorf("it leaves %q", got)
		}
	})
}

// nextFrame waits for the view to be drawn once more.
func nextFrame() {
	time.Sleep(livePace)
	synctest.Wait()
}

// busySecond is a second in which everything happened that can be shown.
func busySecond() (load.Second, *load.Result, []load.Judgement) {
	latency := load.Summary{Count: 490, P50: time.Millisecond, P95: 3 * time.Millisecond, P99: 250 * time.Millisecond, Max: 2 * time.Second}
	s := load.Second{Took: time.Second, Counts: load.Counts{Due: 500, Attempts: 490}, Latency: latency, InFlight: 7, Waiting: 3, Connections: 16, Backlog: 12}
	r := &load.Result{Latency: latency, Counts: load.Counts{Due: 5000, Attempts: 4900, Dropped: 4, Late: 2, Held: 9,
		Statuses: map[string]uint64{"200": 4800, "503": 90}, Failures: map[load.Failure]uint64{load.Timeout: 10}}}
	return s, r, []load.Judgement{{Threshold: "p99<100ms", Got: "250 ms"}, {Threshold: "success>=90%", Got: "98 %", Held: true}}
}

func TestLiveViewShowsHowARunGoes(t *testing.T) {
	onTube(t, 120, false, func(l *live, terminal *tube, _ func()) {
		time.Sleep(10 * time.Second)
		l.see(busySecond())
		nextFrame()
		for _, want := range []string{"500/s for 1m0s ", "0:10 of 1:00, 0:50 left", "━━━", " 18 %", "490/s reached, 500/s asked", "p99 now    250 ms", "p50 1.00 ms",
			"max 2.000 s", "p99 so far 250 ms", "7 over 16 connections, 3 wait for one, 12 to be sent again", "200 × 4800, 503 × 90",
			"timeout × 10, 9 held by the provider, 4 dropped, 2 sent late by hookrig", "p99<100ms is 250 ms, success>=90% is 98 %", "█"} {
			if !strings.Contains(terminal.text(), want) {
				t.Errorf("lacks %q:\n%s", want, terminal.text())
			}
		}
		if rows := len(terminal.lines) - 1; rows < 6 || rows > 10 || terminal.styled || !strings.HasPrefix(terminal.text(), "before\n500/s") {
			t.Errorf("%d rows, colours %t:\n%s", rows, terminal.styled, terminal.text())
		}
		if frames := terminal.frames - 1; frames != 22 {
			t.Errorf("%d frames in 10.5 s, want two a second", frames)
		}
	})
}

func TestLiveViewFitsTheTerminal(t *testing.T) {
	onTube(t, 100, true, func(l *live, terminal *tube, _ func()) {
		l.see(busySecond())
		nextFrame()
		if !terminal.styled {
			t.Error("no colours")
		}
		for _, columns := range []int{30, 72, 15, 200} {
			terminal.resize(columns, 40)
			nextFrame()
			for _, line := range terminal.lines[1:] {
				if n := len([]rune(line)); n >= columns {
					t.Errorf("%d columns for %q on %d", n, line, columns)
				}
			}
			if got := terminal.text(); strings.Count(got, "500/s f") != 1 || !strings.HasPrefix(got, "before\n") {
				t.Errorf("on %d columns:\n%s", columns, got)
			}
		}
		terminal.resize(100, 4)
		nextFrame()
		if len(terminal.lines) > 4 {
			t.Errorf("%d lines on a terminal of four", len(terminal.lines))
		}
	})
}

// What Ctrl-C does, and what times are of, shows on a narrow terminal too.
func TestLiveViewOfANarrowTerminal(t *testing.T) {
	onTube(t, 60, false, func(l *live, terminal *tube, cancel func()) {
		l.see(busySecond())
		cancel()
		nextFrame()
		for _, want := range []string{"500/s for 1m0s", "stopped: what is in flight ends, or Ctrl-C again", "p99 now    250 ms", "p99 so far 250 ms"} {
			if !strings.Contains(terminal.text(), want) {
				t.Errorf("lacks %q:\n%s", want, terminal.text())
			}
		}
	})
}

func TestLiveViewTellsWhatIsLeft(t *testing.T) {
	onTube(t, 120, false, func(l *live, terminal *tube, cancel func()) {
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if !strings.Contains(terminal.text(), "1:01, nothing new is sent") {
			t.Error(terminal.text())
		}
		l.say("said while it runs")
		nextFrame()
		cancel()
		nextFrame()
		if got := terminal.text(); !strings.Contains(got, "stopped: what is in flight ends, or Ctrl-C again") || !strings.HasPrefix(got, "before\nsaid while it runs\n500/s") {
			t.Error(got)
		}
	})
	batch := liveView{what: "1000 at once", count: 1000}
	batch.see(load.Second{Took: time.Second, Counts: load.Counts{Attempts: 100}}, &load.Result{Counts: load.Counts{Due: 400}}, nil)
	var text strings.Builder
	for _, r := range batch.rows(4*time.Second, 100) {
		text.WriteString(r.render(false) + "\n")
	}
	for _, want := range []string{"0:04, about 0:06 left", " 40 %", "400 of 1000 events"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("lacks %q:\n%s", want, text.String())
		}
	}
}

func TestSparkline(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   string
	}{{nil, ""}, {[]float64{0, 0}, "▁▁"}, {[]float64{0, 1, 2, 3, 4, 5, 6, 7, 8}, "▁▂▃▄▅▆▇██"}} {
		if got := sparkline(test.values); got != test.want {
			t.Errorf("%v: %s, want %s", test.values, got, test.want)
		}
	}
}
