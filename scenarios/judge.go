package scenarios

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
)

// judge acts on judgements: failures first, so that a warning does not hide them.
func (t *trial) judge(d harness.Delivery, judgements []harness.Judgement) {
	for _, wanted := range []harness.Verdict{harness.Fail, harness.Warning, harness.Inconclusive} {
		for _, j := range judgements {
			if j.Verdict == wanted {
				t.act(&d, j)
			}
		}
	}
}

func (t *trial) act(d *harness.Delivery, j harness.Judgement) {
	switch j.Verdict {
	case harness.Fail:
		t.fail(d, j)
	case harness.Warning:
		t.warn(d, j)
	case harness.Inconclusive:
		t.inconclusive(j.Want, j.Got, "")
	}
}

// acknowledged judges whether a delivery was taken; the form of the answer is the
// business of theme responses.
func (t *trial) acknowledged(d harness.Delivery) {
	var relevant []harness.Judgement
	for _, j := range t.subject.rig.JudgeReply(d) {
		if j.Rule != harness.RuleReply && j.Verdict == harness.Fail {
			relevant = append(relevant, j)
		}
	}
	t.judge(d, relevant)
}

// refused judges whether a delivery was turned away.
func (t *trial) refused(d harness.Delivery) {
	if j := t.subject.rig.JudgeRefusal(d); j != nil {
		t.act(&d, *j)
	}
}

// fail records a finding and ends the spec.
func (t *trial) fail(d *harness.Delivery, j harness.Judgement) {
	f := t.finding(d, j)
	f.Verdict = harness.Fail
	f = t.add(f)
	ginkgo.Fail(explain(&f), 1)
}

// warn records a finding and lets the spec go on, unless warnings count.
func (t *trial) warn(d *harness.Delivery, j harness.Judgement) {
	f := t.finding(d, j)
	f.Verdict = harness.Warning
	f = t.add(f)
	ginkgo.AddReportEntry("warning", explain(&f), ginkgo.ReportEntryVisibilityFailureOrVerbose)
	if t.book.config.Strict {
		ginkgo.Fail("a warning, and strict was asked for\n"+explain(&f), 1)
	}
}

// inconclusive records why the rule could not be observed, and ends the spec as skipped.
func (t *trial) inconclusive(want, got, remedy string) {
	f := t.finding(nil, harness.Judgement{Want: want, Got: got})
	f.Verdict = harness.Inconclusive
	f.Summary = "not judged: " + got
	if remedy != "" {
		f.Summary += "; " + remedy
	}
	t.add(f)
	ginkgo.AddReportEntry("inconclusive", f.Summary, ginkgo.ReportEntryVisibilityFailureOrVerbose)
	ginkgo.Skip(f.Summary, 1)
}

// add completes a finding with what the scenario says of itself, and keeps it.
func (t *trial) add(f harness.Finding) harness.Finding {
	f.Scenario, f.Theme, f.Event = t.text, t.rule.theme, t.subject.event.Name
	f.Why, f.Rule, f.Source = cmp.Or(f.Why, t.rule.why), cmp.Or(f.Rule, t.rule.name), cmp.Or(f.Source, t.rule.source)
	f.Deliveries = t.deliveries()
	f.Repeat = t.subject.rig.Repeat(fmt.Sprintf("%s && %s && theme:%s && rule:%s",
		contractLabel(t.subject.rig), EventLabel(t.subject.event.Name), t.rule.theme, t.rule.name))
	t.findings = append(t.findings, f)
	return f
}

// deliveries are the IDs of what was sent so far, each once: one that was held is sent again when its endpoint is restarted.
func (t *trial) deliveries() []string {
	var ids []string
	for i := range t.sent {
		if !slices.Contains(ids, t.sent[i].ID) {
			ids = append(ids, t.sent[i].ID)
		}
	}
	return ids
}

// finding writes down a judgement with the exchange that shows it.
func (t *trial) finding(d *harness.Delivery, j harness.Judgement) harness.Finding {
	f := harness.Finding{
		Rule: t.rule.name, Want: j.Want, Got: j.Got, Pointer: j.Pointer, Pos: j.Pos, Instance: j.Instance,
		Summary: fmt.Sprintf("%s %s: %s", t.subject.event.Name, t.rule.text, j.Got),
	}
	if f.Pos.Line == 0 {
		_, f.Pos = t.subject.rig.Contract().ReplyRule(t.subject.event.Name)
	}
	if d != nil {
		f.Sent, f.Received = t.exchange(d)
		f.Curl = t.subject.rig.Curl(*d)
		f.Smallest = t.smallest
	}
	return f
}

// excerpt is how many bytes of a body a finding shows.
const excerpt = 400

func (t *trial) exchange(d *harness.Delivery) (sent, received string) {
	clean := d.Redacted(t.subject.rig.Secret())
	if len(clean.Attempts) == 0 {
		return "", ""
	}
	a := clean.Attempts[len(clean.Attempts)-1]
	sent = clean.Message.Method + " " + clean.URL + "\n" + headerText(a.Header) + "\n" + shorten(clean.Sent(&a).Body)
	if a.Reply == nil {
		return sent, a.Failure.Text
	}
	received = fmt.Sprintf("%s %d %s\n%s\n%s", a.Reply.Proto, a.Reply.Status, http.StatusText(a.Reply.Status), headerText(a.Reply.Header), shorten(a.Reply.Body))
	return sent, strings.TrimSpace(received)
}

func headerText(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b) // a builder takes everything
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

func shorten(body []byte) string {
	if len(body) > excerpt {
		return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(string(body[:excerpt]), ""), len(body))
	}
	return string(body)
}

// explain is a finding as a failure text.
func explain(f *harness.Finding) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(&b, "%-9s %s\n", name, strings.ReplaceAll(text, "\n", "\n          "))
		}
	}
	line("want", f.Want)
	line("got", f.Got)
	if f.Pos.Line > 0 {
		line("contract", f.Pos.String())
	}
	line("why", f.Why)
	line("source", f.Source)
	line("sent", f.Sent)
	line("received", f.Received)
	line("smallest", f.Smallest)
	line("curl", f.Curl)
	line("repeat", f.Repeat)
	return b.String()
}
