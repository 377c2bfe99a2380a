package load

import (
	"fmt"
	"runtime"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// The range and precision of histograms: 1 µs to an hour, three digits. A longer time counts as an hour
// in percentiles; maximum and mean are exact. One takes 184 KiB.
const (
	longest = time.Hour
	digits  = 3
)

// histogram counts times.
type histogram struct {
	counts *hdr.Histogram // of µs; made with the first value
	max    time.Duration
	sum    time.Duration
}

func (h *histogram) record(d time.Duration) {
	if h.counts == nil {
		h.counts = hdr.New(1, longest.Microseconds(), digits)
	}
	d = max(d, 0)
	h.max, h.sum = max(h.max, d), h.sum+d
	_ = h.counts.RecordValue(min(d, longest).Microseconds()) // it is in range
}

// add counts everything of other too.
func (h *histogram) add(other *histogram) {
	if other.count() == 0 {
		return
	}
	if h.counts == nil {
		h.counts = hdr.New(1, longest.Microseconds(), digits)
	}
	h.counts.Merge(other.counts)
	runtime.Gosched() // on the only core, what is due meanwhile must not wait for all histograms of a second
	h.max, h.sum = max(h.max, other.max), h.sum+other.sum
}

func (h *histogram) reset() {
	if h.count() > 0 {
		h.counts.Reset()
	}
	h.max, h.sum = 0, 0
}

func (h *histogram) count() int64 {
	if h.counts == nil {
		return 0
	}
	return h.counts.TotalCount()
}

// quantile is the time that a share q of the values does not exceed, from 0 to 1.
func (h *histogram) quantile(q float64) time.Duration {
	if h.count() == 0 {
		return 0
	}
	return min(h.max, time.Duration(h.counts.ValueAtQuantile(100*q))*time.Microsecond)
}

func (h *histogram) mean() time.Duration {
	if n := h.count(); n > 0 {
		return h.sum / time.Duration(n)
	}
	return 0
}

// Summary is a distribution of times. It is all 0 for no values.
type Summary struct {
	Count int64         `json:"count"`
	Mean  time.Duration `json:"mean"` // nanoseconds, as all of these
	P50   time.Duration `json:"p50"`
	P90   time.Duration `json:"p90"`
	P95   time.Duration `json:"p95"`
	P99   time.Duration `json:"p99"`
	P999  time.Duration `json:"p999"`
	P9999 time.Duration `json:"p9999"`
	Max   time.Duration `json:"max"`
	// Histogram holds the whole distribution, in the compressed V2 form of https://github.com/HdrHistogram
	// with values in µs, so that runs can be merged. Only the summaries of whole runs have it.
	Histogram []byte `json:"histogram,omitempty"`
}

func (h *histogram) summary() Summary {
	return Summary{Count: h.count(), Mean: h.mean(), P50: h.quantile(.5), P90: h.quantile(.9), P95: h.quantile(.95),
		P99: h.quantile(.99), P999: h.quantile(.999), P9999: h.quantile(.9999), Max: h.max}
}

// whole is the summary with the distribution.
func (h *histogram) whole() (Summary, error) {
	s := h.summary()
	if s.Count == 0 {
		return s, nil
	}
	var err error
	s.Histogram, err = h.counts.Encode(hdr.V2CompressedEncodingCookieBase)
	return s, err
}

// restore reads a summary that has its distribution.
func restore(s *Summary) (*histogram, error) {
	h := &histogram{}
	if s.Count == 0 {
		return h, nil
	}
	counts, err := hdr.Decode(s.Histogram)
	if err != nil {
		return nil, fmt.Errorf("histogram: %w", err)
	}
	if counts.TotalCount() != s.Count {
		return nil, fmt.Errorf("histogram: holds %d values, its summary says %d", counts.TotalCount(), s.Count)
	}
	h.add(&histogram{counts: counts, max: s.Max, sum: s.Mean * time.Duration(s.Count)})
	return h, nil
}
