package endpoint_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

func ExampleMachine_Apply() {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := endpoint.NewMachine(endpoint.Settings{FailAfter: 1}, now)
	m.Apply(now, endpoint.Fact{Kind: endpoint.Arrived, Delivery: "a"})
	state, effects := m.Apply(now, endpoint.Fact{Kind: endpoint.Missed, Delivery: "a"})
	fmt.Println(state.Status, effects[0].Kind, effects[1].Kind, effects[1].Delivery)
	// Output: failed changed hold a
}

func ExampleTransitions() {
	p, err := policy.Named("zipit")
	if err != nil {
		panic(err)
	}
	rows := endpoint.Transitions(endpoint.SettingsOf(p))
	fmt.Printf("%+v\n", rows[0])
	fmt.Print(endpoint.Mermaid(rows))
	// Output:
	// {From:active On:an event arrives When: To:active Effects:[posts]}
	// stateDiagram-v2
	//     [*] --> active
	//     active --> failed: 10 failed attempts in total
	//     active --> disabled: a person pauses it
	//     failed --> active: a person restarts it
	//     failed --> disabled: a person pauses it
	//     failed --> active: a person ends the pause
	//     disabled --> active: a person ends the pause
}

func ExampleLoop() {
	broken := true
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer receiver.Close()
	p, err := policy.Named("zipit")
	if err != nil {
		panic(err)
	}
	scale := mocksender.Scale{From: time.Hour, To: time.Millisecond}
	sender, err := mocksender.New(mocksender.Config{Policy: p, TimeScale: scale})
	if err != nil {
		panic(err)
	}
	defer sender.Close()
	loop, err := endpoint.NewLoop(endpoint.LoopConfig{Sender: sender, Settings: endpoint.SettingsOf(p)})
	if err != nil {
		panic(err)
	}

	ctx := context.Background()
	ds, err := loop.Deliver(ctx, mocksender.Delivery{ID: "1", URL: receiver.URL}, mocksender.Delivery{ID: "2", URL: receiver.URL})
	fmt.Println(loop.State().Status, ds[0].Outcome, ds[1].Outcome, err)
	broken = false
	ds, err = loop.Restart(ctx)
	fmt.Println(loop.State().Status, ds[0].Outcome, ds[1].Outcome, err)
	// Output:
	// failed held held <nil>
	// active delivered delivered <nil>
}

// Two endpoints, one of which fails: the other gets all of its events.
func ExampleFleet() {
	good := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer good.Close()
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	defer bad.Close()
	p, err := policy.Named("zipit")
	if err != nil {
		panic(err)
	}
	sender, err := mocksender.New(mocksender.Config{Policy: p})
	if err != nil {
		panic(err)
	}
	defer sender.Close()
	fleet, err := endpoint.NewFleet(endpoint.FleetConfig{Loop: endpoint.ConfigOf(sender, p), Parallel: 4})
	if err != nil {
		panic(err)
	}

	count := map[mocksender.Outcome]int{}
	source := func(yield func(mocksender.Delivery) bool) {
		for i := range 40 {
			url := good.URL
			if i%2 == 1 {
				url = bad.URL
			}
			if !yield(mocksender.Delivery{ID: fmt.Sprint(i), URL: url, Message: mocksender.Message{Body: []byte("{}")}}) {
				return
			}
		}
	}
	err = fleet.Run(context.Background(), source, func(d mocksender.Delivery) { count[d.Outcome]++ })
	fmt.Println(count[mocksender.Delivered], count[mocksender.Held], fleet.Loop(bad.URL).State().Status, err)
	// Output: 20 20 failed <nil>
}
