package policy

import (
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// retry reads a schedule; null is none.
func (d *decoder) retry(to *Retry) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		f := formula{unit: "s"}
		d.mapping(n, path, fields{
			"delays":      d.list(func(n *yaml.Node, path string) { to.Delays = append(to.Delays, d.delay(n, path)) }),
			"repeat":      d.repeat(&to.Repeat),
			"exponential": d.exponential(&to.Exponential),
			"jitter":      d.jitter(&to.Jitter),
			"retry_after": d.retryAfter(to),
			"final":       d.statuses(&to.Final),
			"throttle":    d.throttle(&to.Throttle),
			"immediate":   d.count(&to.Immediate, 0),
			"attempts":    d.count(&f.attempts, 1),
			"expr":        d.text(&f.Expr),
			"x_min":       d.count(&f.First, 0),
			"x_max":       d.count(&f.Last, 0),
			"unit":        d.oneOf(&f.unit, "ms", "s", "m", "h"),
		})
		if f.Expr != "" || f.attempts != 0 {
			to.Formula = d.formula(n, path, &f)
		}
		listed := len(to.Delays) > 0 || to.Repeat != nil
		if to.Formula != nil && listed {
			d.fault(n, path, "expr and delays exclude each other")
		}
		if to.Exponential != nil && (listed || to.Formula != nil) {
			d.fault(n, path, "exponential excludes delays, repeat and expr")
		}
		if to.Jitter.Kind == decorrelated && to.Exponential == nil {
			d.fault(n, path, "decorrelated jitter needs exponential")
		}
	}
}

// formula is a [Formula] as it is written: the unit is a word, and the number of retries is there twice.
type formula struct {
	Formula
	attempts int
	unit     string
}

func (d *decoder) formula(n *yaml.Node, path string, f *formula) *Formula {
	f.Unit = map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour}[f.unit]
	switch {
	case f.Expr == "":
		d.fault(n, path, "attempts without expr")
	case f.retries() != f.attempts:
		d.fault(n, path, "x from %d to %d makes %d retries, but attempts is %d", f.First, f.Last, f.retries(), f.attempts)
	default:
		if err := f.compile(); err != nil {
			d.fault(n, path, "%v", err)
		}
	}
	return &f.Formula
}

func (d *decoder) delay(n *yaml.Node, path string) (delay time.Duration) {
	d.duration(&delay)(n, path)
	return delay
}

func (d *decoder) repeat(to **Repeat) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		r := &Repeat{}
		d.mapping(n, path, fields{"every": d.duration(&r.Every), "until": d.duration(&r.Until)}, "every", "until")
		if r.Every <= 0 {
			d.fault(n, path, "every must be more than zero")
		}
		*to = r
	}
}

// exponential reads {first: 1m, factor: 2, max: 2h, retries: 8}.
func (d *decoder) exponential(to **Exponential) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		e := &Exponential{}
		d.mapping(n, path, fields{
			"first": d.duration(&e.First), "factor": d.factor(&e.Factor), "max": d.duration(&e.Max), "retries": d.count(&e.Retries, 1),
		}, "first", "factor", "retries")
		*to = e
	}
}

// retryAfter reads true, false or {max: 2h}.
func (d *decoder) retryAfter(to *Retry) reader {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			d.truth(&to.RetryAfter)(n, path)
			return
		}
		to.RetryAfter = true
		d.mapping(n, path, fields{"max": d.duration(&to.RetryAfterMax)}, "max")
	}
}

// throttle reads {statuses: [429], wait: 1m}.
func (d *decoder) throttle(to **Throttle) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		t := &Throttle{}
		d.mapping(n, path, fields{"statuses": d.statuses(&t.Statuses), "wait": d.duration(&t.Wait)}, "statuses", "wait")
		*to = t
	}
}

func (d *decoder) jitter(to *Jitter) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		d.mapping(n, path, fields{
			"kind":  d.oneOf(&to.Kind, "none", "full", "equal", decorrelated, "proportional", "additive"),
			"share": d.share(&to.Share),
		}, "kind")
	}
}
