package receiver_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
)

func ExampleStart() {
	c, err := contract.Parse("shop.yaml", []byte(shop))
	if err != nil {
		panic(err)
	}
	server, err := receiver.Start("127.0.0.1:0", receiver.Config{Providers: []receiver.Provider{{Contract: c}}})
	if err != nil {
		panic(err)
	}
	defer func() { _ = server.Close() }()
	for range 2 {
		response, err := http.Post(server.URL, "application/json", strings.NewReader(paid))
		if err != nil {
			panic(err)
		}
		_ = response.Body.Close()
		fmt.Println(response.Status)
	}
	fmt.Println("effects:", len(server.Effects(receiver.Filter{Event: "order.paid"})))
	// Output:
	// 200 OK
	// 200 OK
	// effects: 1
}
