package load

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ThresholdGrammar is what [ParseThreshold] reads, in words for people.
const ThresholdGrammar = `[EVENT:]METRIC OPERATOR VALUE
  METRIC    p50 p90 p95 p99 p99.9 p99.99 max mean, of the latency or, as in slip.p99, of service, slip or wait;
            success (of attempts), delivered (of events, in the end), rate, amplification, dropped, late
  OPERATOR  < <= > >=
  VALUE     a duration (250ms) for times, a share (99.9%) for success and delivered, a rate (500/s) for rate, a number for the others
  such as   p99<250ms   success>=99.9%   slip.p99<5ms   customer.nightly:p95<100ms   amplification<1.2`

// Threshold is a condition that a run must hold.
type Threshold struct {
	// Event limits it to one event, "" to none. Only latency and success can be limited so.
	Event string

	text     string
	measure  string // "latency", "service", "slip", "wait", or "" for what is no time
	metric   string
	operator string
	limit    float64 // nanoseconds, shares, events per second, numbers
}

// String is the text that it was read from.
func (t Threshold) String() string { return t.text }

// ParseThreshold reads a threshold by [ThresholdGrammar].
func ParseThreshold(text string) (Threshold, error) {
	t := Threshold{text: strings.TrimSpace(text)}
	at := strings.IndexAny(t.text, "<>")
	if at < 0 {
		return t, fmt.Errorf("threshold %q: no < <= > >= in it", text)
	}
	value := t.text[at+1:]
	t.operator = t.text[at : at+1]
	if strings.HasPrefix(value, "=") {
		t.operator, value = t.operator+"=", value[1:]
	}
	if err := t.readMetric(strings.TrimSpace(t.text[:at])); err != nil {
		return t, fmt.Errorf("threshold %q: %w", text, err)
	}
	if err := t.readValue(strings.TrimSpace(value)); err != nil {
		return t, fmt.Errorf("threshold %q: %w", text, err)
	}
	return t, nil
}

