package scenarios

import "github.com/hookrig/hookrig/harness"

// responses judges how good deliveries are answered.
func responses(b *book) {
	b.table("responses", nil, func(s subject) {
		acknowledge := rule{
			name: "acknowledge", theme: "responses", everywhere: true,
			text:   "is acknowledged with a success that the provider documents, within its timeout",
			source: origin(s.rig.Policy().Success),
			why:    "any other answer, or none in time, has the provider send the event again and in the end give it up",
		}
		b.it(acknowledge, s, patience(s, 1)+reduceBudget, func(t *trial) {
			d := t.once(t.message())
			t.reduce(d)
			t.judge(d, only(t.subject.rig.JudgeReply(d), func(j harness.Judgement) bool { return j.Rule != harness.RuleReply }))
		})

		fits := rule{
			name: "reply-fits", theme: "responses", everywhere: true,
			text:   "is answered in the form that the contract describes",
			source: origin(s.rig.Policy().Success),
			why:    "what the contract does not describe may be read by the provider in any way",
		}
		b.it(fits, s, patience(s, 1), func(t *trial) {
			d := t.once(t.message())
			found := t.subject.rig.JudgeReply(d)
			for _, j := range found {
				if j.Rule != harness.RuleReply && j.Verdict == harness.Fail {
					t.inconclusive(j.Want, j.Got, "the form of an answer is judged when there is one that acknowledges")
				}
			}
			t.judge(d, only(found, func(j harness.Judgement) bool { return j.Rule == harness.RuleReply }))
		})
	})
}

func only(all []harness.Judgement, wanted func(harness.Judgement) bool) []harness.Judgement {
	var kept []harness.Judgement
	for _, j := range all {
		if wanted(j) {
			kept = append(kept, j)
		}
	}
	return kept
}
