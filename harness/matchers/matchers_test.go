package matchers_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/matchers"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

const secret = mocksender.Secret("0123456789abcdefABCDEF0123456789")

// setup starts a receiver with the flaw of that name, "" for none, and returns a rig before it.
func setup(flaw string) (*harness.Rig, func()) {
	c, err := contract.Load(fixtures.FS, "contracts/chargeover.yaml")
	check(err)
	p, err := policy.ForContract("chargeover")
	check(err)
	provider, err := receiver.ProviderOf(c, p, secret)
	check(err)
	config := receiver.Config{Providers: []receiver.Provider{provider}}
	if flaw != "" {
		f, err := receiver.FlawNamed(flaw)
		check(err)
		config.Flaw = f.Apply
	}
	server, err := receiver.Start("127.0.0.1:0", config)
	check(err)
	look, err := probe.New(probe.Config{URL: server.ProbeURL(), Count: "items.#"})
	check(err)
	rig, err := harness.New(harness.Config{
		Target: server.URL, Contract: c, Policy: p, Secret: secret, Probe: look,
		Time:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		TimeScale: mocksender.Scale{From: time.Hour, To: time.Millisecond},
	})
	check(err)
	return rig, func() {
		rig.Close()
		check(server.Close())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func TestMatchersOnAGoodReceiver(t *testing.T) {
	g := gomega.NewWithT(t)
	rig, stop := setup("")
	defer stop()
	d, err := rig.Deliver(t.Context(), "customer.nightly")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d).To(gomega.And(matchers.BeAcknowledged(), matchers.ConformToContract(), matchers.HaveEffects(1), matchers.SettleAs(mocksender.Delivered)))
	g.Expect(&d).NotTo(matchers.BeRefused())
	g.Eventually(d).Should(matchers.HaveEffects(1))
	spoiled, err := rig.Post(t.Context(), d.Message, []byte("{"), nil)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(spoiled).To(matchers.BeRefused())
	g.Expect(spoiled).NotTo(gomega.Or(matchers.BeAcknowledged(), matchers.ConformToContract()))
}

func TestFailureTexts(t *testing.T) {
	rig, stop := setup("server-error")
	defer stop()
	d, err := rig.Deliver(t.Context(), "customer.nightly")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		matcher types.GomegaMatcher
		want    []string
	}{
		{matchers.BeAcknowledged(), []string{"to be acknowledged", "got 1    500 Internal Server Error", "got 6 ", "chargeover.yaml:", "curl -sS"}},
		{matchers.ConformToContract(), []string{"want the answer 200", "got 500 Internal Server Error", "by contracts/chargeover.yaml:"}},
		{matchers.SettleAs(mocksender.Delivered), []string{"to settle as delivered", "outcome  exhausted"}},
		{matchers.HaveEffects(2), []string{"to have 2 effects", "effects  1"}},
		{matchers.BeRefused(), []string{"to be refused with a 4xx"}},
	} {
		ok, err := row.matcher.Match(d)
		text := row.matcher.FailureMessage(d)
		if ok || err != nil {
			t.Errorf("matched, or %v", err)
		}
		for _, want := range row.want {
			if !strings.Contains(text, want) {
				t.Errorf("the text does not say %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, secret.Reveal()) {
			t.Errorf("the text tells the secret:\n%s", text)
		}
		if !strings.Contains(row.matcher.NegatedFailureMessage(d), "not to ") {
			t.Error("the negated text does not negate")
		}
	}
}

func TestWhatIsNoDelivery(t *testing.T) {
	var none *harness.Delivery
	for _, actual := range []any{nil, 7, none, mocksender.Delivery{}} {
		if ok, err := matchers.BeAcknowledged().Match(actual); ok || err == nil {
			t.Errorf("%T: matched without an error", actual)
		}
	}
	for _, m := range []types.GomegaMatcher{matchers.ConformToContract(), matchers.HaveEffects(1)} {
		if ok, err := m.Match(harness.Delivery{}); ok || err == nil {
			t.Error("a delivery made by hand cannot be judged")
		}
	}
	if ok, err := matchers.BeRefused().Match(harness.Delivery{}); ok || err != nil {
		t.Errorf("nothing sent: %t, %v", ok, err)
	}
}

func Example() {
	rig, stop := setup("")
	defer stop()
	g := gomega.NewGomega(func(message string, _ ...int) { fmt.Println(message) })

	d, err := rig.Deliver(context.Background(), "customer.nightly")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(d).To(matchers.BeAcknowledged())
	g.Expect(d).To(matchers.ConformToContract())
	g.Eventually(d).Should(matchers.HaveEffects(1))
	fmt.Println(d.Outcome)
	// Output: delivered
}
