package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

// A search is a table of its runs in their order and a picture of its rates in theirs; what hookrig itself cannot send is no limit of the
// receiver.
func TestSearchIsATableAndAPicture(t *testing.T) {
	missed := load.Try{Rate: 400, Why: "p99<1ms is 3 ms", Reached: 398.25, P99: 3 * time.Millisecond, Success: 0.5}
	for _, test := range []struct {
		limited bool
		verdict string
	}{{false, "MAX 200/s holds the thresholds"}, {true, "AT LEAST 200/s holds the thresholds: hookrig itself cannot send faster here"}} {
		missed.Limited = test.limited
		var out strings.Builder
		l := &loading{app: &app{stdout: &out, getenv: func(string) (string, bool) { return "", false }}, repeated: "hookrig load"}
		found := searched{Max: 200, Tries: []load.Try{{Rate: 100, Held: true, Success: 1}, missed, {Rate: 200, Held: true}, {Rate: 200, Held: true, Confirms: true}}}
		if err := l.showSearch(found, false); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if lines[0] != test.verdict {
			t.Errorf("verdict %q", lines[0])
		}
		for _, want := range []string{"      rate      reached        p99      taken\n", "     400/s      398.2/s    3.00 ms       50 %  p99<1ms is 3 ms\n", "held again\n",
			"     100/s  " + strings.Repeat("█", 15) + "\n     200/s  " + strings.Repeat("█", 30) + "\n     400/s  " + strings.Repeat("░", 60) + "\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("lacks %q:\n%s", want, out.String())
			}
		}
	}
}
