package load_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"testing"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// A header that the contract asks for and the provider's signature brings is there once, and is the signature's; any other of
// the contract is the contract's, whether it differs from event to event or not.
func TestWhatContractAndSignatureAskForIsThereOnce(t *testing.T) {
	for name, more := range map[string]string{"the same in all events": "", "another in each event": "\n        - {name: X-Request, in: header, required: true, schema: {type: string, format: uuid}}"} {
		c, err := contract.Parse("paid.yaml", []byte(`openapi: 3.1.0
info: {title: Paid, version: "1"}
webhooks:
  paid:
    post:
      parameters:
        - {name: webhook-timestamp, in: header, required: true, schema: {type: string, const: "1"}}
        - {name: X-Version, in: header, required: true, schema: {type: string, const: "7"}}`+more+`
      requestBody: {content: {application/json: {schema: {type: object, properties: {n: {type: integer}}, required: [n]}}}}
      responses: {"200": {description: taken}}
`))
		if err != nil {
			t.Fatal(err)
		}
		p, err := policy.Named("standard-webhooks")
		if err != nil {
			t.Fatal(err)
		}
		secret := mocksender.Secret("whsec_" + base64.StdEncoding.EncodeToString([]byte("0123456789abcdef01234567")))
		auth, err := signature.For(p.Authentication.Value, secret)
		if err != nil {
			t.Fatal(err)
		}
		g, err := payload.New(c, payload.Options{Time: start, Signed: p.SignedHeaders()})
		if err != nil {
			t.Fatal(err)
		}
		var got seen
		target := serve(t, got.handler(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
		run(t, load.Config{Target: target, Events: []load.Event{{Name: "paid", Generator: g, Policy: p, Auth: auth}}, Count: 3})
		if len(got.requests) != 3 {
			t.Fatalf("%s: %d requests", name, len(got.requests))
		}
		requests := map[string]bool{}
		for _, r := range got.requests {
			if at := r.header["Webhook-Timestamp"]; len(at) != 1 || len(at[0]) != 10 {
				t.Errorf("%s: webhook-timestamp %q, want the signature's", name, at)
			}
			if version := r.header["X-Version"]; len(version) != 1 || version[0] != "7" {
				t.Errorf("%s: x-version %q, want 7", name, version)
			}
			requests[r.header.Get("X-Request")] = true
		}
		if want := map[bool]int{true: 3, false: 1}[more != ""]; len(requests) != want {
			t.Errorf("%s: %d different values of x-request, want %d", name, len(requests), want)
		}
	}
}

// A token that is the same in all requests wins over the contract's value of its header, too.
func TestATokenIsNotTheContractsExample(t *testing.T) {
	e := eventOf(t, "chargeover", "customer.super", "chargeover", "0123456789abcdefghijklmnopqrstuv")
	added := http.Header{}
	if err := e.Auth.Authenticate(added, &mocksender.Message{}, start); err != nil || len(added) != 1 {
		t.Fatalf("%v %v", added, err)
	}
	var name string
	for name = range added {
	}
	for _, more := range []string{"", "\n        - {name: X-Request, in: header, required: true, schema: {type: string, format: uuid}}"} {
		c, err := contract.Parse("paid.yaml", []byte(`openapi: 3.1.0
info: {title: Paid, version: "1"}
webhooks:
  paid:
    post:
      parameters:
        - {name: `+name+`, in: header, required: true, schema: {type: string, const: example}}`+more+`
      requestBody: {content: {application/json: {schema: {type: object, properties: {n: {type: integer}}, required: [n]}}}}
      responses: {"200": {description: taken}}
`))
		if err != nil {
			t.Fatal(err)
		}
		g, err := payload.New(c, payload.Options{Time: start, Signed: []string{}})
		if err != nil {
			t.Fatal(err)
		}
		var got seen
		target := serve(t, got.handler(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
		run(t, load.Config{Target: target, Events: []load.Event{{Name: "paid", Generator: g, Policy: e.Policy, Auth: e.Auth}}, Count: 1})
		if len(got.requests) != 1 {
			t.Fatalf("%d requests", len(got.requests))
		}
		if values := got.requests[0].header.Values(name); !slices.Equal(values, added[name]) {
			t.Errorf("%s: %q, want %q", name, values, added[name])
		}
	}
}
