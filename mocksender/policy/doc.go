// Package policy holds delivery policies: what a provider sends around a payload,
// how long it waits for an answer, how it reads one, when it tries again, and
// when it stops sending to an endpoint. Policies are data; every value says how
// sure it is and where it comes from.
//
// It sends nothing (package mocksender) and keeps no endpoint's state (package
// endpoint). Start with [Named] or [Parse].
package policy
