package harness

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// Judgement is what one rule says about one exchange. It becomes a [Finding] when
// a scenario adds its own words and evidence.
type Judgement struct {
	Rule      string
	Verdict   Verdict
	Want, Got string
	// Pointer and Pos are the place in the contract; Pos.Line is 0 when no place applies.
	Pointer string
	Pos     contract.Position
	// Instance is a JSON pointer into the reply's body: what breaks the rule. "" when that is no part of it.
	Instance string
}

// String returns want, got and the place, for failure texts.
func (j Judgement) String() string {
	text := fmt.Sprintf("want %s\n got %s", j.Want, j.Got)
	if j.Pos.Line > 0 {
		text += "\n  by " + j.Pos.String()
	}
	return text
}

// The names of the rules that [Rig.JudgeReply] and [Rig.JudgeRefusal] apply.
const (
	RuleAcknowledge = "acknowledge"  // the policy reads the answer as a success
	RuleReply       = "reply-fits"   // the answer is as the contract documents it
	RuleInTime      = "reply-timely" // there is an answer within the policy's timeout
	RuleRefuse      = "refuse"       // the answer is a 4xx
)

// JudgeReply says whether the last attempt's answer acknowledges the event as the
// policy and the contract document it. It returns one judgement for each thing
// that is wrong, and none when all is well. A status of which the provider says
// nothing is a warning.
func (r *Rig) JudgeReply(d Delivery) []Judgement {
	a := d.Last()
	status, pos := r.contract.ReplyRule(d.Message.Event.Type)
	base := Judgement{Rule: RuleAcknowledge, Verdict: Fail, Want: wantAnswer(status), Pos: pos}
	switch {
	case a == nil:
		base.Verdict, base.Got = Inconclusive, "nothing was sent"
		return []Judgement{base}
	case a.Failure != nil:
		base.Got = describeFailure(a)
		if a.Failure.Kind == mocksender.FailureTimeout {
			base.Rule, base.Want = RuleInTime, r.wantInTime(d.Delivery, status)
		}
		return []Judgement{base}
	}
	var found []Judgement
	base.Got = describeReply(a.Reply)
	switch a.Acknowledged {
	case mocksender.Unacknowledged:
		found = append(found, base)
	case mocksender.Undocumented:
		base.Verdict = Warning
		base.Want += ", the only one of which the provider says that it is a success"
		found = append(found, base)
	}
	return append(found, r.judgeShape(d, len(found) > 0)...)
}

// judgeShape judges the answer by the contract alone. When the status was judged
// already, it is not counted again.
func (r *Rig) judgeShape(d Delivery, statusJudged bool) []Judgement {
	reply := d.Last().Reply
	var found []Judgement
	for _, v := range r.contract.CheckReply(d.Message.Event.Type, contract.Reply{
		Status: reply.Status, Header: reply.Header, Body: reply.Body,
	}) {
		if v.Rule == "status" && statusJudged {
			continue
		}
		j := Judgement{
			Rule: RuleReply, Verdict: Fail, Want: "a reply that fits the contract",
			Got: describeReply(reply) + ": " + v.Message, Pointer: v.Pointer, Pos: v.Pos, Instance: v.Instance,
		}
		if documented, _ := r.contract.ReplyRule(d.Message.Event.Type); v.Rule == "status" && !documentsSuccess(documented) {
			j.Verdict, j.Want = Warning, "a success that the contract documents; it documents none"
		}
		if v.Rule == "schema" { // the contract's own fault, which says nothing of the receiver
			j.Verdict = Inconclusive
		}
		found = append(found, j)
	}
	return found
}

// JudgeRefusal says whether the last attempt was refused as a request that is the
// sender's fault must be: with a 4xx. Nil means that it was.
func (r *Rig) JudgeRefusal(d Delivery) *Judgement {
	j := &Judgement{Rule: RuleRefuse, Verdict: Fail, Want: "a refusal with a 4xx status"}
	a := d.Last()
	switch {
	case a == nil:
		j.Verdict, j.Got = Inconclusive, "nothing was sent"
	case a.Failure != nil:
		j.Got = describeFailure(a)
	case a.Reply.Status == http.StatusTooManyRequests:
		j.Verdict, j.Got = Inconclusive, describeReply(a.Reply)+", which says nothing about this request"
	case a.Reply.Status >= 400 && a.Reply.Status < 500:
		return nil
	default:
		j.Got = describeReply(a.Reply)
	}
	return j
}

func (r *Rig) wantInTime(d mocksender.Delivery, status string) string {
	timeout := r.policy.Terms(&d, len(d.Attempts)).Timeout
	return fmt.Sprintf("%s within %v", wantAnswer(status), timeout)
}

// wantAnswer names the answer that acknowledges. A contract may document no answers, or errors only.
func wantAnswer(documented string) string {
	if !documentsSuccess(documented) {
		return "an answer that the provider takes for a success"
	}
	return "the answer " + documented
}

// documentsSuccess tells whether a success is among the documented statuses, as [contract.Contract.ReplyRule] lists them.
func documentsSuccess(documented string) bool {
	return slices.ContainsFunc(strings.Split(documented, ", "), func(status string) bool {
		return strings.HasPrefix(status, "2") || status == "default"
	})
}

func describeReply(r *mocksender.Reply) string {
	text := fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status))
	if media := r.Header.Get("Content-Type"); media != "" {
		text += fmt.Sprintf(" (%q, %d bytes)", media, len(r.Body))
	}
	return text
}

func describeFailure(a *mocksender.Attempt) string {
	return fmt.Sprintf("no answer after %v: %s (%s)", a.Duration().Round(1e6), a.Failure.Text, a.Failure.Kind)
}
