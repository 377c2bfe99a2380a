package contract_test

import (
	"fmt"

	"github.com/hookrig/hookrig/mocksender/contract"
)

func Example() {
	c, err := contract.Parse("shop.yaml", []byte(`openapi: 3.1.0
info: {title: Shop, version: "1"}
webhooks:
  order.paid:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id]
              properties:
                id: {type: integer}
      responses:
        "200": {description: received}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range c.Events() {
		fmt.Println(e.Method, e.Name, e.MediaType)
	}
	for _, v := range c.CheckPayload("order.paid", nil, []byte(`{"id":"7"}`)) {
		fmt.Printf("%s: %s: %s\n", v.Pos, v.Instance, v.Message)
	}
	for _, v := range c.CheckReply("order.paid", contract.Reply{Status: 500}) {
		fmt.Printf("%s: %s\n", v.Pos, v.Message)
	}
	_, err = c.Event("order.payd")
	fmt.Println(err)
	// Output:
	// POST order.paid application/json
	// shop.yaml:14:28: /id: want integer, got string
	// shop.yaml:16:9: status 500 is not documented; documented: 200
	// unknown event "order.payd" (did you mean "order.paid"?)
}
