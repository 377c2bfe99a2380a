package receiver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// mark is a place in the payload that holds a constant in every payload of an event.
type mark struct {
	path string // gjson
	want *contract.Value
	// optional tells that payloads of the event may lack the place.
	optional bool
}

// there tells whether the document has the place at all.
func (m mark) there(document gjson.Result) bool { return document.Get(m.path).Exists() }

func (m mark) holds(document gjson.Result) bool {
	got := document.Get(m.path)
	if m.optional && !got.Exists() {
		return true
	}
	switch m.want.Kind {
	case contract.String:
		return got.Type == gjson.String && got.Str == m.want.Text
	case contract.Number, contract.Bool, contract.Null:
		return got.Exists() && got.Raw == m.want.Text
	default:
		return true // a whole object or array as a constant tells no events apart
	}
}

// maxDepth ends the walk through schemas that contain themselves.
const maxDepth = 12

// marksOf collects the constants of a schema: `const`, and `enum` with one value.
func marksOf(c *contract.Contract, schema *contract.Schema) []mark {
	var marks []mark
	always := map[string]bool{}
	walk(c, schema, func(path string, s *contract.Schema) {
		for _, name := range s.Required {
			always[strings.TrimPrefix(path+"."+gjsonKey(name), ".")] = true
		}
	})
	walk(c, schema, func(path string, s *contract.Schema) {
		switch {
		case path == "":
		case s.Const != nil:
			marks = append(marks, mark{path, s.Const, !isAlways(path, always)})
		case len(s.Enum) == 1:
			marks = append(marks, mark{path, s.Enum[0], !isAlways(path, always)})
		}
	})
	return marks
}

// isAlways tells whether a place and all that it lies in are required.
func isAlways(path string, always map[string]bool) bool {
	for i := range path {
		if path[i] == '.' && (i == 0 || path[i-1] != '\\') && !always[path[:i]] {
			return false
		}
	}
	return always[path]
}

// walk visits a schema, at the path "", and its properties in document order, through $ref and
// allOf, but not into arrays, whose elements have no fixed place.
func walk(c *contract.Contract, schema *contract.Schema, visit func(path string, s *contract.Schema)) {
	var descend func(prefix string, s *contract.Schema, depth int)
	descend = func(prefix string, s *contract.Schema, depth int) {
		if s == nil || depth > maxDepth {
			return
		}
		if s.Ref != "" {
			if target, err := c.Resolve(s); err == nil {
				descend(prefix, target, depth+1)
			}
		}
		visit(strings.TrimPrefix(prefix, "."), s)
		for _, part := range s.AllOf {
			descend(prefix, part, depth+1)
		}
		for _, p := range s.Properties {
			descend(prefix+"."+gjsonKey(p.Name), p.Schema, depth+1)
		}
	}
	descend("", schema, 0)
}

// resolve finds the event. An event type that the contract does not know is
// acknowledged and leaves no effect: providers add types without notice, and an
// error would have them retried, and in the end the endpoint disabled.
func resolve(x *Exchange) *Answer {
	if e := x.desk.find(x.Document); e != nil {
		x.Event = e.Name
		return nil
	}
	if e := x.desk.validating(x); e != nil {
		x.Event = e.Name
		return nil
	}
	if x.desk.speaks(x.Document) {
		return &Answer{Status: http.StatusOK}
	}
	return x.Refuse(http.StatusUnprocessableEntity, fmt.Sprintf("no event of %s looks like this", x.desk.contract.Name()))
}

// find returns the event whose constants all hold; of several, the one of which the document has the most.
func (d *desk) find(document gjson.Result) *eventDesk {
	var best *eventDesk
	most := 0
	for i := range d.events {
		e := &d.events[i]
		if n := e.marked(document); n > most && e.holds(document) {
			best, most = e, n
		}
	}
	return best
}

// marked is how many of the event's marked places the document has.
func (e *eventDesk) marked(document gjson.Result) (n int) {
	for _, m := range e.marks {
		if m.there(document) {
			n++
		}
	}
	return n
}

// isMarked tells whether every payload of the event has a constant.
func (e *eventDesk) isMarked() bool {
	return slices.ContainsFunc(e.marks, func(m mark) bool { return !m.optional })
}

func (e *eventDesk) holds(document gjson.Result) bool {
	for _, m := range e.marks {
		if !m.holds(document) {
			return false
		}
	}
	return true
}

// validating tries the events whose payloads may lack constants: the only one, or the first that the body fits.
func (d *desk) validating(x *Exchange) *eventDesk {
	if len(d.events) == 1 && !d.events[0].isMarked() {
		return &d.events[0]
	}
	for i := range d.events {
		e := &d.events[i]
		if !e.isMarked() && e.mayBe(x) && len(d.contract.CheckPayload(e.Name, x.Request.Header, x.Body)) == 0 {
			return e
		}
	}
	return nil
}

// mayBe tells whether the exchange is of a method and a media type in which the event comes. Of a body alone nobody knows.
func (e *eventDesk) mayBe(x *Exchange) bool {
	if x.Request.Method == "" {
		return true
	}
	switch media := mediaOf(x.Request); {
	case len(x.Body) == 0:
		return e.comesAs(x.Request.Method, media)
	case contract.IsJSON(media):
		return e.Method == x.Request.Method
	default:
		return e.comesAs(x.Request.Method, media)
	}
}

// speaks tells whether the document has, as strings, every place by which some
// event of the provider is told apart.
func (d *desk) speaks(document gjson.Result) bool {
	for i := range d.events {
		named, want := 0, 0
		for _, m := range d.events[i].marks {
			if m.optional {
				continue
			}
			want++
			if document.Get(m.path).Type == gjson.String {
				named++
			}
		}
		if named > 0 && named == want {
			return true
		}
	}
	return false
}

func validate(x *Exchange) *Answer {
	violations := slices.Concat(x.desk.contract.CheckURL(x.Event, x.Request.URL), x.desk.contract.CheckPayload(x.Event, x.Request.Header, x.Body))
	if len(violations) == 0 {
		return nil
	}
	problems := make([]string, len(violations))
	for i, v := range violations {
		problems[i] = strings.TrimPrefix(v.Instance+": ", ": ") + v.Message
	}
	return x.Refuse(http.StatusUnprocessableEntity, problems...)
}

// Detector tells the events of a contract apart by their payloads.
type Detector struct {
	desk *desk
}

// NewDetector reads what tells a contract's events apart; events that cannot be used are left out. The error, when none
// can, is a [*contract.LoadError].
func NewDetector(c *contract.Contract) (*Detector, error) {
	d, err := newDesk(Provider{Contract: c})
	return &Detector{d}, err
}

// Event names the event that a payload belongs to: the one whose constants it has,
// or else the only one or the first that it fits. It returns "" when there is none.
func (d *Detector) Event(body []byte) string {
	if e := d.desk.find(gjson.ParseBytes(body)); e != nil {
		return e.Name
	}
	if e := d.desk.validating(&Exchange{Request: &http.Request{}, Body: body}); e != nil {
		return e.Name
	}
	return ""
}
