package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

const (
	// reduceSends and reduceBudget bound what a receiver that refuses is asked.
	reduceSends  = 64
	reduceBudget = 10 * time.Second
	// reduceTimes is how many refusals with one status are reduced: 19 events that
	// are refused for one reason need not show it 19 times.
	reduceTimes = 3
	// reducedShown is how many bytes of the smallest payload a finding shows.
	reducedShown = 8 << 10
)

// reduce looks for the smallest payload that the receiver still refuses, when it
// refused one that fits the contract. The findings of the trial show it.
func (t *trial) reduce(d harness.Delivery) {
	a := d.Last()
	if a == nil || a.Reply == nil || a.Acknowledged != mocksender.Unacknowledged || len(d.Message.Body) == 0 || !t.mayReduce(a.Reply.Status) {
		return
	}
	smallest, err := t.subject.rig.Shrink(t.ctx, d, reduceSends, reduceBudget)
	t.check(err)
	text := smallest.String()
	if secret := t.subject.rig.Secret().Reveal(); secret != "" {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	if len(text) > reducedShown {
		text = fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(text[:reducedShown], ""), len(text))
	}
	t.smallest = text
}

func (t *trial) mayReduce(status int) bool {
	t.book.mu.Lock()
	defer t.book.mu.Unlock()
	key := fmt.Sprint(t.subject.rig.Contract().Name(), status)
	t.book.reduced[key]++
	return t.book.reduced[key] <= reduceTimes
}
