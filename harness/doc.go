// Package harness is what a test author imports: a [Rig] holds a target receiver,
// a sender that plays the provider, the contract and an optional probe, and
// collects what was seen as [Finding]s in a [Run].
//
// It sends through package mocksender and writes no reports (package reports).
//
// Start with [New] and [Rig.Deliver].
package harness
