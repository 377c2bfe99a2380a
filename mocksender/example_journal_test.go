package mocksender_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// A run that broke off before its second attempt is continued from its journal.
func ExampleSender_Resume() {
	up := false
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !up {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer receiver.Close()
	p, err := policy.Named("chargeover")
	if err != nil {
		panic(err)
	}
	var file bytes.Buffer // an *os.File would be synced after every line
	journal := mocksender.NewJournal(&file)
	sender, err := mocksender.New(mocksender.Config{
		Policy: p, TimeScale: mocksender.Scale{From: time.Hour, To: time.Second}, Announce: journal.Announce, Observe: journal.Observe,
	})
	if err != nil {
		panic(err)
	}
	defer sender.Close()
	ctx := context.Background()
	_, err = sender.Step(ctx, mocksender.Delivery{ID: "1", URL: receiver.URL, Message: mocksender.Message{Body: []byte("{}")}})
	if err != nil {
		panic(err)
	}

	recorded, err := mocksender.ReadJournal(&file)
	if err != nil {
		panic(err)
	}
	up = true
	for _, r := range recorded {
		resumed, err := sender.Resume(r, nil)
		if err != nil {
			panic(err)
		}
		d, err := sender.Deliver(ctx, resumed.Delivery)
		fmt.Println(resumed.MayHaveArrived, d.Outcome, "after", len(d.Attempts), "attempts", err)
	}
	// Output: false delivered after 2 attempts <nil>
}
