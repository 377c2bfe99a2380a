// Package probe reads what a receiver did with an event, over an HTTP endpoint
// that the receiver's team offers for tests: how many effects the event has, and
// what state it left behind. Without a probe, a second effect of a repeated
// delivery cannot be seen.
//
// It judges nothing. Start with [New] and [Probe.Effects].
package probe
