// Package signature makes and checks the credentials of webhooks: a shared token, a static header, HTTP
// Basic, HMACs in a header, Standard Webhooks, OAuth2 client credentials, client certificates, HTTP
// Message Signatures. Each scheme is one type in one file; making and checking are pure functions of
// secret, id, moment and message (OAuth2 apart, which has to fetch its token).
//
// It knows no provider: [For] picks the scheme that a policy names. The checking side
// compares in constant time and is what a reference receiver uses.
//
// Start with [For], [Scheme] and [VerifyRequest].
package signature
