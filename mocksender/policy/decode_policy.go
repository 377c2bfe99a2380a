package policy

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// policy reads a whole file.
func (d *decoder) policy(n *yaml.Node) *Policy {
	p := &Policy{Method: http.MethodPost}
	p.Redirects = Fact[string]{Value: "never", Grade: Assumption, Reason: "the policy does not say"}
	d.mapping(n, "", fields{
		"policy":          d.text(&p.Name),
		"title":           d.text(&p.Title),
		"contracts":       d.list(func(n *yaml.Node, path string) { p.Contracts = appendText(d, p.Contracts, n, path) }),
		"method":          d.oneOf(&p.Method, "POST", "PUT", "PATCH", "GET", "DELETE"),
		"connect_timeout": fact(d, &p.ConnectTimeout, func(to *time.Duration) reader { return d.duration(to) }),
		"timeout":         fact(d, &p.Timeout, func(to *time.Duration) reader { return d.duration(to) }),
		"success":         fact(d, &p.Success, d.success),
		"redirects":       fact(d, &p.Redirects, func(to *string) reader { return d.oneOf(to, "never") }),
		"retry":           fact(d, &p.Retry, d.retry),
		"disable":         fact(d, &p.Disable, d.disable),
		"headers":         fact(d, &p.Headers, d.headers),
		"authentication":  fact(d, &p.Authentication, d.authentication),
		"order":           fact(d, &p.Order, func(to *string) reader { return d.text(to) }),
		"queue":           fact(d, &p.Queue, d.queue),
	}, "policy", "title", "connect_timeout", "timeout", "success", "retry", "disable", "headers", "authentication")
	return p
}

type reader = func(n *yaml.Node, path string)

func appendText(d *decoder, list []string, n *yaml.Node, path string) []string {
	text, ok := d.scalar(n, path, "text")
	if !ok {
		return list
	}
	return append(list, text)
}

// fact reads {value, grade, source, reason}; value is read by of.
func fact[T any](d *decoder, to *Fact[T], of func(*T) reader) reader {
	return func(n *yaml.Node, path string) {
		var grade string
		*to = Fact[T]{Line: n.Line}
		d.mapping(n, path, fields{
			"value":  of(&to.Value),
			"grade":  d.oneOf(&grade, string(Documented), string(Seen), string(Assumption)),
			"source": d.text(&to.Source),
			"reason": d.text(&to.Reason),
		}, "value", "grade")
		to.Grade = Grade(grade)
		switch {
		case to.Grade == Documented && to.Source == "":
			d.fault(n, path, "a documented value needs its source")
		case to.Grade == Assumption && to.Reason == "":
			d.fault(n, path, "an assumption needs its reason")
		}
	}
}

func (d *decoder) success(to *Success) reader {
	return func(n *yaml.Node, path string) {
		d.mapping(n, path, fields{"statuses": d.statuses(&to.Statuses), "undocumented": d.statuses(&to.Undocumented)}, "statuses")
	}
}

func (d *decoder) statuses(to *[]Statuses) reader {
	return d.list(func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "a status such as 200 or 2xx")
		if !ok {
			return
		}
		s, err := parseStatuses(text)
		if err != nil {
			d.fault(n, path, "%v", err)
		}
		*to = append(*to, s)
	})
}

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
			"jitter":      d.jitter(&to.Jitter),
			"retry_after": d.truth(&to.RetryAfter),
			"attempts":    d.count(&f.attempts, 1),
			"expr":        d.text(&f.Expr),
			"x_min":       d.count(&f.First, 0),
			"x_max":       d.count(&f.Last, 0),
			"unit":        d.oneOf(&f.unit, "ms", "s", "m", "h"),
		})
		if f.Expr == "" && f.attempts == 0 {
			return
		}
		if len(to.Delays) > 0 || to.Repeat != nil {
			d.fault(n, path, "expr and delays exclude each other")
		}
		to.Formula = d.formula(n, path, &f)
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

func (d *decoder) jitter(to *Jitter) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		share := "0"
		d.mapping(n, path, fields{
			"kind":  d.oneOf(&to.Kind, "none", "full", "equal", "proportional"),
			"share": d.text(&share),
		}, "kind")
		var err error
		if to.Share, err = strconv.ParseFloat(share, 64); err != nil || to.Share < 0 || to.Share > 1 {
			d.fault(n, path, "share: want a number from 0 to 1, found %q", share)
		}
	}
}

