// Package k6 is the k6 extension k6/x/hookrig: it gives k6 the events of a contract, as bytes and headers for k6's own http,
// or delivered by hookrig's engine and counted in k6's metrics. Several instances of one test, started with k6's execution
// segments, never send the same event.
//
// It is a module of its own, since k6 is under the AGPL-3.0. Command cmd/k6 is a k6 with it; scripts start with contract(name).
package k6
