package payload_test

import (
	"fmt"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

const orders = `
openapi: 3.1.0
info: {title: Orders, version: "1"}
webhooks:
  order.paid:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [order_id, total, paid, open]
              properties:
                order_id: {type: integer, x-faker: {sequence: {start: 1000}}}
                total: {type: number, x-faker: {decimal: {min: 10, max: 90}}}
                paid: {type: number, x-faker: {decimal: {min: 0, max: total}}}
                open: {type: number, x-faker: {expr: "total - paid"}}
                at: {type: string, format: date-time, x-faker: {time: event}}
      responses: {"200": {description: received}}
`

func ExampleGenerator() {
	c, err := contract.Parse("orders.yaml", []byte(orders))
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := payload.New(c, payload.Options{Seed: 7, Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := range uint64(2) {
		m, err := g.Message("order.paid", n)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s\n", m.Body)
	}
	// Output:
	// {"order_id":1000,"total":42.22,"paid":16.05,"open":26.17,"at":"2026-01-15T03:00:00Z"}
	// {"order_id":1001,"total":76.05,"paid":0.03,"open":76.02,"at":"2026-01-15T03:00:00Z"}
}
