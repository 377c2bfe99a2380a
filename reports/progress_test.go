package reports_test

import (
	"bytes"
	"testing"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/reports"
)

// What a journal says of deliveries that did not settle is read too, each once and as it was last.
func TestReadTakesTheJournalOfARunThatBrokeOff(t *testing.T) {
	var file bytes.Buffer
	recorder, journal := reports.NewRecorder(&file), mocksender.NewJournal(&file)
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := mocksender.Attempt{Number: 1, Acknowledged: mocksender.Unacknowledged, Reply: &mocksender.Reply{Status: 500}}
	check(recorder.Record(harness.Record{Header: &harness.Header{Command: "send"}}))
	for _, id := range []string{"a", "b", "c"} {
		check(journal.Announce(mocksender.Delivery{ID: id}))
		check(journal.Observe(mocksender.Delivery{ID: id, Attempts: []mocksender.Attempt{refused}}))
	}
	check(recorder.Record(harness.Record{Delivery: &mocksender.Delivery{ID: "b", Outcome: mocksender.Exhausted}}))
	check(journal.Observe(mocksender.Delivery{ID: "c", Outcome: mocksender.Held}))
	run, err := reports.Read(&file)
	check(err)
	var got []string
	for _, d := range run.Deliveries {
		got = append(got, d.ID+" "+string(d.Outcome))
	}
	if len(got) != 3 || got[0] != "b exhausted" || got[1] != "a cancelled" || got[2] != "c held" {
		t.Errorf("deliveries %q", got)
	}
	if len(run.Deliveries[1].Attempts) != 1 {
		t.Error("the attempts of a are lost")
	}
}
