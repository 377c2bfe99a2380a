// Package mocksender plays the provider of webhooks: it holds the nouns of a
// delivery (Event, Delivery, Attempt, Outcome) and the Sender that posts events
// to a receiver the way the provider does, over net/http.
//
// It is not a load generator (package load) and it judges nothing (package
// harness): the receiver's bad behaviour is data in the attempts, and an error
// from this package is always a fault of ours.
//
// Start with [Sender] and [Delivery].
package mocksender
