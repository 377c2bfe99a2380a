package matchers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/hookrig/hookrig/harness"
)

// matcher turns a check into a Gomega matcher.
type matcher struct {
	// wish says what is wished for, in words that follow "to".
	wish  string
	check func(d *harness.Delivery) (ok bool, detail string, err error)

	detail string
}

var _ types.GomegaMatcher = (*matcher)(nil)

// Match runs the check.
func (m *matcher) Match(actual any) (bool, error) {
	d, err := delivery(actual)
	if err != nil {
		return false, err
	}
	ok, detail, err := m.check(d)
	m.detail = detail
	return ok, err
}

// FailureMessage says what was wished for, and shows the exchange.
func (m *matcher) FailureMessage(actual any) string { return m.message(actual, "to "+m.wish) }

// NegatedFailureMessage is FailureMessage for a matcher behind Not.
func (m *matcher) NegatedFailureMessage(actual any) string {
	return m.message(actual, "not to "+m.wish)
}

func (m *matcher) message(actual any, wish string) string {
	d, err := delivery(actual)
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprintf("Expected delivery %s\n%s\n%s", d.ID, wish, show(d))
	if m.detail != "" {
		text += "\n" + m.detail
	}
	return text
}

func delivery(actual any) (*harness.Delivery, error) {
	switch d := actual.(type) {
	case harness.Delivery:
		return &d, nil
	case *harness.Delivery:
		if d != nil {
			return d, nil
		}
	}
	return nil, fmt.Errorf("want a harness.Delivery, got %T", actual)
}

var errByHand = errors.New("the delivery was made by hand: only a Rig's can be judged by its contract")

const excerpt = 300

// show writes what was sent and what came back, credentials redacted.
func show(d *harness.Delivery) string {
	clean := d.Redacted()
	if d.Rig() != nil {
		clean = d.Redacted(d.Rig().Secret())
	}
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "sent     %s %s: %s", clean.Message.Event.Type, clean.URL, short(clean.Message.Body))
	for i := range clean.Attempts {
		a := &clean.Attempts[i]
		_, _ = fmt.Fprintf(&b, "\ngot %-4d ", a.Number)
		if a.Reply == nil {
			b.WriteString("no answer: " + a.Failure.Text)
			continue
		}
		_, _ = fmt.Fprintf(&b, "%d %s %s", a.Reply.Status, http.StatusText(a.Reply.Status), short(a.Reply.Body))
	}
	if clean.Outcome != "" {
		b.WriteString("\noutcome  " + string(clean.Outcome))
	}
	if d.Rig() != nil {
		rule, pos := d.Rig().Contract().ReplyRule(d.Message.Event.Type)
		_, _ = fmt.Fprintf(&b, "\ncontract %s asks for %s", pos, rule)
		b.WriteString("\ncurl     " + d.Rig().Curl(*d))
	}
	return b.String()
}

func short(body []byte) string {
	if len(body) > excerpt {
		return fmt.Sprintf("%q… (%d bytes)", body[:excerpt], len(body))
	}
	return fmt.Sprintf("%q", body)
}
