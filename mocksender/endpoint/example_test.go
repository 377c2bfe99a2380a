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
