package reports_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
)

var started = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// eventNames are as many as the built-in contracts have.
func eventNames() []string {
	names := []string{"customer.nightly", "customer.super"}
	for _, name := range []string{
		"subscriptionStart", "subscriptionEnd", "subscriptionCycle", "subscriptionChange", "trialStart", "trialEnd",
		"paymentSucceeded", "paymentFailed", "invoiceCreated", "refundIssued", "cardExpiring", "creditApplied",
		"deviceClaimed", "deviceReleased", "planRenewed", "usageAlert", "accountClosed",
	} {
		names = append(names, "billing:"+name)
	}
	return names
}

func header(repeat string) harness.Header {
	return harness.Header{
		Version: harness.RecordVersion, Hookrig: "v0.1.0", Command: "verify", Target: "http://127.0.0.1:8080/hooks",
		Contracts: []string{"chargeover", "zipit"}, Policies: []string{"chargeover", "zipit"}, Seed: 7,
		Started: started, Repeat: repeat,
	}
}

func scenario(text, theme, event string, v harness.Verdict, took time.Duration) harness.Scenario {
	return harness.Scenario{Text: text, Theme: theme, Event: event, Verdict: v, Duration: took}
}

func delivery(number int, event string, status int) mocksender.Delivery {
	sent := started.Add(time.Duration(number) * time.Second)
	answer, outcome := mocksender.Acknowledged, mocksender.Delivered
	if status != http.StatusOK {
		answer, outcome = mocksender.Unacknowledged, mocksender.Exhausted
	}
	return mocksender.Delivery{
		ID: fmt.Sprintf("dlv_%04d", number),
		Message: mocksender.Message{
			Event:  mocksender.Event{Contract: "chargeover", Type: event, ID: fmt.Sprintf("evt_%04d", number), Time: started},
			Method: "POST", Header: http.Header{"Content-Type": {"application/json"}},
			Body: []byte(`{"context_str":"customer","context_id":4711}`),
		},
		URL: "http://127.0.0.1:8080/hooks", Outcome: outcome,
		Attempts: []mocksender.Attempt{{
			Number: 1, Planned: sent, Sent: sent, Settled: sent.Add(12 * time.Millisecond), MayHaveArrived: true,
			Reply: &mocksender.Reply{Status: status, Proto: "HTTP/1.1", Body: []byte("{}")}, Acknowledged: answer,
		}},
	}
}

// alwaysFails is a receiver that answers 500 to every event.
func alwaysFails() harness.Run {
	run := harness.Run{Header: header("hookrig verify --to http://127.0.0.1:8080/hooks --only quick --seed 7")}
	for i, event := range eventNames() {
		file, page := "chargeover.yaml", "/webhooks/"+event+"/post/responses/200"
		if i > 1 {
			file = "zipit.yaml"
		}
		text := "responses " + event + " gets its documented answer"
		id := fmt.Sprintf("dlv_%04d", i+1)
		run.Scenarios = append(run.Scenarios, scenario(text, "responses", event, harness.Fail, 14*time.Millisecond))
		run.Deliveries = append(run.Deliveries, delivery(i+1, event, http.StatusInternalServerError))
		run.Findings = append(run.Findings, harness.Finding{
			Rule: "reply-status", Verdict: harness.Fail, Scenario: text, Theme: "responses", Event: event,
			Summary: "answered 500 where the contract documents 200",
			Want:    "status 200", Got: "status 500 after 12 ms",
			Why:     "The provider counts any other answer as a failed delivery and sends the event again.",
			Pointer: page, Pos: contract.Position{File: file, Line: 412 + 31*i, Column: 9},
			Deliveries: []string{id},
			Sent: "POST /hooks HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\nX-Webhook-Key: [redacted]\r\n\r\n" +
				`{"context_str":"customer","context_id":4711,"event":"nightly","data":{"customer":{"customer_id":4711,"company":"Juniper Works","currency_iso4217":"USD","balance":60.95}}}`,
			Received: "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nInternal Server Error\n",
			Smallest: "after 23 sends, this is still refused; all in it is plain but /data/customer/balance = 60.95\n" +
				`{"context_str":"customer","context_id":1,"event":"nightly","data":{"customer":{"balance":60.95}}}`,
			Curl: `curl -sS -i -X POST http://127.0.0.1:8080/hooks -H 'Content-Type: application/json' -H "X-Webhook-Key: $HOOKRIG_SECRET" ` +
				`--data-binary '{"context_str":"customer","context_id":4711,"event":"nightly"}'`,
			Repeat: "hookrig verify --to http://127.0.0.1:8080/hooks --only 'theme:responses && event:" + event + "' --seed 7",
		})
	}
	run.Scenarios = append(run.Scenarios, scenario("authentication refuses a wrong token", "authentication", "", harness.Pass, 9*time.Millisecond))
	run.Summary = &harness.Summary{
		Ended: started.Add(3240 * time.Millisecond), Attempts: 20,
		Counts: map[harness.Verdict]int{harness.Fail: 19, harness.Pass: 1},
	}
	return run
}

