// Package matchers holds Gomega matchers for deliveries. Their failure texts show
// what was sent, what came back, and the line of the contract that asks for more.
//
// They match a [harness.Delivery] or a pointer to one. What the receiver did is
// looked up when the matcher runs, so that Eventually(d).Should(HaveEffects(1))
// waits for a receiver that works later.
//
// Start with [BeAcknowledged] and [HaveEffects].
package matchers
