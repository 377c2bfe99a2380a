package matchers

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// BeAcknowledged matches a delivery whose last attempt the policy reads as a
// success. A status of which the provider says nothing is none.
func BeAcknowledged() types.GomegaMatcher {
	return &matcher{wish: "be acknowledged", check: func(d *harness.Delivery) (bool, string, error) {
		return d.Acknowledged() == mocksender.Acknowledged, "", nil
	}}
}

// BeRefused matches a delivery whose last attempt was answered with a 4xx.
func BeRefused() types.GomegaMatcher {
	return &matcher{wish: "be refused with a 4xx", check: func(d *harness.Delivery) (bool, string, error) {
		a := d.Last()
		return a != nil && a.Reply != nil && a.Reply.Status >= 400 && a.Reply.Status < 500, "", nil
	}}
}

// ConformToContract matches a delivery that was answered as policy and contract
// document it. Undocumented answers do not match.
func ConformToContract() types.GomegaMatcher {
	return &matcher{wish: "be answered as the contract says", check: func(d *harness.Delivery) (bool, string, error) {
		if d.Rig() == nil {
			return false, "", errByHand
		}
		found := d.Rig().JudgeReply(*d)
		texts := make([]string, len(found))
		for i, j := range found {
			texts[i] = j.String()
		}
		return len(found) == 0, strings.Join(texts, "\n"), nil
	}}
}

// HaveEffects matches a delivery whose event had n effects at the receiver so
// far, by the rig's probe. Without a probe the match is an error.
func HaveEffects(n int) types.GomegaMatcher {
	return &matcher{wish: fmt.Sprintf("have %d effects", n), check: func(d *harness.Delivery) (bool, string, error) {
		got, err := d.Effects(context.Background()) // the probe has a timeout of its own
		return err == nil && got == n, fmt.Sprintf("effects  %d", got), err
	}}
}

// SettleAs matches a delivery that ended with an outcome.
func SettleAs(outcome mocksender.Outcome) types.GomegaMatcher {
	return &matcher{wish: "settle as " + string(outcome), check: func(d *harness.Delivery) (bool, string, error) {
		return d.Outcome == outcome, "", nil
	}}
}
