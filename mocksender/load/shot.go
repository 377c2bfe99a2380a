package load

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// Event is one kind of event that a run sends.
type Event struct {
	// Name is the event's name in the generator's contract.
	Name string
	// Weight is its share of the run, relative to the others'. 0 means 1.
	Weight int
	// Generator makes the messages. Required.
	Generator *payload.Generator
	// Policy is the provider's way to deliver. Required.
	Policy *policy.Policy
	// Auth adds the provider's credentials. Nil: none.
	Auth mocksender.Authenticator
}

// prepared is an event with everything that is the same in all its requests.
type prepared struct {
	Event
	target        *url.URL
	extra         http.Header
	method        string
	plan          *payload.Plan // nil: every message is made by the generator
	fields        fields        // the header without what the message and the authenticator add
	head          head          // compiled from fields; used if plan is set
	constant      bool          // the credentials are in fields
	signed        []string      // the headers that the authenticator sets
	lines         liner         // nil: the authenticator is asked for headers
	named         bool          // head or credentials tell the event's identity
	newDeliveryID bool
	answers       [1000]mocksender.Answer // by status
	first, later  Limits
	gate          *gate // nil: the provider sends whatever is answered
}

// liner is an authenticator that writes header lines itself, which costs less than to make headers of them.
type liner interface {
	AppendLines(dst, id []byte, at time.Time, body []byte) []byte
}

// linerOf returns nil for an authenticator that is no liner.
func linerOf(auth mocksender.Authenticator) liner {
	if r, ok := auth.(signature.Rotation); ok {
		auth = r.Scheme
	}
	l, _ := auth.(liner)
	return l
}

// Limits bound one exchange. 0: no limit of its own.
type Limits struct{ Connect, FirstByte, Total time.Duration }

// prepare compiles what an event's requests have in common. The errors are those of payload.Compile and of
// the authenticator.
func prepare(e Event, target *url.URL, extra http.Header) (*prepared, error) {
	p := &prepared{Event: e, target: target, extra: extra, newDeliveryID: e.Policy.Identity.Value.NewDeliveryID}
	plan, sample, bare, err := e.Generator.Bare(e.Name)
	if err != nil {
		return nil, err
	}
	p.method = cmp.Or(sample.Method, e.Policy.Method, http.MethodPost)
	p.fields = fields{{"User-Agent", mocksender.DefaultUserAgent}}
	for _, h := range e.Policy.Headers.Value {
		p.fields = append(p.fields.set(h.Name), field{h.Name, h.Value})
	}
	p.constant = e.Auth == nil || signature.Constant(e.Auth)
	if p.constant && e.Auth != nil {
		added := http.Header{}
		if err := e.Auth.Authenticate(added, &sample, time.Time{}); err != nil {
			return nil, fmt.Errorf("event %s: credentials: %w", e.Name, err)
		}
		p.fields, p.signed = p.fields.overlay(added), slices.Collect(maps.Keys(added))
	}
	if err := p.replace(&sample); err != nil {
		return nil, err
	}
	p.fields = p.fields.basic(target.User)
	if bare {
		p.plan = plan
		p.fields = p.fields.overlay(p.unsigned(sample.Header))
	}
	p.fields = p.fields.overlay(extra)
	p.head = p.compile(p.fields, "")
	p.named = !p.constant || p.head.named()
	p.limits()
	return p, nil
}

// replace takes the headers out that the authenticator sets in each request. One that has to fetch something first
// is not asked: it sets Authorization.
func (p *prepared) replace(sample *mocksender.Message) error {
	if p.constant {
		return nil
	}
	added := http.Header{"Authorization": nil}
	if _, fetches := p.Auth.(mocksender.Preparer); !fetches {
		delete(added, "Authorization")
		if err := p.credentials(added, &mocksender.Outgoing{Message: sample, DeliveryID: sample.Event.ID, Attempt: 1,
			Method: p.method, URL: p.target, Header: append(fields(nil), p.fields...).overlay(sample.Header).header(), At: time.Unix(0, 0)}); err != nil {
			return err
		}
	}
	p.lines, p.signed = linerOf(p.Auth), slices.Collect(maps.Keys(added))
	for name := range added {
		p.fields = p.fields.set(name)
		if len(p.extra.Values(name)) > 0 {
			p.lines = nil // the user's own wins
		}
	}
	return nil
}

// unsigned takes the headers out of a message's own that the authenticator sets.
func (p *prepared) unsigned(h http.Header) http.Header {
	maps.DeleteFunc(h, func(name string, _ []string) bool {
		return slices.ContainsFunc(p.signed, func(signed string) bool { return strings.EqualFold(signed, name) })
	})
	return h
}

// credentials asks the authenticator.
func (p *prepared) credentials(added http.Header, o *mocksender.Outgoing) (err error) {
	if whole, ok := p.Auth.(mocksender.RequestAuthenticator); ok {
		err = whole.AuthenticateRequest(added, o)
	} else {
		err = p.Auth.Authenticate(added, o.Message, o.At)
	}
	if err != nil {
		return fmt.Errorf("event %s: credentials: %w", p.Name, err)
	}
	return nil
}

// compile makes the head of these headers and the message's own query.
func (p *prepared) compile(all fields, query string) head {
	u := p.url(query)
	host := u.Host
	var rest fields
	for _, f := range all {
		if http.CanonicalHeaderKey(f.name) == "Host" {
			host = f.value
			continue
		}
		f.value = strings.ReplaceAll(f.value, "{event.type}", p.Name)
		rest = append(rest, f)
	}
	return compileHead(p.method, u.RequestURI(), host, rest)
}

