package signature_test

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

func ExampleHeaders() {
	shape, err := policy.NamedAuthentication("stripe")
	if err != nil {
		panic(err)
	}
	// While the secret is changed, the header has a signature by each.
	s, err := signature.For(shape.Value, "new secret", "old secret")
	if err != nil {
		panic(err)
	}
	body := []byte(`{"n":1}`)
	at := time.Unix(1614265330, 0)
	h, err := signature.Headers(s, &mocksender.Outgoing{Message: &mocksender.Message{Body: body}, Method: http.MethodPost, URL: &url.URL{}, At: at})
	if err != nil {
		panic(err)
	}
	fmt.Println(len(h["Stripe-Signature"][0]), h["Stripe-Signature"][0][:16])

	receiver, err := signature.For(shape.Value, "old secret")
	if err != nil {
		panic(err)
	}
	fmt.Println(receiver.Verify(h, body, at.Add(time.Minute)))
	fmt.Println(receiver.Verify(h, body, at.Add(time.Hour)))
	// Output:
	// 148 t=1614265330,v1=
	// <nil>
	// signed 1h0m0s from now: timestamp outside the tolerance of 5m0s
}
