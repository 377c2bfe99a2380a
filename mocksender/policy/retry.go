package policy

import (
	"fmt"
	"math"
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
	// Formula or Exponential takes the place of Delays, or is nil.
	Formula     *Formula
	Exponential *Exponential
	// Jitter spreads the waits.
	Jitter Jitter
	// RetryAfter tells that the provider waits as long as a reply's Retry-After asks, if that is
	// longer than its own wait, but not longer than RetryAfterMax (0: a day).
	RetryAfter    bool
	RetryAfterMax time.Duration
	// Final are the replies after which the provider does not try again.
	Final []Statuses
	// Throttle slows an endpoint down that asks for it, or is nil.
	Throttle *Throttle
	// Immediate is how many times in a row an attempt whose connection failed is made again at once,
	// outside the schedule.
	Immediate int
}

// Throttle says what a provider does when a receiver is overloaded: it sends it nothing for a while.
type Throttle struct {
	// Statuses are the replies that say so.
	Statuses []Statuses
	// Wait is the least time until the next attempt, of this or another delivery to the endpoint.
	Wait time.Duration
}

// Exponential is a schedule whose waits grow by a factor.
type Exponential struct {
	First  time.Duration
	Factor float64
	// Max limits a single wait. 0: nothing does.
	Max time.Duration
	// Retries is the number of waits.
	Retries int
}

// wait returns the wait before retry n, counted from 1.
func (e *Exponential) wait(n int) time.Duration {
	limit := float64(math.MaxInt64 / 2)
	if e.Max > 0 {
		limit = float64(e.Max)
	}
	return time.Duration(min(float64(e.First)*math.Pow(e.Factor, float64(n-1)), limit))
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
	case r.Exponential != nil:
		return r.Exponential.wait(n), n <= r.Exponential.Retries
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
	text := r.schedule()
	if text == "" {
		return "never"
	}
	parts := []string{text}
	if r.Repeat != nil {
		parts = append(parts, fmt.Sprintf("then every %s up to %s", FormatDuration(r.Repeat.Every), FormatDuration(r.Repeat.Until)))
	}
	if text := r.Jitter.String(); text != "" {
		parts = append(parts, text)
	}
	if r.RetryAfter {
		parts = append(parts, "Retry-After honoured")
	}
	if len(r.Final) > 0 {
		parts = append(parts, "not after "+join(r.Final))
	}
	if r.Throttle != nil {
		parts = append(parts, fmt.Sprintf("at least %s after %s", FormatDuration(r.Throttle.Wait), join(r.Throttle.Statuses)))
	}
	if r.Immediate > 0 {
		parts = append(parts, fmt.Sprintf("%d times at once when the connection failed", r.Immediate))
	}
	return strings.Join(parts, "; ")
}

// schedule puts the waits into words, "" if there are none.
func (r *Retry) schedule() string {
	switch f, e := r.Formula, r.Exponential; {
	case f != nil:
		return fmt.Sprintf("%d times, after %s of %s, x from %d to %d", f.retries(), f.Expr, FormatDuration(f.Unit), f.First, f.Last)
	case e != nil && e.Max > 0:
		return fmt.Sprintf("%d times, after %s × %g each time, up to %s", e.Retries, FormatDuration(e.First), e.Factor, FormatDuration(e.Max))
	case e != nil:
		return fmt.Sprintf("%d times, after %s × %g each time", e.Retries, FormatDuration(e.First), e.Factor)
	case len(r.Delays) > 0:
		texts := make([]string, len(r.Delays))
		for i, d := range r.Delays {
			texts[i] = FormatDuration(d)
		}
		return "after " + strings.Join(texts, ", ")
	case r.Repeat != nil:
		return "at first at once"
	case r.Immediate > 0:
		return "without a schedule"
	}
	return ""
}
