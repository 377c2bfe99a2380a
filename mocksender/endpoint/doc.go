// Package endpoint is the life of one endpoint at a provider: it is active until
// it failed too often, its events queue while it is not active, and it goes on
// when a person restarts it.
//
// [Machine] is the pure state machine, without a clock and without a network:
// facts go in, effects come out. [Loop] runs a sender by a machine, over real
// HTTP. The provider's readings that are not published are fields of [Settings].
//
// It is not a management API (package provider). Start with [NewLoop] or [Machine.Apply].
package endpoint
