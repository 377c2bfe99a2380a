package mocksender_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func ExampleSender_Deliver() {
	calls := 0
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer receiver.Close()
	p, err := policy.Named("chargeover")
	if err != nil {
		panic(err)
	}
	sender, err := mocksender.New(mocksender.Config{Policy: p, TimeScale: mocksender.Scale{From: time.Hour, To: time.Second}})
	if err != nil {
		panic(err)
	}
	defer sender.Close()

	d, err := sender.Deliver(context.Background(), mocksender.Delivery{
		ID:      "1",
		URL:     receiver.URL,
		Message: mocksender.Message{Event: mocksender.Event{ID: "evt_1", Type: "customer.nightly"}, Body: []byte(`{}`)},
	})
	for _, a := range d.Attempts {
		fmt.Println(a.Number, "after", a.Wait, a.Reply.Status, a.Acknowledged)
	}
	fmt.Println(d.Outcome, err)
	// Output:
	// 1 after 0s 503 unacknowledged
	// 2 after 1m0s 503 unacknowledged
	// 3 after 5m0s 200 acknowledged
	// delivered <nil>
}
