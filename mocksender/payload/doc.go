// Package payload makes event bodies from a contract's schemas. A schema is
// compiled once into a [Plan], a flat program of constant pieces and slots that
// appends JSON to a byte slice; values that are dear to fake come from pools
// that gofakeit fills when the plan is made.
//
// The same contract, seed and options give the same bytes on every machine and
// at any parallelism: every value is a pure function of the seed, the event's
// number or its subject's, and the value's place in the payload.
//
// It sends nothing and validates nothing at run time (package contract does).
//
// Start with [New] and [Generator.Message], or with [Compile] for load.
package payload