// mixed has one finding of each verdict, and one that was seen twice in different ways.
func mixed() harness.Run {
	run := harness.Run{Header: header("hookrig verify --to http://127.0.0.1:8080/hooks --seed 7")}
	run.Header.Contracts, run.Header.Policies = []string{"chargeover"}, []string{"standard-webhooks"}
	texts := map[string]string{
		"ok":    "responses customer.nightly gets its documented answer",
		"warn":  "responses customer.super gets its documented answer",
		"slow":  "timing customer.nightly is acknowledged within the provider's timeout",
		"slow2": "timing customer.super is acknowledged within the provider's timeout",
		"once":  "retries a repeated delivery has one effect",
	}
	run.Scenarios = []harness.Scenario{
		scenario(texts["ok"], "responses", "customer.nightly", harness.Pass, 12*time.Millisecond),
		scenario(texts["warn"], "responses", "customer.super", harness.Warning, 11*time.Millisecond),
		scenario(texts["slow"], "timing", "customer.nightly", harness.Fail, 14002*time.Millisecond),
		scenario(texts["slow2"], "timing", "customer.super", harness.Fail, 14003*time.Millisecond),
		scenario(texts["once"], "retries", "", harness.Inconclusive, 40*time.Millisecond),
		scenario("transitions an endpoint that failed is restarted and drains in order", "transitions", "", harness.Skipped, 0),
	}
	slow := func(event, text, got string) harness.Finding {
		return harness.Finding{
			Rule: "ack-timeout", Verdict: harness.Fail, Scenario: text, Theme: "timing", Event: event,
			Summary: "acknowledged after the provider had hung up", Want: "a complete reply within 14 s", Got: got,
			Why:    "The provider closes the connection, marks the delivery failed and sends it again, although the work was done.",
			Source: "the provider's page on network errors and timeouts", Deliveries: []string{"dlv_0003"},
			Repeat: "hookrig verify --to http://127.0.0.1:8080/hooks --only 'theme:timing && event:" + event + "' --seed 7",
		}
	}
	run.Findings = []harness.Finding{
		{
			Rule: "probe-missing", Verdict: harness.Inconclusive, Scenario: texts["once"], Theme: "retries",
			Summary: "whether a repeat has one effect cannot be seen", Want: "1 effect", Got: "no probe is configured",
			Why: "Add probe.url and probe.count to hookrig.yaml, and this scenario can look.",
		},
		{
			Rule: "reply-status", Verdict: harness.Warning, Scenario: texts["warn"], Theme: "responses", Event: "customer.super",
			Summary: "answered 204, of which the provider says nothing", Want: "status 200", Got: "status 204",
			Pointer: "/webhooks/customer.super/post/responses/200", Pos: contract.Position{File: "chargeover.yaml", Line: 971, Column: 9},
			Received: "HTTP/1.1 204 No Content\n",
		},
		slow("customer.nightly", texts["slow"], "nothing after 14 s"),
		slow("customer.super", texts["slow2"], "half of the reply's body after 14 s"),
	}
	run.Deliveries = []mocksender.Delivery{delivery(1, "customer.nightly", http.StatusOK), timedOut()}
	run.Summary = &harness.Summary{Ended: started.Add(28 * time.Second), Attempts: 6}
	return run
}

func timedOut() mocksender.Delivery {
	d := delivery(3, "customer.nightly", http.StatusOK)
	d.Outcome = mocksender.Unknown
	a := &d.Attempts[0]
	a.Settled, a.Reply, a.Wait = a.Sent.Add(14*time.Second), nil, time.Minute
	a.Acknowledged = mocksender.Unacknowledged
	a.Failure = &mocksender.Failure{Kind: mocksender.FailureTimeout, Text: "no reply within 14s"}
	return d
}

// clean passes everything.
func clean() harness.Run {
	run := harness.Run{Header: header("hookrig verify --to http://127.0.0.1:8080/hooks --seed 7")}
	for _, event := range eventNames() {
		run.Scenarios = append(run.Scenarios,
			scenario("responses "+event+" gets its documented answer", "responses", event, harness.Pass, 6*time.Millisecond))
	}
	run.Summary = &harness.Summary{Ended: started.Add(412 * time.Millisecond), Attempts: 19}
	return run
}

// nothing selected no scenario.
func nothing() harness.Run {
	return harness.Run{
		Header:  header("hookrig verify --to http://127.0.0.1:8080/hooks --only event:none --seed 7"),
		Summary: &harness.Summary{Ended: started.Add(20 * time.Millisecond)},
	}
}

// stopped was interrupted while all was well.
func stopped() harness.Run {
	run := clean()
	run.Scenarios = run.Scenarios[:3]
	run.Summary.Interrupted = true
	return run
}

// hostile is a receiver that attacks whoever reads the report.
func hostile() harness.Run {
	run := clean()
	attack := "\x1b]0;owned\a\x1b[2J\r<script>alert(1)</script> | `rm` ```sh [x](javascript:a) @someone https://evil.test www.evil.test \u202Egnp.exe \u200b\x00\xff \u009b31m"
	run.Findings = []harness.Finding{{
		Rule: "reply-body", Verdict: harness.Fail, Scenario: "hostile", Event: attack, Summary: attack, Want: "JSON", Got: attack, Why: attack,
		Pointer: attack, Received: "HTTP/1.1 200 OK\r\nX: " + attack + "\r\n\r\n" + attack + "\n````\n</details>", Curl: "curl " + attack, Repeat: "hookrig " + attack,
	}}
	return run
}
