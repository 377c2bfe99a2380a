// Package receiver holds the reference receiver: a webhook consumer that does
// everything right, so that the scenarios have something that must pass. Flawed
// variants of it, one file per flaw, differ in exactly one step.
//
// It is not for production use: what it stores is kept in memory.
//
// Start with [Config], [New] and [Start]; a flaw is a change of [Steps].
package receiver
