// Package scenarios holds the Ginkgo specs that judge a receiver, one file per
// theme. They are ordinary code behind [Run], so that the same specs run under
// ginkgo, under go test, and from a binary on a machine without Go.
//
// It sends and judges through package harness and writes no reports of its own.
//
// Start with [Config] and [Run].
package scenarios
