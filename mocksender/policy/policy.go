package policy

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Policy is how one provider delivers. It is safe for concurrent use while
// nobody changes it.
type Policy struct {
	// Name is the short name, for example "zipit", Title the name for people.
	Name, Title string
	// Contracts names the contracts for which this is the default policy.
	Contracts []string
	// Method is the HTTP method of messages that bring none.
	Method string
	// ConnectTimeout limits resolving and connecting, Timeout the whole exchange.
	ConnectTimeout, Timeout Fact[time.Duration]
	Success                 Fact[Success]
	// Redirects is always "never" so far: a redirect is a reply like any other.
	Redirects Fact[string]
	Retry     Fact[Retry]
	// Disable says when the provider stops sending to an endpoint. A nil value: never.
	Disable Fact[*Disable]
	// Headers are sent with every attempt, in this spelling and order.
	Headers        Fact[[]Header]
	Authentication Fact[Authentication]
	// Order says what the provider promises about the order of events, Queue what
	// happens to the events of an endpoint that is not active. Either may be absent (Grade "").
	Order Fact[string]
	Queue Fact[Queue]
}

// Disable says when and how a provider stops sending to an endpoint.
type Disable struct {
	// After is the number of failures, 0 if their number alone does not matter.
	After int
	// AfterTime is for how long every attempt must have failed. 0: no matter.
	AfterTime time.Duration
	// Statuses, if there are any, are the only replies that count as failures here; they also end
	// the retries of their delivery.
	Statuses []Statuses
	// Consecutive counts failures in a row only; otherwise all since the last reset.
	Consecutive bool
	// PerEvent counts events that were given up; otherwise failed attempts.
	PerEvent bool
	// Action is what the endpoint becomes: failed, disabled or deleted.
	Action string
	// RestoreAfter is the number of successes that set the failure count to zero. 0: none does.
	RestoreAfter int
}

// Counts tells whether a failed attempt counts as a failure of the endpoint.
func (d *Disable) Counts(a *mocksender.Attempt) bool {
	return len(d.Statuses) == 0 || a.Reply != nil && within(d.Statuses, a.Reply.Status)
}

func (d *Disable) String() string {
	if d == nil {
		return "never"
	}
	what, row := "attempts", "in total"
	if d.PerEvent {
		what = "events"
	}
	if d.Consecutive {
		row = "in a row"
	}
	text := fmt.Sprintf("%s after %d failed %s %s", d.Action, d.After, what, row)
	if d.After == 0 {
		text = fmt.Sprintf("%s after %s of failed %s %s", d.Action, FormatDuration(d.AfterTime), what, row)
	}
	if len(d.Statuses) > 0 {
		text += " with " + join(d.Statuses)
	}
	if d.RestoreAfter > 0 {
		text += fmt.Sprintf("; %d successes reset the count", d.RestoreAfter)
	}
	return text
}

// Header is a header of every attempt. Its value may hold {event.id},
// {event.type}, {delivery.id} and {attempt}.
type Header struct {
	Name, Value string
}

// Authentication says how a receiver can know the sender.
type Authentication struct {
	// Scheme names the scheme: none, token, header, basic, hmac, standard-webhooks (package signature).
	Scheme string
	// Header is the header that carries the credential, Body the JSON pointer of the credential in the payload, or "".
	Header, Body string
	// Prefix comes before the credential in its header ("sha256="); for standard-webhooks it is the
	// beginning of the headers' names, "webhook" if empty.
	Prefix string
	// Algorithm is the hash of scheme hmac (sha1, sha256, sha512), Encoding how its value is written (hex, base64).
	Algorithm, Encoding string
	// Signed is what scheme hmac signs: "body", or a text with {timestamp}, {id} and {body}.
	Signed string
}

func (a Authentication) String() string {
	text := a.Scheme
	if a.Header != "" {
		text += " in header " + a.Header
	}
	if a.Body != "" {
		text += " and in the body at " + a.Body
	}
	return text
}

// Ways to send a queue once its endpoint is active.
const (
	DrainCarefully = "one at a time until the first success"
	DrainAtOnce    = "at the usual rate"
)

// Orders of a queue.
const (
	ByEventDate = "eventDate"
	ByArrival   = "arrival"
)

