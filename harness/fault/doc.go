// Package fault holds what goes wrong between a sender and a receiver, one file
// per fault: each stands on loopback in front of the target and passes on what
// it does not spoil.
//
// It decides nothing about the receiver. Start with [StartOutage].
package fault
