package scenarios

import (
	"cmp"
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// atOnce is how many deliveries come together.
const atOnce = 8

// timing judges whether the receiver keeps to the provider's timeout when it has more to do than one delivery.
func timing(b *book) {
	b.table("timing", nil, func(s subject) {
		r := rule{
			name: "burst-in-time", theme: "timing",
			text:   "is acknowledged within the provider's timeout when eight come at once",
			source: cmp.Or(origin(s.rig.Policy().Timeout), "the timeout that was set for this run"),
			why:    "providers send what happened at night in one go; what is not acknowledged in time comes again, on top",
		}
		b.it(r, s, patience(s, 2), func(t *trial) {
			t.needControl()
			messages := make([]mocksender.Message, atOnce)
			for i := range messages {
				messages[i] = t.message()
			}
			ds := t.together(messages...)
			if slices.ContainsFunc(ds, func(d harness.Delivery) bool { return d.Acknowledged() == mocksender.Unacknowledged }) {
				t.pause(breath) // what the receiver still does about them is not the next scenario's
			}
			for _, d := range ds {
				if u := d.Unreachable(); u != nil {
					t.book.lose(u)
					ginkgo.AbortSuite(u.Error())
				}
				t.judge(d, only(t.subject.rig.JudgeReply(d), func(j harness.Judgement) bool {
					return j.Rule != harness.RuleReply && j.Verdict == harness.Fail
				}))
			}
		})
	})
}
