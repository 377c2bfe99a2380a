package policy

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Retry says when a provider tries again. The zero Retry never does.
type Retry struct {
	// Delays are the waits before each retry, in order.
	Delays []time.Duration
	// Repeat goes on after Delays, or is nil.
	Repeat *Repeat
	// Formula takes the place of Delays, or is nil.
	Formula *Formula
	// Jitter spreads the waits.
	Jitter Jitter
	// RetryAfter tells that the provider waits as long as a reply's Retry-After asks, if that is
	// longer than its own wait, but not longer than a day.
	RetryAfter bool
}

// Repeat is an endless schedule with an end in time.
type Repeat struct {
	Every time.Duration
	// Until is the period, counted from the first attempt in waits, after which no retry is made.
	Until time.Duration
}

// Formula computes waits from the number of the retry.
type Formula struct {
	// Expr is an expression in x, which is First before the first retry, one more before each
	// following one, and Last before the last.
	Expr        string
	First, Last int
	// Unit is the unit of the expression's value.
	Unit time.Duration

	program *vm.Program
}

// compile checks the expression by computing every wait of the schedule.
func (f *Formula) compile() error {
	program, err := expr.Compile(f.Expr, expr.Env(map[string]any{"x": 0.0}), expr.AsFloat64())
	if err != nil {
		return fmt.Errorf("expression %q: %s", f.Expr, strings.Split(err.Error(), "\n")[0])
	}
	f.program = program
	for n := 1; n <= f.retries(); n++ {
		if _, err := f.wait(n); err != nil {
			return err
		}
	}
	return nil
}

func (f *Formula) retries() int { return f.Last - f.First + 1 }

// wait returns the wait before retry n, counted from 1.
func (f *Formula) wait(n int) (time.Duration, error) {
	x := float64(n - 1 + f.First)
	out, err := expr.Run(f.program, map[string]any{"x": x})
	if err != nil {
		return 0, fmt.Errorf("expression %q for x = %g: %w", f.Expr, x, err)
	}
	d := out.(float64) * float64(f.Unit)
	if math.IsNaN(d) || d < 0 || d > float64(math.MaxInt64/2) {
		return 0, fmt.Errorf("expression %q for x = %g: %g is no wait", f.Expr, x, out)
	}
	return time.Duration(d), nil
}

// Wait returns the wait before retry n (from 1), without jitter. waited is the sum of the waits
// before the retries until now, by this schedule.
func (r *Retry) Wait(n int, waited time.Duration) (wait time.Duration, again bool) {
	switch {
	case r.Formula != nil:
		if n > r.Formula.retries() {
			return 0, false
		}
		wait, err := r.Formula.wait(n)
		return wait, err == nil
	case n <= len(r.Delays):
		return r.Delays[n-1], true
	case r.Repeat != nil && waited+r.Repeat.Every <= r.Repeat.Until:
		return r.Repeat.Every, true
	}
	return 0, false
}

// Schedule returns the waits before each retry, without jitter, and at most limit of them.
func (r *Retry) Schedule(limit int) []time.Duration {
	var waits []time.Duration
	var waited time.Duration
	for len(waits) < limit {
		wait, again := r.Wait(len(waits)+1, waited)
		if !again {
			break
		}
		waits, waited = append(waits, wait), waited+wait
	}
	return waits
}

func (r *Retry) String() string {
	var parts []string
	switch f := r.Formula; {
	case f != nil:
		parts = append(parts, fmt.Sprintf("%d times, after %s of %s, x from %d to %d", f.retries(), f.Expr, FormatDuration(f.Unit), f.First, f.Last))
	case len(r.Delays) == 0 && r.Repeat == nil:
		return "never"
	default:
		texts := make([]string, len(r.Delays))
		for i, d := range r.Delays {
			texts[i] = FormatDuration(d)
		}
		if len(texts) > 0 {
			parts = append(parts, "after "+strings.Join(texts, ", "))
		}
	}
	if r.Repeat != nil {
		parts = append(parts, fmt.Sprintf("then every %s up to %s", FormatDuration(r.Repeat.Every), FormatDuration(r.Repeat.Until)))
	}
	if text := r.Jitter.String(); text != "" {
		parts = append(parts, text)
	}
	if r.RetryAfter {
		parts = append(parts, "Retry-After honoured")
	}
	return strings.Join(parts, "; ")
}

// Jitter spreads waits so that many retries do not come at once.
type Jitter struct {
	// Kind is none (or ""), full, equal or proportional, after
	// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
	Kind string
	// Share is the part of the wait by which proportional jitter changes it at most, either way.
	Share float64
}

// Apply returns the wait with jitter; random is uniform in [0,1).
func (j Jitter) Apply(wait time.Duration, random float64) time.Duration {
	w := float64(wait)
	switch j.Kind {
	case "full":
		w *= random
	case "equal":
		w = w/2 + w/2*random
	case "proportional":
		w *= 1 + j.Share*(2*random-1)
	default:
		return wait
	}
	return time.Duration(w)
}

func (j Jitter) String() string {
	switch j.Kind {
	case "", "none":
		return ""
	case "proportional":
		return fmt.Sprintf("jitter ±%g %%", j.Share*100)
	}
	return j.Kind + " jitter"
}

// retryAfter reads the Retry-After of RFC 9110, section 10.2.3: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return min(time.Duration(min(n, 86400))*time.Second, day)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, min(at.Sub(now), day))
	}
	return 0
}
