package fault_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// A lost acknowledgement: the receiver has the event, and gets it a second time.
func Example() {
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Printf("received %s\n", body)
	}))
	defer receiver.Close()
	provider, err := policy.Named("chargeover")
	if err != nil {
		panic(err)
	}
	config := mocksender.Config{Policy: provider, TimeScale: mocksender.Scale{From: 1, To: 0}}
	line, err := fault.New(1, "lost-ack")
	if err != nil {
		panic(err)
	}
	line.Install(&config)
	sender, err := mocksender.New(config)
	if err != nil {
		panic(err)
	}
	defer sender.Close()
	d, err := sender.Deliver(context.Background(), mocksender.Delivery{
		ID: "1", URL: receiver.URL, Message: mocksender.Message{Body: []byte(`{"paid":true}`)},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Attempts[0].Failure.Kind, "may have arrived:", d.Attempts[0].MayHaveArrived)
	fmt.Println(d.Attempts[1].Reply.Status, d.Outcome)
	// Output:
	// received {"paid":true}
	// received {"paid":true}
	// reset may have arrived: true
	// 200 delivered
}
