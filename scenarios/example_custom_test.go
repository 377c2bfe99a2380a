package scenarios_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/matchers"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

var _ = Describe("a customer of the nightly batch", Label("own", "event:customer.nightly"), func() {
	var rig *harness.Rig

	BeforeEach(func() {
		rig = newRig()
	})

	It("is booked once, and only once when the night is repeated", func(ctx SpecContext) {
		delivery, err := rig.Deliver(ctx, "customer.nightly")
		Expect(err).NotTo(HaveOccurred())
		Expect(delivery).To(matchers.BeAcknowledged())
		Eventually(delivery).WithContext(ctx).Should(matchers.HaveEffects(1))

		again, err := rig.Send(ctx, delivery.Message, harness.Shipping{})
		Expect(err).NotTo(HaveOccurred())
		Expect(again).To(matchers.ConformToContract())
		Consistently(again).WithContext(ctx).Should(matchers.HaveEffects(1))
	}, SpecTimeout(time.Minute))

	It("is refused, and leaves nothing, when the token is missing", func(ctx SpecContext) {
		message, err := rig.Message("customer.nightly", 7)
		Expect(err).NotTo(HaveOccurred())
		delivery, err := rig.Send(ctx, message, harness.Shipping{Once: true, Anonymous: true})
		Expect(err).NotTo(HaveOccurred())
		Expect(delivery).To(matchers.BeRefused())
		Consistently(delivery).WithContext(ctx).Should(matchers.HaveEffects(0))
	}, SpecTimeout(time.Minute))

	It("is given up when the gateway is down for longer than there are retries", func(ctx SpecContext) {
		outage, err := rig.Outage(1000)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(outage.Close)
		message, err := rig.Message("customer.nightly", 8)
		Expect(err).NotTo(HaveOccurred())
		delivery, err := rig.Send(ctx, message, harness.Shipping{To: outage.URL})
		Expect(err).NotTo(HaveOccurred())
		Expect(delivery).To(matchers.SettleAs(mocksender.Exhausted))
		Expect(delivery.Attempts).To(HaveLen(6))
	}, SpecTimeout(time.Minute))
})

// newRig plays ChargeOver to the reference receiver. To yours it takes the lines of contract, policy and rig, with your
// address, your token, and the address at which a test may see what was booked.
func newRig() *harness.Rig {
	c, err := contract.Load(fixtures.FS, "contracts/chargeover.yaml")
	Expect(err).NotTo(HaveOccurred())
	p, err := policy.ForContract("chargeover")
	Expect(err).NotTo(HaveOccurred())

	const token = mocksender.Secret("a-token-that-guards-nothing-0001")
	provider, err := receiver.ProviderOf(c, p, token)
	Expect(err).NotTo(HaveOccurred())
	server, err := receiver.Start("127.0.0.1:0", receiver.Config{Providers: []receiver.Provider{provider}})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(server.Close)

	look, err := probe.New(probe.Config{URL: server.ProbeURL(), Count: "items.#"})
	Expect(err).NotTo(HaveOccurred())
	rig, err := harness.New(harness.Config{
		Target: server.URL, Contract: c, Policy: p, Secret: token, Probe: look, Time: time.Now(),
		TimeScale: mocksender.Scale{From: time.Hour, To: time.Second / 100},
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(rig.Close)
	return rig
}

// TestOwnRules is what go test runs, and ginkgo.
func TestOwnRules(t *testing.T) {
	ownTree(t) // only here, where another suite stands beside it
	RegisterFailHandler(Fail)
	RunSpecs(t, "our own rules")
}
