// Package load sends events at a rate that does not depend on the receiver, and measures what
// hides nothing: latency counts from the moment at which an event was due, so that a receiver
// that stalls is charged for every event that had to wait.
//
// Arrivals are pure arithmetic ([Shape], [Arrivals]); [Run] sends them. Every event has a body of
// its own, made by package payload, with the provider's headers and credentials.
//
// It makes no judgement of a single reply (package harness does), and it is no distributed system:
// one process, one receiver.
package load
