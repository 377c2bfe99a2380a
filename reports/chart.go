package reports

import (
	"fmt"
	"math"
	"strings"
)

// chart is a picture of series over one axis. All of it is laid out here, so that the page needs no script.
type chart struct {
	ID, Title, Says string
	Width, Height   int
	Left, Bottom    int // of the plot
	Right           int
	X, Y            []chartTick
	Lines           []chartLine
	Areas           []chartLine
	Marks           []chartMark // points that say what they are when a pointer rests on them
}

type chartTick struct {
	At   int
	Text string
}

// chartLine is a series; its class gives colour and dashes.
type chartLine struct{ Name, Class, Path string }

type chartMark struct {
	X, Y  int
	Title string
}

// The layout of charts, in units of the picture.
const (
	chartLeft   = 84
	chartRight  = 40
	chartTop    = 12
	chartPlotW  = 900
	chartPlotH  = 240
	chartBottom = 30
)

func newChart(id, title string) *chart {
	return &chart{ID: id, Title: title, Width: chartLeft + chartPlotW + chartRight, Height: chartTop + chartPlotH + chartBottom,
		Left: chartLeft, Bottom: chartTop + chartPlotH, Right: chartLeft + chartPlotW}
}

// axis maps values to 0..1. A logarithmic one has no place for 0: it is drawn at the lower end.
type axis struct {
	low, high   float64
	logarithmic bool
}

func (a axis) part(v float64) float64 {
	low, high := a.low, a.high
	if a.logarithmic {
		low, high, v = math.Log10(low), math.Log10(high), math.Log10(max(v, a.low))
	}
	if high <= low {
		return 0
	}
	return max(0, min(1, (v-low)/(high-low)))
}

func plotX(part float64) float64 { return chartLeft + part*chartPlotW }
func plotY(part float64) float64 { return chartTop + (1-part)*chartPlotH }

// upTo is an axis from 0 to a round number that is not below most.
func upTo(most float64) (axis, []float64) {
	if most <= 0 {
		most = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(most)))
	for _, factor := range []float64{0.1, 0.2, 0.25, 0.5, 1, 2} {
		if most/(step*factor) <= 5 {
			step *= factor
			break
		}
	}
	high := math.Ceil(most/step) * step
	var ticks []float64
	for v := 0.0; v <= high+step/2; v += step {
		ticks = append(ticks, v)
	}
	return axis{0, high, false}, ticks
}

// decades is a logarithmic axis that holds low and high, with its ticks.
func decades(low, high float64) (axis, []float64) {
	if high <= 0 {
		low, high = 1e-4, 1e-3
	}
	low = max(low, high/1e6)
	a := axis{math.Pow(10, math.Floor(math.Log10(low))), math.Pow(10, math.Ceil(math.Log10(high))), true}
	if a.high <= a.low {
		a.high = 10 * a.low
	}
	var ticks []float64
	few := math.Log10(a.high/a.low) < 2.5
	for v := a.low; v <= a.high*1.01; v *= 10 {
		ticks = append(ticks, v)
		if few && v < a.high*0.99 {
			ticks = append(ticks, 2*v, 5*v)
		}
	}
	return a, ticks
}

// point is a place in the units of the axes.
type point struct{ x, y float64 }

// line adds a series. Points without a value (NaN) interrupt it.
func (c *chart) line(name, class string, x, y axis, points []point) {
	var path strings.Builder
	pen := "M"
	for _, p := range points {
		if math.IsNaN(p.y) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, plotX(x.part(p.x)), plotY(y.part(p.y)))
		pen = "L"
	}
	if path.Len() > 0 {
		c.Lines = append(c.Lines, chartLine{name, class, path.String()})
	}
}

// area adds what lies between two series of the same places.
func (c *chart) area(name, class string, x, y axis, low, high []point) {
	if len(low) == 0 {
		return
	}
	var path strings.Builder
	pen := "M"
	for _, p := range high {
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, plotX(x.part(p.x)), plotY(y.part(p.y)))
		pen = "L"
	}
	for i := len(low) - 1; i >= 0; i-- {
		fmt.Fprintf(&path, "L%.1f %.1f", plotX(x.part(low[i].x)), plotY(y.part(low[i].y)))
	}
	c.Areas = append(c.Areas, chartLine{name, class, path.String() + "Z"})
}

func (c *chart) ticks(x, y axis, xs, ys []float64, xText, yText func(float64) string) {
	for _, v := range xs {
		c.X = append(c.X, chartTick{int(plotX(x.part(v)) + 0.5), xText(v)})
	}
	for _, v := range ys {
		c.Y = append(c.Y, chartTick{int(plotY(y.part(v)) + 0.5), yText(v)})
	}
}

func (c *chart) mark(x, y axis, p point, title string) {
	c.Marks = append(c.Marks, chartMark{int(plotX(x.part(p.x)) + 0.5), int(plotY(y.part(p.y)) + 0.5), title})
}
