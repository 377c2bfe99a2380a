package load_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/load"
)

func ExampleEven() {
	shape, _ := load.ParseRamp("0/s..4/s", 2*time.Second)
	arrivals := load.Even(shape)
	for at, ok := arrivals.Next(); ok; at, ok = arrivals.Next() {
		fmt.Println(at.Round(time.Millisecond))
	}
	// Output:
	// 0s
	// 1s
	// 1.414s
	// 1.732s
}

func all(a load.Arrivals) (times []time.Duration) {
	for at, ok := a.Next(); ok; at, ok = a.Next() {
		times = append(times, at)
	}
	return times
}

func TestParseRate(t *testing.T) {
	for _, test := range []struct {
		text, want, refused string
	}{
		{text: "500/s", want: "500/s"},
		{text: "500", want: "500/s"},
		{text: " 0/s", want: "0/s"},
		{text: "30/m", want: "30/m"},
		{text: "120/m", want: "2/s"},
		{text: "5/100ms", want: "50/s"},
		{text: "7/h", want: "7/h"},
		{text: "3252/m", want: "54.2/s"},
		{text: "0.333/s", want: "0.33/s"},
		{text: "-1/s", refused: `rate "-1/s": want a number of events in a time`},
		{text: "max", refused: "such as 500/s"},
		{text: "5/", refused: "want a number"},
		{text: "5/0s", refused: "want a number"},
		{text: "NaN", refused: "want a number"},
		{text: "1e300/s", refused: "at most 10000000/s"},
	} {
		r, err := load.ParseRate(test.text)
		if test.refused == "" && (err != nil || r.String() != test.want) {
			t.Errorf("%q is %s, %v, want %s", test.text, r, err, test.want)
		}
		if test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)) {
			t.Errorf("%q: error %v, want %q", test.text, err, test.refused)
		}
	}
}

func TestEvenArrivals(t *testing.T) {
	second := func(s ...float64) (d []time.Duration) {
		for _, x := range s {
			d = append(d, time.Duration(x*1e9))
		}
		return d
	}
	ramp := func(text string, d time.Duration) load.Shape {
		s, err := load.ParseRamp(text, d)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	steps, err := load.ParseSteps("1/s,2/s", 4*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		shape load.Shape
		want  []time.Duration
	}{
		{"constant", load.Constant(4, time.Second), second(0, .25, .5, .75)},
		{"a part of an event at the end is due", load.Constant(1, 2500*time.Millisecond), second(0, 1, 2)},
		{"slower than one in the run", load.Constant(0.1, time.Second), second(0)},
		{"up", ramp("0/s..2/s", 2*time.Second), second(0, math.Sqrt2)},
		{"down", ramp("2/s..0/s", 2*time.Second), second(0, 2-math.Sqrt2)},
		{"flat ramp", ramp("2/s..2/s", time.Second), second(0, .5)},
		{"steps", steps, second(0, 1, 2, 2.5, 3, 3.5)},
		{"up and down", ramp("0/s..2/s..0/s", 4*time.Second), second(0, math.Sqrt2, 2, 4-math.Sqrt2)},
		{"a pause", load.Shape{{2, 2, time.Second}, {0, 0, time.Second}, {1, 1, time.Second}}, second(0, .5, 2)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := all(load.Even(test.shape))
			if len(got) != len(test.want) || uint64(len(got)) != test.shape.Count() {
				t.Fatalf("%d arrivals %v, want %v; the shape counts %d", len(got), got, test.want, test.shape.Count())
			}
			for i := range got {
				if (got[i] - test.want[i]).Abs() > time.Microsecond {
					t.Errorf("arrival %d at %v, want %v", i, got[i], test.want[i])
				}
			}
		})
	}
}

// A long run must neither drift nor lose an event to rounding.
func TestEvenArrivalsDoNotDrift(t *testing.T) {
	for _, r := range []load.Rate{3, 7.7, 4999} {
		shape := load.Constant(r, 100*time.Second)
		got := all(load.Even(shape))
		if want := int(math.Ceil(float64(r)*100 - 1e-6)); len(got) != want {
			t.Errorf("%s: %d arrivals, want %d", r, len(got), want)
		}
		last := len(got) - 1
		if want := time.Duration(float64(last) / float64(r) * 1e9); (got[last] - want).Abs() > time.Microsecond {
			t.Errorf("%s: the last arrival at %v, want %v", r, got[last], want)
		}
	}
}

func TestPoissonArrivals(t *testing.T) {
	shape := load.Shape{{1000, 1000, 10 * time.Second}, {0, 2000, 10 * time.Second}}
	got := all(load.Poisson(shape, 7))
	again := all(load.Poisson(shape, 7))
	other := all(load.Poisson(shape, 8))
	if fmt.Sprint(got) != fmt.Sprint(again) || fmt.Sprint(got[:5]) == fmt.Sprint(other[:5]) {
		t.Error("the seed does not determine the times")
	}
	// A count of mean 20000 is within 5 standard deviations but once in a million seeds, and this seed is fixed.
	if n := float64(len(got)); math.Abs(n-20000) > 5*math.Sqrt(20000) {
		t.Errorf("%v arrivals, want about 20000", n)
	}
	var gaps, squares float64
	n := 0
	for i := 1; i < len(got) && got[i] < 10*time.Second; i++ {
		if got[i] < got[i-1] {
			t.Fatalf("arrival %d before the one before", i)
		}
		gap := (got[i] - got[i-1]).Seconds()
		gaps, squares, n = gaps+gap, squares+gap*gap, n+1
	}
	mean := gaps / float64(n)
	if spread := math.Sqrt(squares/float64(n)-mean*mean) / mean; math.Abs(spread-1) > 0.05 {
		t.Errorf("the gaps' spread over their mean is %v, want 1 as for independent arrivals", spread)
	}
}

func TestReplayedArrivals(t *testing.T) {
	base := time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)
	got := all(load.Replayed([]time.Time{base.Add(3 * time.Second), base, base.Add(time.Second)}))
	if fmt.Sprint(got) != "[0s 1s 3s]" {
		t.Errorf("arrivals %v", got)
	}
}

func TestShapesThatCannotBe(t *testing.T) {
	for text, want := range map[string]string{
		"5/s":       "want two rates or more",
		"a..b":      `rate "a"`,
		"0/s..0/s":  "no event is due",
		"1/s..2/s!": `rate "2/s!"`,
	} {
		if _, err := load.ParseRamp(text, time.Second); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if _, err := load.ParseSteps("1/s", 0); err == nil {
		t.Error("no time, and no error")
	}
}

func TestShapeInWords(t *testing.T) {
	shape := load.Shape{{5, 5, time.Second}, {5, 9, time.Minute}, {1, 2, time.Second}}
	if got, want := shape.String(), "5/s for 1s, then to 9/s in 1m0s, then 1/s to 2/s in 1s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if shape.Max() != 9 || shape.Duration() != 62*time.Second {
		t.Errorf("max %s, duration %s", shape.Max(), shape.Duration())
	}
}
