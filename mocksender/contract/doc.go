// Package contract reads OpenAPI documents with webhooks and judges exchanges
// against them: which events exist, whether a payload fits, whether a reply fits.
//
// It is the only package that knows an OpenAPI or JSON Schema library. It makes
// no payloads (package payload) and sends nothing.
//
// Start with [Load] and [Contract].
package contract