// ParseThresholds reads several, and returns those that can be read. The error lists every problem, and then the grammar.
func ParseThresholds(texts []string) ([]Threshold, error) {
	var all []Threshold
	var problems []error
	for _, text := range texts {
		t, err := ParseThreshold(text)
		if problems = append(problems, err); err == nil {
			all = append(all, t)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return all, fmt.Errorf("%w\na threshold is %s", err, ThresholdGrammar)
	}
	return all, nil
}

func (t *Threshold) readMetric(word string) error {
	if i := strings.LastIndex(word, ":"); i >= 0 { // names of events may have colons too
		t.Event, word = word[:i], word[i+1:]
	}
	switch word {
	case "success", "delivered", "rate", "amplification", "dropped", "late":
		t.metric = word
		if t.Event != "" && word != "success" {
			return fmt.Errorf("%s is not measured for single events", word)
		}
		return nil
	}
	t.measure, t.metric = "latency", word
	for _, measure := range []string{"latency", "service", "slip", "wait"} {
		if rest, ok := strings.CutPrefix(word, measure+"."); ok {
			t.measure, t.metric = measure, rest
		}
	}
	if _, ok := (&Summary{}).metric(t.metric); !ok {
		return fmt.Errorf("unknown metric %q", word)
	}
	if t.Event != "" && t.measure != "latency" {
		return fmt.Errorf("%s is not measured for single events", t.measure)
	}
	return nil
}

func (t *Threshold) readValue(word string) error {
	if t.measure != "" {
		d, err := time.ParseDuration(word)
		if err != nil || d < 0 {
			return fmt.Errorf("%q is no duration, such as 250ms", word)
		}
		t.limit = float64(d)
		return nil
	}
	if t.metric == "rate" {
		r, err := ParseRate(word)
		t.limit = float64(r)
		return err
	}
	number, percent := strings.CutSuffix(word, "%")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n != n || n < 0 || percent && !t.isShare() {
		return fmt.Errorf("%q is no value for %s", word, t.metric)
	}
	if percent {
		n /= 100
	}
	if t.isShare() && n > 1 {
		return fmt.Errorf("%q is more than all (write 99.9%%)", word)
	}
	t.limit = n
	return nil
}

func (t *Threshold) isShare() bool { return t.metric == "success" || t.metric == "delivered" }

// Final tells that only the end of a run shows whether it holds the threshold.
func (t Threshold) Final() bool { return t.metric == "delivered" }

// metric returns one of the summary's values.
func (s *Summary) metric(name string) (time.Duration, bool) {
	switch name {
	case "mean":
		return s.Mean, true
	case "p50":
		return s.P50, true
	case "p90":
		return s.P90, true
	case "p95":
		return s.P95, true
	case "p99":
		return s.P99, true
	case "p99.9":
		return s.P999, true
	case "p99.99":
		return s.P9999, true
	case "max":
		return s.Max, true
	}
	return 0, false
}

// Judgement is how a run stands to a threshold.
type Judgement struct {
	Threshold string `json:"threshold"`
	// Got is the measured value in words; "nothing measured" never holds.
	Got  string `json:"got"`
	Held bool   `json:"held"`
}

// Judge says whether a run holds the threshold.
func (t Threshold) Judge(r *Result) Judgement {
	got, value, ok := t.value(r)
	if !ok {
		return Judgement{Threshold: t.text, Got: "nothing measured"}
	}
	held := map[string]bool{"<": value < t.limit, "<=": value <= t.limit, ">": value > t.limit, ">=": value >= t.limit}[t.operator]
	return Judgement{t.text, got, held}
}

// value measures what the threshold is about.
func (t *Threshold) value(r *Result) (text string, value float64, ok bool) {
	switch {
	case t.measure != "":
		s := t.summary(r)
		if s == nil || s.Count == 0 {
			return "", 0, false
		}
		d, _ := s.metric(t.metric)
		return Milliseconds(d), float64(d), true
	case t.metric == "success" && t.Event != "":
		e := r.event(t.Event)
		if e == nil || e.Attempts == 0 {
			return "", 0, false
		}
		share := float64(e.Acknowledged.Count+e.Undocumented.Count) / float64(e.Attempts)
		return Percent(share), share, true
	case r.Attempts+r.Dropped+r.Held == 0:
		return "", 0, false
	case t.metric == "success":
		return Percent(r.Success()), r.Success(), true
	case t.metric == "delivered":
		return Percent(r.Delivered()), r.Delivered(), true
	case t.metric == "rate":
		return fmt.Sprintf("%.1f/s", float64(r.Rate())), float64(r.Rate()), true
	case t.metric == "amplification":
		return fmt.Sprintf("%.2f", r.Amplification()), r.Amplification(), true
	case t.metric == "dropped":
		return strconv.FormatUint(r.Dropped, 10), float64(r.Dropped), true
	}
	return strconv.FormatUint(r.Late, 10), float64(r.Late), true
}

func (t *Threshold) summary(r *Result) *Summary {
	switch {
	case t.Event != "":
		if e := r.event(t.Event); e != nil {
			return &e.Latency
		}
		return nil
	case t.measure == "service":
		return &r.Service
	case t.measure == "slip":
		return &r.Slip
	case t.measure == "wait":
		return &r.Wait
	}
	return &r.Latency
}

func (r *Result) event(name string) *PerEvent {
	for i := range r.Events {
		if r.Events[i].Event == name {
			return &r.Events[i]
		}
	}
	return nil
}

// Milliseconds writes a time with three digits or so, and always with its unit: "0.342 ms", "12.1 ms", "1.204 s".
func Milliseconds(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 1000:
		return fmt.Sprintf("%.3f s", ms/1000)
	case ms >= 100:
		return fmt.Sprintf("%.0f ms", ms)
	case ms >= 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms >= 1:
		return fmt.Sprintf("%.2f ms", ms)
	default:
		return fmt.Sprintf("%.3f ms", ms)
	}
}

// Percent writes a share with the digits that matter: "100 %", "99.95 %". It rounds to 100 only what is all.
func Percent(share float64) string {
	for digits := range 5 {
		text := strconv.FormatFloat(100*share, 'f', digits, 64)
		rounded, _ := strconv.ParseFloat(text, 64)
		if diff := rounded - 100*share; (diff < 0.005 && diff > -0.005) && (share == 1 || rounded != 100) {
			return text + " %"
		}
	}
	return "> 99.9999 %"
}
