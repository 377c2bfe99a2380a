// Package signature makes and checks the credentials of webhooks: a shared token,
// a static header, HTTP Basic, an HMAC in a header, Standard Webhooks. Each scheme is one
// type in one file; making and checking are pure functions of secret, moment and message.
//
// It knows no provider: [For] picks the scheme that a policy names. The checking side
// compares in constant time and is what a reference receiver uses.
//
// Start with [For] and [Scheme].
package signature
