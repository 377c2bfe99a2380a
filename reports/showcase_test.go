package reports_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/endpoint"
)

// tried makes a delivery of attempts that were answered with the statuses, a second and a wait apart.
func tried(number int, event string, at, wait time.Duration, statuses ...int) mocksender.Delivery {
	d := delivery(number, event, http.StatusOK)
	d.Attempts, d.Outcome = nil, mocksender.Exhausted
	sent := started.Add(at)
	for i, status := range statuses {
		a := mocksender.Attempt{
			Number: i + 1, Planned: sent, Sent: sent, Settled: sent.Add(120 * time.Millisecond), MayHaveArrived: true,
			Header:       http.Header{"Content-Type": {"application/json"}, "X-Webhook-Key": {"[redacted]"}, "User-Agent": {"hookrig"}},
			Reply:        &mocksender.Reply{Status: status, Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("ok\n")},
			Acknowledged: mocksender.Unacknowledged,
		}
		if i > 0 {
			a.Wait = wait
		}
		if status == http.StatusOK {
			a.Acknowledged, d.Outcome = mocksender.Acknowledged, mocksender.Delivered
		}
		d.Attempts = append(d.Attempts, a)
		sent = sent.Add(time.Second)
	}
	return d
}

// showcase has everything that the page can show: an endpoint that stops and goes on, a reply whose body breaks the
// contract, a request with an unusual header, a body that ends in the middle, and a reply with bytes that attack.
func showcase() harness.Run {
	run := mixed()
	run.Header.Contracts, run.Header.Policies = []string{"chargeover", "zipit"}, []string{"chargeover", "zipit"}
	backlog := "transitions billing:chargeDispute is acknowledged when its endpoint stopped and is restarted"
	var ids []string
	for i := range 4 {
		d := tried(10+i, "billing:chargeDispute", time.Duration(i)*200*time.Millisecond, 10*time.Second, 503, 503, 503)
		if i < 2 {
			d = tried(10+i, "billing:chargeDispute", time.Duration(i)*200*time.Millisecond, 10*time.Second, 503, 503, 503, 503, 200)
		}
		run.Deliveries = append(run.Deliveries, d)
		ids = append(ids, d.ID)
	}
	run.Changes = []harness.Change{
		{Endpoint: "zipit 1", At: started.Add(3300 * time.Millisecond), From: endpoint.Active, To: endpoint.Failed, Cause: endpoint.Missed, Delivery: ids[0], Failures: 10, Queued: 3},
		{Endpoint: "zipit 1", At: started.Add(3900 * time.Millisecond), From: endpoint.Failed, To: endpoint.Active, Cause: endpoint.Restart, Queued: 4},
	}
	run.Findings = append(run.Findings, harness.Finding{
		Rule: "backlog", Verdict: harness.Fail, Scenario: backlog, Theme: "transitions", Event: "billing:chargeDispute",
		Summary: "billing:chargeDispute has one effect each when its endpoint stopped, queued, and is restarted: 2 effects",
		Want:    "one effect of one event", Got: "2 effects", Deliveries: ids,
		Why: "After an outage all that queued comes at once, some of it for the second time.", Pos: contract.Position{File: "zipit.yaml", Line: 77, Column: 9},
		Repeat: "hookrig verify --only rule:backlog --seed 7",
	})
	run.Findings = append(run.Findings, replyFindings()...)
	run.Scenarios = append(run.Scenarios,
		harness.Scenario{Text: backlog, Theme: "transitions", Event: "billing:chargeDispute", Verdict: harness.Fail, Duration: 6 * time.Second, Deliveries: ids})
	for i, event := range eventNames() {
		d := tried(40+i, event, time.Duration(i)*250*time.Millisecond, 0, 200)
		run.Deliveries = append(run.Deliveries, d)
		run.Scenarios = append(run.Scenarios, harness.Scenario{
			Text: "responses " + event + " is acknowledged", Theme: "responses", Event: event, Verdict: harness.Pass, Duration: 12 * time.Millisecond, Deliveries: []string{d.ID}})
	}
	return run
}

func replyFindings() []harness.Finding {
	sent := "POST http://127.0.0.1:8080/hooks\nContent-Type: application/json; charset=utf-8\nUser-Agent: hookrig\nX-Webhook-Key: [redacted]\n\n"
	return []harness.Finding{
		{
			Rule: "reply-fits", Verdict: harness.Fail, Scenario: "responses customer.nightly fits", Theme: "responses", Event: "customer.nightly",
			Summary: "customer.nightly gets an answer that fits the contract: 200 OK: at /accepted: want boolean",
			Want:    "a reply that fits the contract", Got: "200 OK: at /accepted: want boolean", Instance: "/accepted",
			Pointer: "/webhooks/customer.nightly/post/responses/200/content", Pos: contract.Position{File: "chargeover.yaml", Line: 120, Column: 9},
			Sent: sent + `{"context_str":"customer","data":{"customer":{"customer_id":4711,"tags":["a]","{"],"balance":60.95}}}`,
			Received: "HTTP/1.1 200 OK\nContent-Type: application/json\n\n" +
				"{\"accepted\":\"yes\",\"note\":\"</script><script>alert(1)</script>\"}",
			Smallest: "after 23 sends, this is still refused; all in it is plain but /data/customer/balance = 60.95\n" +
				`{"data":{"customer":{"balance":60.95}}}`,
			Repeat: "hookrig verify --only rule:reply-fits --seed 7", Curl: `curl -sS -i -H 'Content-Type: application/json' --data-binary '{}' 'http://127.0.0.1:8080/hooks'`,
		},
		{
			Rule: "malformed-truncated", Verdict: harness.Fail, Scenario: "malformed customer.super", Theme: "malformed", Event: "customer.super",
			Summary: "customer.super is refused with a 4xx when its body ends in the middle: 500 Internal Server Error",
			Want:    "a refusal with a 4xx status", Got: "500 Internal Server Error",
			Sent:     sent + `{"context_str":"customer","data":{"cus`,
			Received: "HTTP/1.1 500 Internal Server Error\nX-Debug: \x1b[31mred\x1b[0m\n\npanic: \x00\xff \u202Egnp.exe\n\tat main.go:1\n",
		},
	}
}

// many has n deliveries with payloads of the usual size.
func many(n int) harness.Run {
	run := alwaysFails()
	run.Deliveries, run.Changes = nil, nil
	body := []byte(`{"token":"8r5l1kx0q2va","data":"` + strings.Repeat("abc d\\\"fg ", 450) + `"}`)
	events := eventNames()
	for i := range n {
		d := tried(i, events[i%len(events)], time.Duration(i)*3*time.Millisecond, time.Minute, 500, 200)
		if i%10 > 0 {
			d = tried(i, events[i%len(events)], time.Duration(i)*3*time.Millisecond, time.Minute, 200)
		}
		d.Message.Body = body
		run.Deliveries = append(run.Deliveries, d)
		run.Scenarios = append(run.Scenarios, harness.Scenario{Text: fmt.Sprintf("responses %s %d", events[i%len(events)], i),
			Theme: "responses", Event: events[i%len(events)], Verdict: harness.Pass, Deliveries: []string{d.ID}})
	}
	return run
}
