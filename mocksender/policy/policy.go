package policy

import (
	"cmp"
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
	// ConnectTimeout limits resolving and connecting, FirstByteTimeout the wait for a reply to begin once
	// the request was sent (0: nothing limits it alone), Timeout the whole exchange.
	ConnectTimeout, FirstByteTimeout, Timeout Fact[time.Duration]
	// FirstAttempt holds what differs in the first attempt. Absent (Grade ""): nothing does.
	FirstAttempt Fact[Limits]
	Success      Fact[Success]
	// Redirects is always "never" so far: a redirect is a reply like any other.
	Redirects Fact[string]
	Retry     Fact[Retry]
	// Disable says when the provider stops sending to an endpoint. A nil value: never.
	Disable Fact[*Disable]
	// Headers are sent with every attempt, in this spelling and order.
	Headers        Fact[[]Header]
	Authentication Fact[Authentication]
	// Identity says what is the same in every attempt of a delivery. Absent (Grade ""): everything.
	Identity Fact[Identity]
	// Order says what the provider promises about the order of events ([OrderKept] or [OrderNone]), Queue what
	// happens to the events of an endpoint that is not active. Either may be absent (Grade "").
	Order Fact[string]
	Queue Fact[Queue]
	// Parallel is how many deliveries the provider sends to an endpoint at once. Absent (Grade ""): nobody knows.
	Parallel Fact[int]
}

// Header is a header of every attempt. Its value may hold {event.id},
// {event.type}, {delivery.id} and {attempt}.
type Header struct {
	Name, Value string
}

// Authenticates tells whether the provider proves to the receiver who it is.
func (p *Policy) Authenticates() bool {
	return p.Authentication.Value.Proves()
}

// CheckSecret says that a secret is missing without which nobody can send or receive as the provider does.
func (p *Policy) CheckSecret(secret mocksender.Secret) error {
	if secret == "" && p.Authenticates() {
		return fmt.Errorf("secret: missing, %s authenticates by %s", p.Name, p.Authentication.Value)
	}
	return nil
}

// SignedHeaders names the headers that authentication or the policy itself writes; it is never nil.
func (p *Policy) SignedHeaders() []string {
	names := slices.Concat([]string{}, p.Authentication.Value.Headers())
	for _, h := range p.Headers.Value {
		names = append(names, h.Name)
	}
	return names
}

// TellsEvent tells whether a header of every attempt carries the event's identity.
func (p *Policy) TellsEvent() bool {
	a := p.Authentication.Value
	return a.Scheme == "standard-webhooks" || a.ID != "" ||
		slices.ContainsFunc(p.Headers.Value, func(h Header) bool { return strings.Contains(h.Value, "{event.id}") })
}

// Terms implements [mocksender.Policy].
func (p *Policy) Terms(d *mocksender.Delivery, number int) mocksender.Terms {
	id := p.Identity.Value.deliveryID(d, number)
	h := make(http.Header, len(p.Headers.Value))
	fill := placeholders(d, id, number)
	for _, header := range p.Headers.Value {
		h[header.Name] = append(h[header.Name], fill.Replace(header.Value))
	}
	var first Limits
	if number == 1 {
		first = p.FirstAttempt.Value
	}
	return mocksender.Terms{
		Connect:    cmp.Or(first.Connect, p.ConnectTimeout.Value),
		FirstByte:  cmp.Or(first.FirstByte, p.FirstByteTimeout.Value),
		Timeout:    cmp.Or(first.Timeout, p.Timeout.Value),
		Method:     p.Method,
		Header:     h,
		DeliveryID: id,
		Refresh:    p.Identity.Value.RefreshBody && number > 1,
	}
}

func placeholders(d *mocksender.Delivery, id string, number int) *strings.Replacer {
	return strings.NewReplacer(
		"{event.id}", d.Message.Event.ID,
		"{event.type}", d.Message.Event.Type,
		"{delivery.id}", id,
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

// WithTimeout returns a copy whose exchanges, the first among them, may take timeout, by the user's choice.
func (p *Policy) WithTimeout(timeout time.Duration) *Policy {
	c := *p
	c.Timeout = Fact[time.Duration]{Value: timeout, Grade: Configured}
	c.FirstAttempt = Fact[Limits]{}
	for _, part := range []*Fact[time.Duration]{&c.ConnectTimeout, &c.FirstByteTimeout} {
		if part.Value > timeout {
			*part = Fact[time.Duration]{Value: timeout, Grade: Configured, Reason: "not more than the timeout"}
		}
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
		entry("first_byte_timeout", FormatDuration(p.FirstByteTimeout.Value), p.FirstByteTimeout),
		entry("timeout", FormatDuration(p.Timeout.Value), p.Timeout),
		entry("first_attempt", p.FirstAttempt.Value.String(), p.FirstAttempt),
		entry("success", p.Success.Value.String(), p.Success),
		entry("redirects", p.Redirects.Value, p.Redirects),
		entry("retry", p.Retry.Value.String(), p.Retry),
		entry("disable", p.Disable.Value.String(), p.Disable),
		entry("headers", strings.Join(headers, ", "), p.Headers),
		entry("authentication", p.Authentication.Value.String(), p.Authentication),
		entry("identity", p.Identity.Value.String(), p.Identity),
		entry("order", p.Order.Value, p.Order),
		entry("queue", p.Queue.Value.String(), p.Queue),
		entry("parallel", fmt.Sprintf("%d at once", p.Parallel.Value), p.Parallel),
	}
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Grade == "" })
}

// Summary is the policy in one line: what a receiver's author should know first.
func (p *Policy) Summary() string {
	return fmt.Sprintf("%s: timeout %s, success %s, retries %s, disabling %s", p.Title,
		FormatDuration(p.Timeout.Value), p.Success.Value, p.Retry.Value.String(), p.Disable.Value)
}