// Queue says what happens to the events of an endpoint that is not active. The
// zero Queue is that of a provider that says nothing: it is read as arrival, at the usual rate.
type Queue struct {
	// While lists the states of the endpoint in which its events queue.
	While []string
	// Order is the order in which the queue is sent: [ByEventDate] or [ByArrival].
	Order string
	// Drain says how the queue is sent: [DrainCarefully] or [DrainAtOnce].
	Drain string
}

func (q Queue) String() string {
	if q.Order == "" {
		return ""
	}
	return fmt.Sprintf("while %s, then in order of %s, %s", strings.Join(q.While, " or "), q.Order, q.Drain)
}

// Terms implements [mocksender.Policy].
func (p *Policy) Terms(d *mocksender.Delivery, number int) mocksender.Terms {
	h := make(http.Header, len(p.Headers.Value))
	fill := placeholders(d, number)
	for _, header := range p.Headers.Value {
		h[header.Name] = append(h[header.Name], fill.Replace(header.Value))
	}
	return mocksender.Terms{
		Connect: p.ConnectTimeout.Value,
		Timeout: p.Timeout.Value,
		Method:  p.Method,
		Header:  h,
	}
}

func placeholders(d *mocksender.Delivery, number int) *strings.Replacer {
	return strings.NewReplacer(
		"{event.id}", d.Message.Event.ID,
		"{event.type}", d.Message.Event.Type,
		"{delivery.id}", d.ID,
		"{attempt}", strconv.Itoa(number),
	)
}

// Read implements [mocksender.Policy]: an exchange without a whole reply is not acknowledged.
func (p *Policy) Read(a *mocksender.Attempt) mocksender.Answer {
	if a.Reply == nil {
		return mocksender.Unacknowledged
	}
	return p.Success.Value.Read(a.Reply.Status)
}

// Next implements [mocksender.Policy]. A schedule's place is the number of attempts; the period of
// [Repeat] counts the schedule's own waits, so it does not depend on how long the exchanges took.
func (p *Policy) Next(attempts []mocksender.Attempt, random float64) (time.Duration, bool) {
	retry, last := &p.Retry.Value, &attempts[len(attempts)-1]
	if d := p.Disable.Value; d != nil && last.Reply != nil && within(d.Statuses, last.Reply.Status) {
		return 0, false
	}
	var waited time.Duration
	for n := 1; n < len(attempts); n++ {
		wait, _ := retry.Wait(n, waited)
		waited += wait
	}
	wait, again := retry.Wait(len(attempts), waited)
	if !again {
		return 0, false
	}
	wait = retry.Jitter.Apply(wait, random)
	if retry.RetryAfter && last.Reply != nil {
		wait = max(wait, retryAfter(last.Reply.Header, last.Settled))
	}
	return wait, true
}

// WithTimeout returns a copy whose exchanges may take timeout, by the user's choice.
func (p *Policy) WithTimeout(timeout time.Duration) *Policy {
	c := *p
	c.Timeout = Fact[time.Duration]{Value: timeout, Grade: Configured}
	if c.ConnectTimeout.Value > timeout {
		c.ConnectTimeout = Fact[time.Duration]{Value: timeout, Grade: Configured, Reason: "not more than the timeout"}
	}
	return &c
}

// Facts lists every value of the policy in words, in the order of the file. Values that the policy
// does not have are left out.
func (p *Policy) Facts() []Entry {
	headers := make([]string, len(p.Headers.Value))
	for i, h := range p.Headers.Value {
		headers[i] = h.Name + ": " + h.Value
	}
	all := []Entry{
		entry("connect_timeout", FormatDuration(p.ConnectTimeout.Value), p.ConnectTimeout),
		entry("timeout", FormatDuration(p.Timeout.Value), p.Timeout),
		entry("success", p.Success.Value.String(), p.Success),
		entry("redirects", p.Redirects.Value, p.Redirects),
		entry("retry", p.Retry.Value.String(), p.Retry),
		entry("disable", p.Disable.Value.String(), p.Disable),
		entry("headers", strings.Join(headers, ", "), p.Headers),
		entry("authentication", p.Authentication.Value.String(), p.Authentication),
		entry("order", p.Order.Value, p.Order),
		entry("queue", p.Queue.Value.String(), p.Queue),
	}
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Grade == "" })
}

// Summary is the policy in one line: what a receiver's author should know first.
func (p *Policy) Summary() string {
	return fmt.Sprintf("%s: timeout %s, success %s, retries %s, disabling %s", p.Title,
		FormatDuration(p.Timeout.Value), p.Success.Value, p.Retry.Value.String(), p.Disable.Value)
}
