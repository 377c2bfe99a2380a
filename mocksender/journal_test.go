package mocksender_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/internal/pipenet"
)

// records reads what is on disk now.
func records(t *testing.T, file string) []mocksender.Recorded {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	all, err := mocksender.ReadJournal(bytes.NewReader(data))
	if err != nil {
		t.Errorf("%v in %s", err, data)
	}
	return all
}

func create(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// The receiver looks at the record when each attempt comes: what came before is there whole, and that this one began.
func TestEveryAttemptIsOnDiskBeforeTheNext(t *testing.T) {
	file := create(t)
	requests := 0
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		all := records(t, file.Name())
		if len(all) != 1 {
			t.Fatalf("%d deliveries are recorded", len(all))
		}
		d := all[0].Delivery
		if len(d.Attempts) != requests-1 || d.Next == nil || d.Next.Number != requests || d.Next.Begun.IsZero() {
			t.Errorf("request %d: %d attempts are recorded, next %+v", requests, len(d.Attempts), d.Next)
		}
		w.WriteHeader(500)
	})
	j := mocksender.NewJournal(file)
	s := newSender(t, mocksender.Config{Policy: plan{waits: []time.Duration{0, 0}, timeout: time.Minute}, Announce: j.Announce, Observe: j.Observe})
	if _, err := s.Deliver(t.Context(), delivery(url, "{}")); err != nil || requests != 3 {
		t.Errorf("%d requests, error %v", requests, err)
	}
	if d := records(t, file.Name())[0].Delivery; d.Outcome != mocksender.Exhausted || len(d.Attempts) != 3 || d.Next != nil {
		t.Errorf("in the end: %+v", d)
	}
}

// A run that is killed while an attempt is under way is continued from its journal: the attempt may have
// arrived, and the receiver gets the same bytes again at the time that the policy says.
func TestResumeAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		start := time.Now()
		var arrived []string
		var snapshot []byte
		journal := &bytes.Buffer{}
		j := mocksender.NewJournal(journal)
		defer network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			arrived = append(arrived, time.Since(start).String()+" "+string(body))
			if len(arrived) == 2 {
				snapshot = bytes.Clone(journal.Bytes()) // what a kill would leave
			}
			w.WriteHeader(500)
		}))()
		config := mocksender.Config{Policy: plan{waits: []time.Duration{time.Hour, time.Hour, time.Hour}, timeout: time.Minute}, Dial: network.Dial, Announce: j.Announce, Observe: j.Observe}
		s, err := mocksender.New(config)
		if err != nil {
			t.Fatal(err)
		}
		ctx, kill := context.WithCancel(t.Context())
		time.AfterFunc(90*time.Minute, kill)
		if _, err := s.Deliver(ctx, delivery("http://127.0.0.1/", `{"n":1}`)); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		s.Close()

		all, err := mocksender.ReadJournal(bytes.NewReader(append(snapshot, `{"kind":"progress","deli`...)))
		if err != nil || len(all) != 1 {
			t.Fatalf("%d recorded, error %v", len(all), err)
		}
		s, err = mocksender.New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		r, err := s.Resume(all[0], nil)
		if err != nil || r.Settled || !r.MayHaveArrived || r.Why != "attempt 2: the run broke off during the exchange" {
			t.Fatalf("%+v, error %v", r, err)
		}
		if next := r.Delivery.Next; next == nil || next.Number != 3 || next.At.Sub(start) != 2*time.Hour || len(r.Delivery.Attempts) != 2 {
			t.Fatalf("next %+v", next)
		}
		d, err := s.Deliver(t.Context(), r.Delivery)
		if err != nil || d.Outcome != mocksender.Unknown || len(d.Attempts) != 4 {
			t.Errorf("%s after %d attempts, error %v", d.Outcome, len(d.Attempts), err)
		}
		if want := `0s {"n":1}|1h0m0s {"n":1}|2h0m0s {"n":1}|3h0m0s {"n":1}`; strings.Join(arrived, "|") != want {
			t.Errorf("arrived %v", arrived)
		}
	})
}