func (d *decoder) disable(to **Disable) reader {
	return func(n *yaml.Node, path string) {
		if isNull(n) {
			return
		}
		v := &Disable{}
		var count, scope string
		d.mapping(n, path, fields{
			"after":         d.count(&v.After, 1),
			"after_time":    d.duration(&v.AfterTime),
			"statuses":      d.statuses(&v.Statuses),
			"count":         d.oneOf(&count, "consecutive", "total"),
			"scope":         d.oneOf(&scope, "attempt", "event"),
			"action":        d.oneOf(&v.Action, "failed", "disabled", "deleted", "none"),
			"restore_after": d.count(&v.RestoreAfter, 0),
		}, "count", "scope", "action")
		if v.After == 0 && v.AfterTime == 0 {
			d.fault(n, path, "want after (a number of failures) or after_time (a duration)")
		}
		v.Consecutive, v.PerEvent = count == "consecutive", scope == "event"
		if v.Action != "none" {
			*to = v
		}
	}
}

var (
	headerName  = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+.^_|~` + "`" + `-]+$`)
	placeholder = regexp.MustCompile(`\{[^{}]*\}`)
	known       = []string{"{event.id}", "{event.type}", "{delivery.id}", "{attempt}"}
)

func (d *decoder) headers(to *[]Header) reader {
	return func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode {
			d.fault(n, path, "want a mapping of header names to values, found %s", describe(n))
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if !headerName.MatchString(key.Value) {
				d.fault(key, path, "%q is not a header name", key.Value)
			}
			text, ok := d.scalar(value, below(path, key.Value), "text")
			if !ok {
				continue
			}
			for _, word := range placeholder.FindAllString(text, -1) {
				if !slices.Contains(known, word) {
					d.fault(value, below(path, key.Value), "unknown placeholder %s%s; there are %s", word, didYouMean(word, known), strings.Join(known, ", "))
				}
			}
			*to = append(*to, Header{Name: key.Value, Value: text})
		}
	}
}

// schemes lists the schemes of authentication that package signature makes.
var schemes = []string{"none", "token", "header", "basic", "hmac", "standard-webhooks"}

func (d *decoder) authentication(to *Authentication) reader {
	return func(n *yaml.Node, path string) {
		d.mapping(n, path, fields{
			"scheme":    d.oneOf(&to.Scheme, schemes...),
			"header":    d.text(&to.Header),
			"body":      d.text(&to.Body),
			"prefix":    d.text(&to.Prefix),
			"algorithm": d.oneOf(&to.Algorithm, "sha1", "sha256", "sha512"),
			"encoding":  d.oneOf(&to.Encoding, "hex", "base64"),
			"signed":    d.text(&to.Signed),
		}, "scheme")
		if (to.Scheme == "token" || to.Scheme == "header") && to.Header == "" {
			d.fault(n, path, "scheme %s needs the name of its header", to.Scheme)
		}
		if to.Header != "" && !headerName.MatchString(to.Header) {
			d.fault(n, path, "header: %q is not a header name", to.Header)
		}
		if to.Body != "" && !strings.HasPrefix(to.Body, "/") {
			d.fault(n, path, "body: %q is not a JSON pointer (write /security_token)", to.Body)
		}
		if to.Scheme == "hmac" && (to.Algorithm == "" || to.Encoding == "") {
			d.fault(n, path, "scheme hmac needs algorithm and encoding")
		}
	}
}

func (d *decoder) queue(to *Queue) reader {
	return func(n *yaml.Node, path string) {
		d.mapping(n, path, fields{
			"while": d.list(func(n *yaml.Node, path string) {
				var state string
				d.oneOf(&state, "failed", "disabled")(n, path)
				to.While = append(to.While, state)
			}),
			"order": d.oneOf(&to.Order, ByEventDate, ByArrival),
			"drain": d.oneOf(&to.Drain, DrainCarefully, DrainAtOnce),
		}, "while", "order", "drain")
	}
}
