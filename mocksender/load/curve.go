package load

import (
	"math"
	"time"
)

// Quantile is the time that a share of all exchanges did not exceed.
type Quantile struct {
	Share float64 // from 0 to 1
	Time  time.Duration
}

// curveSteps is how many points a curve has for each factor of ten by which the rest beyond a share shrinks.
const curveSteps = 20

// Curve is the whole distribution, from the share 0 on, denser towards 1, which is the maximum.
// Summaries without a distribution have the few shares of their fields. The error says that the distribution cannot be read.
func (s *Summary) Curve() ([]Quantile, error) {
	if s.Count == 0 {
		return nil, nil
	}
	if len(s.Histogram) == 0 {
		return []Quantile{{.5, s.P50}, {.9, s.P90}, {.95, s.P95}, {.99, s.P99}, {.999, s.P999}, {.9999, s.P9999}}, nil
	}
	h, err := restore(s)
	if err != nil {
		return nil, err
	}
	var curve []Quantile
	for step := 0; ; step++ {
		rest := math.Pow(10, -float64(step)/curveSteps)
		curve = append(curve, Quantile{1 - rest, h.quantile(1 - rest)})
		if rest*float64(s.Count) < 1 {
			return append(curve, Quantile{1, s.Max}), nil
		}
	}
}