func TestResumeSaysHowDeliveriesStand(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	no := mocksender.Attempt{Number: 1, Settled: at, Reply: &mocksender.Reply{Status: 500}, MayHaveArrived: true, Acknowledged: mocksender.Unacknowledged}
	late := mocksender.Attempt{Number: 1, Settled: at, Failure: &mocksender.Failure{Kind: mocksender.FailureTimeout, Text: "no complete reply within 14s"}, MayHaveArrived: true, Acknowledged: mocksender.Unacknowledged}
	refused := mocksender.Attempt{Number: 1, Settled: at, Failure: &mocksender.Failure{Kind: mocksender.FailureRefused}, Acknowledged: mocksender.Unacknowledged}
	s := newSender(t, mocksender.Config{Policy: plan{waits: []time.Duration{time.Minute}}})
	for _, row := range []struct {
		name     string
		attempts []mocksender.Attempt
		outcome  mocksender.Outcome
		next     *mocksender.Retry
		settled  bool
		why      string
		number   int // of the next attempt, 0 for the first
	}{
		{"never begun", nil, "", nil, false, "", 0},
		{"in its first attempt", nil, "", &mocksender.Retry{Number: 1, Begun: at}, false, "attempt 1: the run broke off during the exchange", 2},
		{"before a retry", []mocksender.Attempt{no}, "", &mocksender.Retry{Number: 2, At: at}, false, "", 2},
		{"after a timeout", []mocksender.Attempt{late}, "", &mocksender.Retry{Number: 2, At: at}, false, "attempt 1: no complete reply within 14s", 2},
		{"interrupted by a person", []mocksender.Attempt{refused}, mocksender.Cancelled, nil, false, "", 2},
		{"held", []mocksender.Attempt{no}, mocksender.Held, nil, false, "", 2},
		{"held and never tried", nil, mocksender.Held, nil, false, "", 0},
		{"in its last attempt", []mocksender.Attempt{no}, "", &mocksender.Retry{Number: 2, Begun: at}, true, "attempt 2: the run broke off during the exchange", 0},
		{"delivered", []mocksender.Attempt{no}, mocksender.Delivered, nil, true, "", 0},
		{"exhausted", []mocksender.Attempt{no}, mocksender.Exhausted, nil, true, "", 0},
	} {
		d := mocksender.Delivery{ID: "d", Attempts: row.attempts, Outcome: row.outcome, Next: row.next}
		r, err := s.Resume(mocksender.Recorded{Delivery: d}, nil)
		if err != nil || r.Settled != row.settled || r.Why != row.why || r.MayHaveArrived != (row.why != "") {
			t.Errorf("%s: %+v, error %v", row.name, r, err)
		}
		next := r.Delivery.Next
		if (next != nil) != (row.number > 0) || next != nil && (next.Number != row.number || !next.At.Equal(at.Add(time.Minute))) {
			t.Errorf("%s: next %+v", row.name, next)
		}
		if len(d.Attempts) != len(row.attempts) {
			t.Errorf("%s: the record was changed", row.name)
		}
	}
}

// A body that repeats the credential is not in the record: it is made again, and must be the same.
func TestResumeMakesTheBodyAgain(t *testing.T) {
	const body = `{"security_token":"` + token + `","n":1}`
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	var journal bytes.Buffer
	j := mocksender.NewJournal(&journal, token)
	s := newSender(t, mocksender.Config{Policy: plan{waits: []time.Duration{time.Hour}, timeout: time.Minute}, Auth: key{name: "X-Some-Key", value: token}, Observe: j.Observe, Announce: j.Announce})
	if _, err := s.Step(t.Context(), delivery(url, body)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(journal.String(), token) {
		t.Errorf("the journal holds the credential: %s", journal.String())
	}
	all, err := mocksender.ReadJournal(&journal)
	if err != nil || len(all) != 1 || all[0].Whole() {
		t.Fatalf("%+v, error %v", all, err)
	}
	remake := func(text string, err error) func(mocksender.Delivery) (mocksender.Message, error) {
		return func(d mocksender.Delivery) (mocksender.Message, error) {
			d.Message.Body = []byte(text)
			return d.Message, err
		}
	}
	if _, err := s.Resume(all[0], nil); !errors.Is(err, mocksender.ErrOtherBody) {
		t.Errorf("as recorded: %v", err)
	}
	if _, err := s.Resume(all[0], remake(strings.Replace(body, "1", "2", 1), nil)); !errors.Is(err, mocksender.ErrOtherBody) {
		t.Errorf("another body: %v", err)
	}
	broken := errors.New("no such event")
	if _, err := s.Resume(all[0], remake("", broken)); !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
	r, err := s.Resume(all[0], remake(body, nil))
	if err != nil || string(r.Delivery.Message.Body) != body || r.Delivery.Next == nil {
		t.Errorf("%+v, error %v", r, err)
	}
}

func TestReadJournal(t *testing.T) {
	const (
		header = `{"kind":"header","header":{"version":1}}` + "\n"
		first  = `{"kind":"progress","delivery":{"id":"a"},"bodySha256":"00"}` + "\n"
		last   = `{"kind":"delivery","delivery":{"id":"a","outcome":"delivered"}}` + "\n"
		other  = `{"kind":"progress","delivery":{"id":"b"}}` + "\n"
	)
	for _, row := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"a run's record", header + first + other + last + "\n", "a delivered 00, b  "},
		{"cut off", header + first + `{"kind":"prog`, "a  00"},
		{"other kinds", header + `{"kind":"finding","finding":{}}` + "\n", ""},
		{"broken in the middle", first + "{\n" + other, "line 2: not a record"},
		{"no record at all", "hello", "line 1: not a record"},
	} {
		all, err := mocksender.ReadJournal(strings.NewReader(row.text))
		var got []string
		for _, r := range all {
			got = append(got, r.Delivery.ID+" "+string(r.Delivery.Outcome)+" "+r.BodySHA256)
		}
		if text := strings.Join(got, ", "); text != row.want && (err == nil || !strings.HasPrefix(err.Error(), row.want)) {
			t.Errorf("%s: %q, error %v", row.name, text, err)
		}
	}
}

// full is a writer that fails.
type full struct{ io.Writer }

func (full) Sync() error { return errors.New("disk full") }

func TestJournalThatFailsEndsTheDelivery(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("sent although nothing was written") })
	s := newSender(t, mocksender.Config{Policy: plan{}, Announce: mocksender.NewJournal(full{io.Discard}).Announce})
	if _, err := s.Deliver(t.Context(), delivery(url, "{}")); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v", err)
	}
	reader, writer := io.Pipe()
	reader.Close()
	if err := mocksender.NewJournal(writer).Observe(mocksender.Delivery{}); err == nil {
		t.Error("a closed pipe takes lines")
	}
}

func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(`{"kind":"progress","delivery":{"id":"a"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := mocksender.ReadJournal(bytes.NewReader(data))
		if err != nil && all != nil {
			t.Errorf("both %v and %v", all, err)
		}
	})
}
