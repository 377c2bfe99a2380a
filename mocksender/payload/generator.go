package payload

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// Generator makes messages of any event of a contract. It is safe for concurrent
// use; an event's plan is compiled when the event is first asked for.
type Generator struct {
	c *contract.Contract
	o Options

	subjectPath, subjectField string

	mu        sync.Mutex
	plans     map[string]*Plan
	envelopes map[string]*envelope
}

// New makes a generator. Nothing is compiled yet.
func New(c *contract.Contract, o Options) (*Generator, error) {
	if c == nil {
		return nil, errors.New("payload: contract is missing")
	}
	if o.Time.IsZero() {
		return nil, errors.New("payload: Options.Time is missing")
	}
	g := &Generator{c: c, o: o, plans: map[string]*Plan{}, envelopes: map[string]*envelope{}}
	g.subjectPath, g.subjectField = subjectField(c)
	return g, nil
}

// Contract is the contract that the messages follow.
func (g *Generator) Contract() *contract.Contract { return g.c }

// Plan returns the compiled plan of an event. The errors are those of [Compile].
func (g *Generator) Plan(event string) (*Plan, error) {
	e, err := g.c.Event(event)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if p := g.plans[e.Name]; p != nil {
		return p, nil
	}
	p, err := Compile(g.c, e.Name, g.o)
	if err == nil {
		g.plans[e.Name] = p
	}
	return p, err
}

// Bare returns the plan of an event whose payload alone makes its messages differ: the body is what [Plan.Append] makes for the
// [Generator.Subject] of its number, and all else is as in first, event number 0. For any other event, and under the profile
// [Drift], ok is false and only [Generator.Message] makes it. The errors are those of [Compile].
func (g *Generator) Bare(event string) (p *Plan, first mocksender.Message, ok bool, err error) {
	if p, err = g.Plan(event); err != nil {
		return nil, first, false, err
	}
	if first, err = g.Message(event, 0); err != nil {
		return nil, first, false, err
	}
	e, err := g.c.Event(event)
	if err != nil {
		return nil, first, false, err
	}
	around, err := g.envelope(e)
	if err != nil {
		return nil, first, false, err
	}
	s := g.Subject(0)
	varies := func(p *parameter) bool { return p.In != "header" || !p.plan.constant() }
	ok = g.o.Profile != Drift && !slices.ContainsFunc(around.parameters, varies) && bytes.Equal(first.Body, p.Append(nil, &s))
	return p, first, ok, nil
}

// AppendID appends the identity of the event of which [Plan.Append] just made the payload for s.
func (p *Plan) AppendID(dst []byte, s *Subject) []byte {
	quoted := eventID{}.append(s.scratch[:0], s)
	s.scratch = quoted
	return append(dst, unquote(quoted)...)
}

// Subject says what event number n of the run is about, and when it happens.
func (g *Generator) Subject(n uint64) Subject {
	s := Subject{Number: n, Event: n, Time: g.o.Time.Add(time.Duration(n) * g.o.Interval)} //nolint:gosec // centuries
	if g.o.Subjects > 0 {
		s.Number = n % g.o.Subjects
	}
	return s
}

// Message makes event number n of the run, about the subject whose turn it is.
func (g *Generator) Message(event string, n uint64) (mocksender.Message, error) {
	return g.MessageAbout(event, g.Subject(n))
}

// MessageAbout makes the message of an event for a subject of the caller's choice.
// Beside the payload it has the headers and query parameters that the contract requires, all optional ones under the profile
// [Full], and never those that authentication writes (contract.Parameter.Credential, [Options.Signed]). The errors are those of
// [Compile], and a [*contract.LoadError] for a media type that cannot be written.
func (g *Generator) MessageAbout(event string, s Subject) (mocksender.Message, error) {
	if g.o.Profile == Drift {
		m, _, err := g.Drifted(event, s)
		return m, err
	}
	m, _, err := g.plainMessage(event, s)
	return m, err
}

// plainMessage returns the message and its payload as JSON, which is the body unless that is a form.
func (g *Generator) plainMessage(event string, s Subject) (mocksender.Message, []byte, error) {
	e, err := g.c.Event(event)
	if err != nil {
		return mocksender.Message{}, nil, err
	}
	p, err := g.Plan(event)
	around, wrong := g.envelope(e)
	if err != nil || wrong != nil {
		return mocksender.Message{}, nil, Together(err, wrong)
	}
	m := mocksender.Message{Method: e.Method, Header: http.Header{}}
	payload := p.Append(make([]byte, 0, p.size+64), &s)
	m.Event = mocksender.Event{Contract: g.c.Name(), Type: e.Name, ID: p.eventID(&s), Time: s.Time,
		Subject: g.subjectName(payload, s), Number: s.Event}
	if err := g.write(&m, p, payload, s); err != nil {
		return mocksender.Message{}, nil, err
	}
	err = around.write(&m, s)
	return m, payload, err
}

// eventID is the identity of the subject's event: the one in the payload where the
// payload shows it.
func (p *Plan) eventID(s *Subject) string {
	return string(unquote(eventID{}.append(nil, s)))
}

// subjectField is the path and the name of the field that x-faker-options.subject points to.
func subjectField(c *contract.Contract) (path, name string) {
	pointer := c.Extension("x-faker-options").Lookup("subject")
	if pointer == nil {
		return "", ""
	}
	steps := strings.Split(strings.TrimPrefix(pointer.Text, "/"), "/")
	name = steps[len(steps)-1]
	for i, step := range steps {
		steps[i] = gjson.Escape(step)
	}
	return strings.Join(steps, "."), name
}

// subjectName names the subject by its field in the body, read without decoding the rest.
func (g *Generator) subjectName(body []byte, s Subject) string {
	if g.subjectPath != "" {
		switch v := gjson.GetBytes(body, g.subjectPath); v.Type {
		case gjson.String:
			return g.subjectField + " " + v.Str
		case gjson.Number:
			return g.subjectField + " " + v.Raw
		}
	}
	return "subject " + strconv.FormatUint(s.Number, 10)
}
