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
		"policy":             d.text(&p.Name),
		"title":              d.text(&p.Title),
		"contracts":          d.list(func(n *yaml.Node, path string) { p.Contracts = appendText(d, p.Contracts, n, path) }),
		"method":             d.oneOf(&p.Method, "POST", "PUT", "PATCH", "GET", "DELETE"),
		"connect_timeout":    fact(d, &p.ConnectTimeout, func(to *time.Duration) reader { return d.duration(to) }),
		"first_byte_timeout": fact(d, &p.FirstByteTimeout, func(to *time.Duration) reader { return d.duration(to) }),
		"timeout":            fact(d, &p.Timeout, func(to *time.Duration) reader { return d.duration(to) }),
		"first_attempt":      fact(d, &p.FirstAttempt, d.limits),
		"success":            fact(d, &p.Success, d.success),
		"redirects":          fact(d, &p.Redirects, func(to *string) reader { return d.oneOf(to, "never") }),
		"retry":              fact(d, &p.Retry, d.retry),
		"disable":            fact(d, &p.Disable, d.disable),
		"headers":            fact(d, &p.Headers, d.headers),
		"authentication":     fact(d, &p.Authentication, d.authentication),
		"identity":           fact(d, &p.Identity, d.identity),
		"order":              fact(d, &p.Order, func(to *string) reader { return d.oneOf(to, OrderNone, OrderKept) }),
		"queue":              fact(d, &p.Queue, d.queue),
		"parallel":           fact(d, &p.Parallel, func(to *int) reader { return d.count(to, 1) }),
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

func (d *decoder) limits(to *Limits) reader {
	return func(n *yaml.Node, path string) {
		d.mapping(n, path, fields{
			"connect_timeout": d.duration(&to.Connect), "first_byte_timeout": d.duration(&to.FirstByte), "timeout": d.duration(&to.Timeout),
		})
		if *to == (Limits{}) {
			d.fault(n, path, "want connect_timeout, first_byte_timeout or timeout")
		}
	}
}

func (d *decoder) identity(to *Identity) reader {
	return func(n *yaml.Node, path string) {
		var body, id string
		d.mapping(n, path, fields{"body": d.oneOf(&body, "frozen", "refreshed"), "delivery_id": d.oneOf(&id, "same", "new")}, "body", "delivery_id")
		to.RefreshBody, to.NewDeliveryID = body == "refreshed", id == "new"
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
			"rate":          d.rate(v),
			"statuses":      d.statuses(&v.Statuses),
			"count":         d.oneOf(&count, "consecutive", "total"),
			"scope":         d.oneOf(&scope, "attempt", "event"),
			"action":        d.oneOf(&v.Action, "failed", "disabled", "deleted", "none"),
			"restore_after": d.count(&v.RestoreAfter, 0),
		}, "count", "scope", "action")
		if v.After == 0 && v.AfterTime == 0 && v.Of == 0 {
			d.fault(n, path, "want after (a number of failures), after_time (a duration) or rate")
		}
		v.Consecutive, v.PerEvent = count == "consecutive", scope == "event"
		if v.Action != "none" {
			*to = v
		}
	}
}

// rate reads {share: 0.5, of: 20}.
func (d *decoder) rate(v *Disable) reader {
	return func(n *yaml.Node, path string) {
		v.Of = 1 // so that a faulty rate is not called a missing one
		d.mapping(n, path, fields{"share": d.share(&v.Rate), "of": d.count(&v.Of, 1)}, "share", "of")
	}
}

// factor reads a number from 1.
func (d *decoder) factor(to *float64) reader {
	return func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "a number from 1")
		if !ok {
			return
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !(value >= 1 && value <= 1000) {
			d.fault(n, path, "want a number from 1 to 1000, found %q", text)
		}
		*to = value
	}
}

// share reads a number from 0 to 1.
func (d *decoder) share(to *float64) reader {
	return func(n *yaml.Node, path string) {
		text, ok := d.scalar(n, path, "a number from 0 to 1")
		if !ok {
			return
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !(value >= 0 && value <= 1) {
			d.fault(n, path, "want a number from 0 to 1, found %q", text)
		}
		*to = value
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
