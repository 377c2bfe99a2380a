package scenarios

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// spoilage is one way in which a delivery cannot be read.
type spoilage struct {
	name, text string
	body       func(good []byte) []byte
	header     http.Header
	// mayPass tells that a receiver which can read it all the same may acknowledge it.
	mayPass bool
}

func spoilages() []spoilage {
	return []spoilage{
		{name: "not-json", text: "its body is not JSON", body: func([]byte) []byte { return []byte("<event>this is not JSON</event>") }},
		{name: "empty", text: "its body is empty", body: func([]byte) []byte { return nil }},
		{name: "truncated", text: "its body ends in the middle", body: cutShort},
		{
			name: "media-type", text: "its media type is not JSON's", mayPass: true,
			body: func(good []byte) []byte { return good }, header: http.Header{"Content-Type": {"text/plain"}},
		},
	}
}

// cutShort is the first half of a body. Half a number is a number, so that becomes a list that does not end.
func cutShort(good []byte) []byte {
	half := good[:len(good)/2]
	if json.Valid(half) {
		return slices.Concat([]byte{'['}, good)
	}
	return half
}

// malformed judges how deliveries that cannot be read are taken. Half a form is a form, so only JSON is spoiled.
func malformed(b *book) {
	b.table("malformed", subject.sendsJSON, func(s subject) {
		for _, spoiled := range spoilages() {
			must := "is refused with a 4xx, without effect and without harm, when "
			if spoiled.mayPass {
				must = "is refused with a 4xx, without effect, or acknowledged, when "
			}
			r := rule{
				name: "malformed-" + spoiled.name, theme: "malformed",
				text:   must + spoiled.text,
				source: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5",
				why: "a 5xx says that the fault is the receiver's, has the provider send the same bytes again, " +
					"and shows that nobody thought of them",
			}
			b.it(r, s, patience(s, 3), func(t *trial) {
				lag := t.needControl()
				m := t.message()
				before := t.effectsOf(m)
				d := t.post(m, spoiled)
				if spoiled.mayPass && d.Acknowledged() != mocksender.Unacknowledged {
					return
				}
				t.refused(d)
				t.tellsNothing(d)
				d.Message = m // the probe asks for the event that was meant
				t.noEffect(d, before, lag)
				t.stillWorks()
			})
		}
	})
}

// insides matches what programs of several languages print of a crash.
var insides = regexp.MustCompile(`(?m)Traceback \(most recent call last\)|^\s*File "[^"]+", line \d+|^goroutine \d+ \[|^\s+at \S+\(.*:\d+\)|` +
	`^\s+at .*\S+:\d+:\d+\)?$|\.go:\d+ \+0x|Stack trace:\s+#0|\.rb:\d+:in `)

// tellsNothing fails when an answer shows the receiver's inside.
func (t *trial) tellsNothing(d harness.Delivery) {
	a := d.Last()
	if a == nil || a.Reply == nil || !insides.Match(a.Reply.Body) {
		return
	}
	f := t.finding(&d, harness.Judgement{Want: "a refusal that shows nothing of the receiver's inside", Got: "a stack trace"})
	f.Rule, f.Verdict = "malformed-inside", harness.Fail // one defect, whatever was malformed
	f.Summary = t.subject.event.Name + " that is malformed is refused with a stack trace"
	f.Why, f.Source = "whoever knows the URL learns what the receiver is made of, and which of its parts are weak", "https://cwe.mitre.org/data/definitions/209.html"
	f = t.add(f)
	ginkgo.Fail(explain(&f), 1)
}

func (t *trial) post(m mocksender.Message, spoiled spoilage) harness.Delivery {
	m.Body = spoiled.body(m.Body)
	return t.send(m, harness.Shipping{Once: true, Header: spoiled.header})
}

// stillWorks fails when the receiver does not take a good delivery any more.
func (t *trial) stillWorks() {
	d := t.once(t.message())
	for _, j := range t.subject.rig.JudgeReply(d) {
		if j.Verdict == harness.Fail && j.Rule != harness.RuleReply {
			j.Want = "a good delivery to be acknowledged after the malformed one: " + j.Want
			t.fail(&d, j)
		}
	}
}