// limits reads the policy's terms and its reading of every status once.
func (p *prepared) limits() {
	of := func(number int) Limits {
		t := p.Policy.Terms(&mocksender.Delivery{}, number)
		return Limits{t.Connect, t.FirstByte, t.Timeout}
	}
	p.first, p.later = of(1), of(2)
	for status := range p.answers {
		p.answers[status] = p.Policy.Read(&mocksender.Attempt{Reply: &mocksender.Reply{Status: status}})
	}
}

// url is the target with a message's own query.
func (p *prepared) url(query string) *url.URL {
	u := *p.target
	switch {
	case query != "" && u.RawQuery != "":
		u.RawQuery += "&" + query
	case query != "":
		u.RawQuery = query
	}
	return &u
}

func (p *prepared) terms(attempt int) Limits {
	if attempt == 1 {
		return p.first
	}
	return p.later
}

// shot is the request that a connection is about to send. Its memory is used again by the next one.
type shot struct {
	event   *prepared
	number  uint64
	attempt int
	subject payload.Subject
	id      []byte
	header  http.Header // of a message that is more than its payload
	buffer  []byte      // head and body, the head ending at room
	from    int         // where the head begins
	room    int
	scratch []byte
	traced  bool // a traceparent is wanted
	seed    uint64
	waited  time.Duration // by the provider, before this attempt, if that makes its body anew
}

// headRoom is what most heads need, in bytes.
const headRoom = 1 << 10

// message is the whole request as it goes on the wire.
func (s *shot) message() []byte { return s.buffer[s.from:] }

// body is the payload.
func (s *shot) body() []byte { return s.buffer[s.room:] }

// load makes event number n for an attempt, counted from 1, at the moment at. An error is a fault of ours.
func (s *shot) load(ctx context.Context, p *prepared, n uint64, attempt int, at func() time.Time) error {
	s.event, s.number, s.attempt = p, n, attempt
	if s.room == 0 {
		s.room = headRoom
		s.buffer = make([]byte, headRoom, headRoom+8<<10)
	}
	if s.header = nil; p.plan == nil {
		return s.general(ctx, at)
	}
	s.subject.Number, s.subject.Event, s.subject.Time = subjectOf(p.Generator, n)
	if s.waited > 0 {
		s.subject.Time = s.subject.Time.Add(s.waited)
	}
	s.buffer = p.plan.Append(s.buffer[:s.room], &s.subject)
	if p.named {
		s.id = p.plan.AppendID(s.id[:0], &s.subject)
	}
	s.scratch = p.head.append(s.scratch[:0], s)
	switch {
	case p.constant:
	case p.lines != nil:
		s.scratch = p.lines.AppendLines(s.scratch, s.id, at(), s.body())
	default:
		m := mocksender.Message{Event: s.identity(), Method: p.method, Body: s.body()}
		if err := s.authenticate(ctx, &m, p.fields, "", at()); err != nil {
			return err
		}
	}
	s.finish()
	return nil
}

func subjectOf(g *payload.Generator, n uint64) (number, event uint64, at time.Time) {
	s := g.Subject(n)
	return s.Number, s.Event, s.Time
}

func (s *shot) identity() mocksender.Event {
	return mocksender.Event{Contract: s.event.Generator.Contract().Name(), Type: s.event.Name, ID: string(s.id),
		Time: s.subject.Time, Number: s.number}
}

// general makes a message that has more than a payload: headers, a query, another media type.
func (s *shot) general(ctx context.Context, at func() time.Time) error {
	about := s.event.Generator.Subject(s.number)
	about.Time = about.Time.Add(s.waited)
	m, err := s.event.Generator.MessageAbout(s.event.Name, about)
	if err != nil {
		return err
	}
	s.id, s.header = append(s.id[:0], m.Event.ID...), m.Header
	s.buffer = append(s.buffer[:s.room], m.Body...)
	all := append(fields(nil), s.event.fields...).overlay(s.event.unsigned(m.Header)).overlay(s.event.extra)
	s.scratch = s.event.compile(all, m.Query).append(s.scratch[:0], s)
	if !s.event.constant {
		if err := s.authenticate(ctx, &m, all, m.Query, at()); err != nil {
			return err
		}
	}
	s.finish()
	return nil
}

// authenticate appends the headers that depend on the request, unless the user's own win.
func (s *shot) authenticate(ctx context.Context, m *mocksender.Message, all fields, query string, at time.Time) error {
	p := s.event
	if prepare, ok := p.Auth.(mocksender.Preparer); ok {
		if err := prepare.Prepare(ctx, at); err != nil {
			return fmt.Errorf("event %s: credentials: %w", p.Name, err)
		}
	}
	o := &mocksender.Outgoing{Message: m, DeliveryID: string(s.id), Attempt: s.attempt, Method: p.method, URL: p.target, At: at}
	if _, whole := p.Auth.(mocksender.RequestAuthenticator); whole {
		o.URL, o.Header = p.url(query), all.header()
	}
	added := http.Header{}
	if err := p.credentials(added, o); err != nil {
		return err
	}
	for name, values := range added {
		if len(p.extra.Values(name)) > 0 {
			continue
		}
		for _, value := range values {
			s.scratch = append(append(append(append(s.scratch, name...), ": "...), value...), "\r\n"...)
		}
	}
	return nil
}

// finish puts the head before the body, so that one write sends both.
func (s *shot) finish() {
	if s.traced {
		s.scratch = s.traceparent(s.scratch)
	}
	s.scratch = append(s.scratch, "\r\n"...)
	if len(s.scratch) > s.room {
		room := 2 * len(s.scratch)
		s.buffer = append(make([]byte, room, room+2*len(s.body())), s.body()...)
		s.room = room
	}
	s.from = s.room - len(s.scratch)
	copy(s.buffer[s.from:], s.scratch)
}
